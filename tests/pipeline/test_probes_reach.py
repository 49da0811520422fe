"""A probe executes every line that its run executes: the same stages at less tiny sizes.

Here each run has its own hyper-parameters and the switches of every profile, ants end early, and
what may diverge does; lines are those of the packages in which a result comes about.
"""

from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from coverage import Coverage

import remeta
from remeta.papers.panel import Panel
from remeta.papers.registry import PANELS, PAPERS, dataset_named
from remeta.pipeline import probes
from remeta.pipeline.probes.compare import find_changes
from remeta.pipeline.probes.project import SETTINGS, Setting, exam, gentle_ranges, short
from remeta.pipeline.probes.run import datasets_of, each, merge
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml
from remeta.pipeline.sighted import drawable, seeing
from remeta.pipeline.stages.adaptations import adaptations
from remeta.pipeline.stages.demos import record_context, record_demos
from remeta.pipeline.stages.drifts import drifts
from remeta.pipeline.stages.evaluate import evaluate
from remeta.pipeline.stages.expert import learn_expert
from remeta.pipeline.stages.gaits import gaits
from remeta.pipeline.stages.gradients import gradients
from remeta.pipeline.stages.outside import outside
from remeta.pipeline.stages.tasks import draw_tasks
from remeta.pipeline.stages.traces import traces
from remeta.pipeline.stages.train import train
from remeta.pipeline.stages.tune import tune
from remeta.report.kinds import kind_of
from remeta.tasks import families
from remeta.tasks.ant_dir import AntDir
from remeta.tasks.ant_goal import AntGoal
from tests.pipeline.tiny import ROOT, SEED, write_params

LONG = True
SOURCE = Path(remeta.__file__).parent
PLACES = ("core", "nets", "tasks", "experience", "methods", "learners")
PLACES += (
    "pipeline/stages",
    "pipeline/tuning.py",
    "pipeline/curves.py",
    "pipeline/panels.py",
    "pipeline/validate.py",
)
MORE = {  # than one
    "horizon": 11, "train_tasks": 8, "validation_tasks": 3, "test_tasks": 3, "demos_per_task": 3,
    "roll_outs": 2, "batch": 6, "episodes": 3, "validate_every": 2, "iterations": 2,
    "imitation_steps": 2, "demo_samples": 20, "updates": 2, "discriminator_batch": 6,
    "env_steps": 3100, "batches": 3, "candidates": 3, "keep": 2, "decay_over": 2,
    "initial": 2, "tasks": 4, "seen": 32,
}  # fmt: skip

LOOKS = {
    "outside": outside,
    "gradients": gradients,
    "traces": traces,
    "adaptations": adaptations,
    "drifts": drifts,
    "gaits": gaits,
}

Step = tuple[str, int, int]  # file, line before (0 at the beginning), line


def early(ant: type) -> type:
    """An ant that ends where it falls to one side, and at the latest after eight steps."""

    class Early(ant):
        def advance(self, state, action, tasks):
            after, reward, done = super().advance(state, action, tasks)
            return after, reward, done | (after[:, 1] > 0) | (after[:, 0] > 0.075)

    return Early


def modules() -> list[str]:
    """Those of the packages above, and all else of the pipeline."""
    parts = ("core", "nets", "tasks", "experience", "methods", "learners", "pipeline")
    starts = tuple(f"remeta.{part}." for part in parts)
    names = [module.name for module in walk_packages(remeta.__path__, "remeta.", lambda _: None)]
    return [name for name in names if name.startswith(starts)]


@contextmanager
def executed() -> Iterator[Callable[[], set[Step]]]:
    """Tells from which line to which functions of the packages above went since it last told.

    The tracer never stops in between: to start again takes longer than most of what is traced.
    """
    places = [str(SOURCE / place / ("" if place.endswith(".py") else "**")) for place in PLACES]
    tracer = Coverage(data_file=None, branch=True, config_file=False, include=places)

    spans = map(str, count())
    span = next(spans)

    def steps() -> set[Step]:
        nonlocal span
        told, span = span, next(spans)
        tracer.switch_context(span)
        data = tracer.get_data()
        data.set_query_context(told)
        files = {file: Path(file).relative_to(SOURCE).as_posix() for file in data.measured_files()}
        return {(name, *arc) for file, name in files.items() for arc in data.arcs(file) or ()}

    for name in modules():
        import_module(name)  # not while it is looked at
    tracer.start()
    tracer.switch_context(span)
    try:
        yield steps
    finally:
        tracer.stop()


def shrunk(values: Any, key: str = "") -> Any:
    """A profile of which nothing is large, whose zeros and ones stay.

    What is more than one in two profiles is the same in both, and the same stages run but once.
    """
    if key == "exams":
        return {name: exam(name) for name in values}
    if isinstance(values, dict):
        return {name: shrunk(value, name) for name, value in values.items()}
    if key == "quality" and values is not None:
        return -1e9
    return MORE[key] if key in MORE and values > 1 else values


PROFILES = [shrunk(read_yaml(path)) for path in sorted((ROOT / "profiles").glob("*.yaml"))]


@pytest.fixture(scope="module", params=PAPERS)
def panels(request) -> list[Panel]:
    """Those of one paper, as far as there is something that draws what they see."""
    return drawable([panel for panel in PANELS if panel.paper == request.param], seeing)[0]


@pytest.fixture(scope="module")
def all_told(panels) -> list[tuple[Setting, str, probes.Numbers, set[Step]]]:
    """Every probe in every setting: its numbers and what it executes."""
    told = []
    with chdir(ROOT), probes.tiny_project() as sized, executed() as steps:
        for setting, name, numbers in each(panels, sized):
            told.append((setting, name, numbers, steps()))
    return told


@pytest.fixture
def probed(all_told) -> dict[str, dict[str, set[Step]]]:
    """What each probe executes, by setting."""
    found: dict[str, dict[str, set[Step]]] = {}
    for setting, name, _, steps in all_told:
        found.setdefault(name, {})[setting.name] = steps
    return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory, panels) -> dict[str, set[Step]]:
    """What the runs execute, by the names of their probes."""
    found: dict[str, set[Step]] = {}
    done: set[str] = set()
    place, patched = chdir(tmp_path_factory.mktemp("runs")), pytest.MonkeyPatch.context()
    with place, patched as patch, executed() as steps:

        def went(work: Callable[[], None]) -> set[Step]:
            work()
            return steps()

        for profile in PROFILES:
            for name, sizes, work in everything(loaded(profile), panels):
                if f"{name} {sizes}" not in done:
                    done.add(f"{name} {sizes}")
                    found.setdefault(name, set()).update(went(work))
        patch.setitem(families.FAMILIES, "ant_goal", early(AntGoal))
        patch.setitem(families.FAMILIES, "ant_dir", early(AntDir))
        settings = loaded(PROFILES[0], outer_rate=1e39)
        may_diverge = {
            f"train_{panel}_{run}"
            for panel, params in settings.hp.panels.items()
            for run in params.may_diverge
        }
        for name, _, work in everything(settings, panels):
            if "_ant" in name or name in may_diverge:
                found[name] |= went(work)
    return found


def loaded(profile: Any, **diverging: Any) -> Settings:
    params = read_yaml(ROOT / PARAMS) | {"profile": profile | {"name": "less_tiny"}}
    own = params["hp"]["tuning_of"]
    params["hp"]["tuning"] = gentle_ranges(params["hp"]["tuning"])
    params["hp"]["tuning_of"] = {paper: gentle_ranges(own[paper]) for paper in own}
    for panel in params["hp"]["panels"].values():
        for run in panel["may_diverge"]:
            panel["runs"][run].update(diverging)
    write_params(params)
    return Settings.load()


def everything(
    settings: Settings, panels: list[Panel]
) -> Iterator[tuple[str, object, Callable[[], None]]]:
    """Every stage of these by its probe's name, with the sizes that are its own."""
    for data in map(dataset_named, datasets_of(panels)):
        name, sizes = data.name, settings.data_size(data)
        yield f"tasks_{name}", sizes, partial(draw_tasks, name)
        if name in settings.hp.experts:
            yield f"expert_{name}", sizes, partial(learn_expert, name)
        if data.expert:
            yield f"demos_{name}", sizes, partial(record_demos, name)
        if data.context:
            yield f"context_{name}", sizes, partial(record_context, name)
    for panel in (panel for panel in panels if panel.published):  # its sibling's code but for this
        world, size = settings.data_size(panel.data), settings.panel_size(panel)
        for run in panel.runs:
            sizes = world, settings.profile.tuning, size.batch, size.episodes, size.runs.get(run)
            yield f"tune_{panel.id}_{run}", sizes, partial(tune, panel.id, run)
    for panel in (panel for panel in panels if panel.runs and not panel.published):
        world, size = settings.data_size(panel.data), settings.panel_size(panel)
        grid = settings.grid[panel.id]
        for run in grid.train:
            sizes = world, size.validate_every, size.batch, size.episodes, size.runs[run]
            yield f"train_{panel.id}_{run}", sizes, partial(train, panel.id, run, SEED)
        for run in [*grid.train, *grid.score] if grid.score else []:
            scored = partial(evaluate, panel.id, run, SEED)
            yield f"evaluate_{panel.id}_{run}", world, scored
    for panel in (panel for panel in panels if panel.looks):
        size, kind = settings.analysis_size(panel), kind_of(panel).evidence
        for run in panel.lenders:
            look = partial(LOOKS[kind], panel.id, run, SEED)
            yield f"{kind}_{panel.id}_{run}", size, look


def test_the_committed_probes_tell_what_the_code_does(all_told):
    numbers = merge((setting, name, part) for setting, name, part, _ in all_told)
    found = [find_changes(ROOT / probes.PROBES, name, numbers[name]) for name in numbers]
    assert [finding.line for finding in found if finding.changed] == []


def test_a_probe_goes_every_way_that_its_run_goes(probed, ran):
    missed = {name: ran[name] - set.union(*probed[name].values()) for name in ran}
    assert not {name: sorted(steps) for name, steps in missed.items() if steps}
    assert ran.keys() == probed.keys()


def test_the_plain_setting_alone_would_miss_what_some_sizes_and_some_luck_reach(probed, ran):
    if "train_mri_fig3_point_mri" not in ran:
        pytest.skip("the examples are MRI's")
    missed = {name: {file for file, *_ in ran[name] - probed[name]["plain"]} for name in ran}
    assert "experience/practice.py" in missed["train_mri_fig3_point_mri"]  # all demonstrations
    assert "experience/collect.py" in missed["evaluate_mri_fig3_ant_maml"]  # an early end
    assert "pipeline/stages/train.py" in missed["train_mri_ablation_correction_mri-trajectory"]


def test_every_switch_of_every_profile_is_probed_on_its_side():
    """Sizes of nought, of one and of more may mean different things."""
    params = read_yaml(ROOT / PARAMS)
    sized = [setting.sized(params)["profile"]["panels"] for setting in SETTINGS]
    for panel in (panel for panel in PANELS if panel.runs):
        for profile in PROFILES:
            theirs = sizes_of(profile["panels"][panel.id])
            for run, sizes in profile["panels"][panel.id]["runs"].items():
                for key in short(panel.id, sizes):  # there one stands for more
                    theirs.pop(f"{run} {key}", None)
            if profile["data"][panel.data.name]["train_tasks"] == 1:
                for key in ("batch", "episodes"):  # a world of one task asks for no rollouts of it
                    theirs.pop(key)
            ours = [sizes_of(panels[panel.id]) for panels in sized]
            for key, size in theirs.items():
                assert min(size, 2) in {min(sizes[key], 2) for sizes in ours}, (panel.id, key)


def sizes_of(panel: Any) -> dict[str, int]:
    runs = {f"{run} {key}": n for run, sizes in panel["runs"].items() for key, n in sizes.items()}
    return {key: size for key, size in panel.items() if key != "runs"} | runs
