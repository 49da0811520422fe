"""A panel: what the paper shows in it, what is run for it at which size, and what came out."""

from pathlib import Path

from remeta.papers.panel import Panel
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import Settings
from remeta.report.kinds import kind_of
from remeta.runner.folding import lines
from remeta.runner.show.facts import claim_lines, claims_of, columns, commands, profiles


def describe(settings: Settings, panel: Panel) -> list[str]:
    world = ", ".join([panel.data.name, *(f"{name} {value}" for name, value in panel.options)])
    claims = claims_of(panel.paper)
    own = [(c, panel.name) for c in claims if panel.name in (*c.panels, *c.beyond)]
    return [
        *lines(f"{panel.id}: {panel.title} ({world})"),
        *lines(f"  The paper: {panel.shows}", " " * 4),
        "\nruns",
        *columns(_runs(settings, panel)),
        "\nsizes",
        *columns(_sizes(panel)),
        "\nstages",
        *commands([panel.id, panel.data.files]),
        "\nfiles",
        *columns(_files(panel)),
        "\nclaims",
        *claim_lines(panel.paper, own),
    ]


def _runs(settings: Settings, panel: Panel) -> list[tuple[str, str]]:
    grid, borrowed = settings.cells(panel), panel.lenders
    return [
        *((run, "trained here") for run in grid.train),
        *((run, f"trained in {source}") for run, source in borrowed.items()),
        *((source, "asked for its results") for source in panel.made_of),
        *((run, "scored without training") for run in grid.score),
    ]


def _sizes(panel: Panel) -> list[list[str]]:
    """A column for each profile."""
    sizes = {name: _size(settings, panel) for name, settings in profiles().items()}
    names = dict.fromkeys(name for size in sizes.values() for name in size)
    rows = ([name, *(str(size.get(name, "")) for size in sizes.values())] for name in names)
    return [["", *sizes], *rows]


def _size(settings: Settings, panel: Panel) -> dict[str, object]:
    world = settings.data_size(panel.data)
    sizes: dict[str, object] = {"seeds": len(settings.profile.seeds)}
    sizes |= {name.replace("_", " "): value for name, value in world.model_dump().items()}
    if panel.shown_again:
        return sizes
    if panel.looks:
        size = settings.analysis_size(panel)
        return sizes | {"batches": size.batches, "tasks": size.batch, "roll-outs": size.episodes}
    size = settings.panel_size(panel)
    sizes |= {"tasks per iteration": size.batch, "roll-outs per task": size.episodes}
    for run in settings.cells(panel).train:
        sizes |= {f"{run} {name}": value for name, value in size.runs[run].items()}
    return sizes


def _files(panel: Panel) -> list[tuple[str, str]]:
    """Tables, figures and evidence of every profile, and whether they are there."""
    states: dict[str, str] = {}
    for name, settings in profiles().items():
        folder = RESULTS / name / panel.paper
        paths = [folder / "tables" / f"{panel.name}.{ending}" for ending in ("md", "csv")]
        paths.append(Path(settings.profile.figures) / panel.paper / f"{panel.name}.png")
        states |= {str(path): "there" if path.exists() else "not made" for path in paths}
        evidence = folder / panel.name / kind_of(panel).evidence
        states[f"{evidence}/"] = f"{len([*evidence.glob('*.csv')])} files"
    return [*states.items()]
