"""A panel: what the paper shows in it, what is run for it at which size, and what came out."""

from pathlib import Path

from remeta.papers.panel import Panel
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings import Settings
from remeta.runner.folding import lines
from remeta.runner.show.facts import claims_of, columns, commands, lent, profiles, told_claims


def told(settings: Settings, panel: Panel) -> list[str]:
    world = f"{panel.family}, {panel.reward} reward" if panel.reward else panel.family
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
        *commands([panel.id, panel.family]),
        "\nfiles",
        *columns(_files(panel)),
        "\nclaims",
        *told_claims(panel.paper, own),
    ]


def _runs(settings: Settings, panel: Panel) -> list[tuple[str, str]]:
    grid, borrowed = settings.grid[panel.id], lent(panel)
    return [
        *((run, "trained here") for run in grid.train),
        *((run, f"trained in {source}") for run, source in borrowed.items()),
        *((run, "scored without training") for run in grid.score),
    ]


def _sizes(panel: Panel) -> list[list[str]]:
    """A column for each profile."""
    sizes = {name: _size(settings, panel) for name, settings in profiles().items()}
    names = dict.fromkeys(name for size in sizes.values() for name in size)
    rows = ([name, *(str(size.get(name, "")) for size in sizes.values())] for name in names)
    return [["", *sizes], *rows]


def _size(settings: Settings, panel: Panel) -> dict[str, object]:
    world, size = settings.world_size(panel.family), settings.panel_size(panel)
    told: dict[str, object] = {"seeds": len(settings.profile.seeds)}
    told |= {name.replace("_", " "): value for name, value in world.model_dump().items()}
    told |= {"tasks per iteration": size.batch, "roll-outs per task": size.episodes}
    for run in settings.grid[panel.id].train:
        told |= {f"{run} {name}": value for name, value in size.runs[run].items()}
    return told


def _files(panel: Panel) -> list[tuple[str, str]]:
    """Tables, figures and scores of every profile, and whether they are there."""
    found: dict[str, str] = {}
    for name, settings in profiles().items():
        folder = RESULTS / name / panel.paper
        paths = [folder / "tables" / f"{panel.name}.{ending}" for ending in ("md", "csv")]
        paths.append(Path(settings.profile.figures) / panel.paper / f"{panel.name}.png")
        found |= {str(path): "there" if path.exists() else "not made" for path in paths}
        scores = folder / panel.name / "scores"
        found[f"{scores}/"] = f"{len([*scores.glob('*.csv')])} files"
    return [*found.items()]
