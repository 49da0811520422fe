"""What whole programs cost: seconds to start, seconds of a stage that does nothing, memory."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from functools import partial

import numpy as np

from remeta.bench.entry import Entry, Target, alone, compared, over
from remeta.bench.ground import SEED
from remeta.bench.timing import alternate
from remeta.experience.demos import DemoFile
from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.data import family_of
from remeta.pipeline.settings.blocks import DataSize, Profile
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml, write_yaml
from remeta.pipeline.stages.tasks import draw_tasks
from remeta.tasks.tasksets import TaskSets

POINT = "mri_fig3_point"
NAME = "bench"  # of the profile in a throw-away project
ONCE = {"iterations": 1, "imitation_steps": 2}
LEAST = DataSize(
    horizon=12, train_tasks=4, validation_tasks=2, test_tasks=2, demos_per_task=2, roll_outs=2
)


def start_up(rounds: int) -> Entry:
    seconds = alternate(
        {
            "ours": partial(python, "-m", "remeta", "--help"),
            "bare": partial(python, "-c", "pass"),
        },
        rounds,
    )
    return compared(
        "help",
        "`remeta --help` against an interpreter that does nothing; ratio: times as long",
        "s",
        seconds["ours"],
        seconds["bare"],
        over(seconds["ours"], seconds["bare"]),
        Target("ours", "<=", 0.4),
    )


def fixed_cost(rounds: int) -> Entry:
    """A training stage with next to nothing to train."""
    with project(POINT, smallest(Settings.load().profile)):
        stage = partial(python, "-m", "remeta", "train", POINT, "imitation", str(SEED))
        seconds = alternate({"ours": stage}, rounds)
    what = "a `remeta train` that trains next to nothing: a stage's fixed cost"
    return alone("stage", what, "s", seconds["ours"], Target("ours", "<=", 4))


def memory(panel: str, runs: tuple[str, ...], profile: Profile) -> list[Entry]:
    """Training stages of one meta-iteration, MRI's with two imitation steps."""
    with project(panel, shortened(profile, panel)):
        peaks = {run: python("-m", "remeta.bench.peak", panel, run, str(SEED)) for run in runs}
    return [
        alone(
            f"memory_{panel}_{run}",
            f"peak memory of training {panel} {run} at the sizes of `{profile.name}`",
            "GB",
            [float(output.split()[-1])],
            Target("ours", "<=", 3),
        )
        for run, output in peaks.items()
    ]


def shortened(profile: Profile, panel: str) -> Profile:
    """The same, with a single meta-iteration of a panel's runs."""
    size = profile.panels[panel]
    runs = {
        run: {name: ONCE.get(name, number) for name, number in sizes.items()}
        for run, sizes in size.runs.items()
    }
    panels = profile.panels | {panel: size.model_copy(update={"runs": runs})}
    return profile.model_copy(update={"panels": panels})


def smallest(profile: Profile) -> Profile:
    """The same, with next to nothing to do for the point robot."""
    short = shortened(profile, POINT)
    size = short.panels[POINT].model_copy(update={"batch": 3, "episodes": 5})
    panels, data = short.panels | {POINT: size}, short.data | {"point": LEAST}
    return short.model_copy(update={"panels": panels, "data": data})


@contextmanager
def project(name: str, sizes: Profile) -> Iterator[None]:
    """A folder with this project's params at these sizes, task sets, and demos of no expert."""
    panel, params = panel_named(name), read_yaml(PARAMS)
    profile = sizes.model_copy(update={"name": NAME, "seeds": [SEED]})
    with tempfile.TemporaryDirectory(prefix="remeta-bench-") as folder, chdir(folder):
        write_yaml(PARAMS, params | {"profile": profile.model_dump()})
        draw_tasks(panel.data.files)
        random_demos(panel, profile).write(places.demos(profile.name, panel.data.files))
        yield


def random_demos(panel: Panel, profile: Profile) -> DemoFile:
    """Of the right size, and worth nothing."""
    family, size = family_of(panel.data), profile.data[panel.data.name]
    tasks = TaskSets.read(places.tasks(profile.name, panel.data.files), panel.family).train
    shape = len(tasks), size.demos_per_task, size.horizon
    rng = np.random.default_rng(SEED)
    return DemoFile(
        family=panel.family,
        tasks=tasks,
        obs=rng.standard_normal((*shape, family.obs_size), dtype=np.float32),
        act=rng.uniform(-1, 1, (*shape, family.act_size)).astype(np.float32),
        mask=np.ones(shape, np.float32),
        scores=np.zeros(len(tasks), np.float32),
        seed=SEED,
        expert_env_steps=0,
    )


def python(*words: str) -> str:
    """What a Python of its own says to these words."""
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Advice(f"`python {' '.join(words)}` failed; mend this first:\n{done.stderr}")
    return done.stdout
