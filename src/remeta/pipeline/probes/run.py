"""What a probe runs: the stages themselves, in each setting that tells more about them."""

from collections.abc import Iterable, Iterator, Sequence

from remeta.papers.panel import Panel
from remeta.papers.registry import dataset_named
from remeta.pipeline import places
from remeta.pipeline.data import HELD_OUT
from remeta.pipeline.probes.lively import LIVELY, lively
from remeta.pipeline.probes.numbers import (
    Numbers,
    of_columns,
    of_demos,
    of_rows,
    of_tasks,
    of_weights,
)
from remeta.pipeline.probes.project import (
    LOST,
    OTHER,
    PLAIN,
    PROFILE,
    SEED,
    STRAINED,
    Setting,
    Sized,
)
from remeta.pipeline.settings.params import Settings

ProbeNumbers = Iterator[tuple[str, Numbers]]  # of a probe by name, as they come


def numbers_of(panels: Sequence[Panel], sized: Sized) -> dict[str, Numbers]:
    """By probe, from all settings."""
    return merge(each(panels, sized))


def merge(parts: Iterable[tuple[Setting, str, Numbers]]) -> dict[str, Numbers]:
    """By probe; what came out in another setting than the plain one is named after it."""
    merged: dict[str, Numbers] = {}
    for setting, name, numbers in parts:
        prefix = "" if setting is PLAIN else f"{setting.name} "
        merged.setdefault(name, {}).update({prefix + key: value for key, value in numbers.items()})
    return merged


def each(panels: Sequence[Panel], sized: Sized) -> Iterator[tuple[Setting, str, Numbers]]:
    for setting, run in ((PLAIN, _plain), (OTHER, _other), (STRAINED, _strained), (LOST, _lost)):
        for name, numbers in run(panels, sized(setting)):
            yield setting, name, numbers


def _plain(panels: Sequence[Panel], settings: Settings) -> ProbeNumbers:
    """Every stage. Scores come last, but before any other setting trains its models."""
    from remeta.pipeline.stages.expert import learn_expert
    from remeta.pipeline.stages.tasks import draw_tasks

    datasets = datasets_of(panels)
    for name in datasets:
        draw_tasks(name)
        yield f"tasks_{name}", of_tasks(places.tasks(PROFILE, name))
    for name in datasets:
        if name in settings.profile.experts:
            learn_expert(name)
            yield f"expert_{name}", of_weights(places.expert(PROFILE, name))
    yield from _demos(datasets)
    for panel in panels:
        yield from _tuned(settings, panel, panel.runs)
        yield from _trained(panel, settings.cells(panel).train)
        yield from _scored(panel, _scorable(settings, panel))
    yield from _analysed(panels)


def _other(panels: Sequence[Panel], settings: Settings) -> ProbeNumbers:
    with lively():
        yield from _demos(datasets_of([panel for panel in panels if panel.family in LIVELY]))
        for panel in panels:
            yield from _tuned(settings, panel, panel.runs)
            yield from _trained(panel, settings.cells(panel).train)
            if panel.family in LIVELY:
                yield from _scored(panel, _scorable(settings, panel))
        yield from _analysed(panels)


def _strained(panels: Sequence[Panel], settings: Settings) -> ProbeNumbers:
    """Only of runs that can fail at something."""
    for panel in (panel for panel in panels if panel.runs):
        params = settings.panel_params(panel)
        careful = [run for run in panel.runs if "trust_region" in params.runs[run]]
        can_fail = {*careful, *params.may_diverge}
        yield from _tuned(settings, panel, careful)
        yield from _trained(panel, [r for r in settings.cells(panel).train if r in can_fail])


def _lost(panels: Sequence[Panel], settings: Settings) -> ProbeNumbers:
    for panel in (panel for panel in panels if panel.runs):
        yield from _trained(panel, settings.panel_params(panel).may_diverge)


def _scorable(settings: Settings, panel: Panel) -> list[str]:
    """Runs that are scored, if any are."""
    cells = settings.cells(panel)
    return [*cells.train, *cells.score] if cells.score else []


def datasets_of(panels: Sequence[Panel]) -> list[str]:
    """Those with files of their own, that these panels read; whose expert others use come first."""
    used = [data for panel in panels for data in (panel.data, panel.tested, panel.base)]
    names = [name for data in used if data for name in (data.taught_by, data.files)]
    return list(dict.fromkeys(names))


def _demos(datasets: Sequence[str]) -> ProbeNumbers:
    from remeta.pipeline.stages.demos import record_context, record_demos

    for dataset in (dataset_named(name) for name in datasets):
        name = dataset.name
        if dataset.expert:
            record_demos(name)
            yield f"demos_{name}", of_demos([places.demos(PROFILE, name)])
        if dataset.context:
            record_context(name)
            yield f"context_{name}", of_demos([places.context(PROFILE, name, s) for s in HELD_OUT])


def _tuned(settings: Settings, panel: Panel, runs: Iterable[str]) -> ProbeNumbers:
    """How an evenly tuned panel chooses; what it trains then is what it is the sibling of."""
    from remeta.pipeline.stages.tune import tune
    from remeta.pipeline.tuning import file

    for run in runs if panel.published else ():
        tune(panel.id, run)
        yield f"tune_{panel.id}_{run}", of_rows(file(settings, panel, run, "csv"))


def _trained(panel: Panel, runs: Iterable[str]) -> ProbeNumbers:
    # Imported late: training brings Lightning, of which comparing need know nothing.
    from remeta.pipeline.stages.train import train

    for run in runs if not panel.published else ():
        train(panel.id, run, SEED)
        path = places.result(PROFILE, panel, "curves", run, SEED, "csv")
        yield f"train_{panel.id}_{run}", of_rows(path)


def _scored(panel: Panel, runs: Iterable[str]) -> ProbeNumbers:
    from remeta.pipeline.stages.evaluate import evaluate

    for run in runs if not panel.published else ():
        evaluate(panel.id, run, SEED)
        path = places.result(PROFILE, panel, "scores", run, SEED, "csv")
        yield f"evaluate_{panel.id}_{run}", of_rows(path)


def _analysed(panels: Sequence[Panel]) -> ProbeNumbers:
    """At models that were trained just before, if they are of these panels, too."""
    from remeta.pipeline.stages.adaptations import adaptations
    from remeta.pipeline.stages.drifts import drifts
    from remeta.pipeline.stages.gaits import gaits
    from remeta.pipeline.stages.gradients import gradients
    from remeta.pipeline.stages.outside import outside
    from remeta.pipeline.stages.traces import traces

    ids = {panel.id for panel in panels}
    stages = {
        "variance": ("gradients", gradients),
        "trajectories": ("traces", traces),
        "outside": ("outside", outside),
        "adaptations": ("adaptations", adaptations),
        "retested": ("adaptations", adaptations),
        "drift": ("drifts", drifts),
        "gait": ("gaits", gaits),
    }
    available = [panel for panel in panels if ids.issuperset(panel.lenders.values())]
    for panel in (panel for panel in available if panel.kind in stages):
        kind, stage = stages[panel.kind]
        for run in panel.lenders:
            stage(panel.id, run, SEED)
            path = places.result(PROFILE, panel, kind, run, SEED, "csv")
            told = of_rows if kind == "outside" else of_columns
            yield f"{kind}_{panel.id}_{run}", told(path)
