"""The project that probes run in: this one's parameters at sizes of a handful, in three settings.

A line that a run executes only at some sizes is probed only there, and the sizes of a profile are
none of a probe's business. So there is a setting for either side of every switch. Other numbers in
a setting move every probe and with it every result; to look closer, add a setting.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

from remeta.papers.dataset import Dataset
from remeta.papers.registry import dataset_named, panel_named
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml, write_yaml

SEED, PROFILE = 3, "probe"
# Contacts blow the rounding of processors up, by a thousand within twelve steps of these robots.
ROUGH = (
    "cheetah_dir", "cheetah_vel", "ant_dir", "cheetah_motor", "hopper", "cheetah_run", "ant_reach",
    "ant_classify", "walker_dynamics",
)  # fmt: skip
BRIEF = {"horizon": 5}  # of these
ROBOTS = ("reacher", "ant_goal", "ant_quarter", "sawyer_push", "sawyer_door", *ROUGH)
GENTLE = 0.1  # their rates at test: five steps of 1 blow it up, too
SIZE = {
    "horizon": 12, "train_tasks": 4, "validation_tasks": 2, "test_tasks": 2,
    "demos_per_task": 2, "roll_outs": 2,
}  # fmt: skip
TUNING = {"candidates": 3, "rungs": [0.5, 1.0], "keep": 2}
ANALYSIS = {"batches": 2, "batch": 3, "episodes": 5}
RHYTHM = {"rows": 4, "steps": 3, "updates": 2}  # of who learns off its policy
BURST = {"updates": 2}  # of a meta-step of who learns from demonstrations alone
EXPERT = {"rows": 4, "batch": 8, "updates": 2, "warm_up": 8}

EXAM = {"steps": 5, "episodes": 2}


@dataclass(frozen=True)
class Setting:
    """Sizes of a panel and of its runs, and what differs from the hyper-parameters of a run.

    `runs` need not say everything: there are two of what it does not name. What a panel has none
    of it has none of here.
    """

    name: str
    panel: dict[str, int]
    runs: dict[str, int]
    region: dict[str, Any]  # trust_region, where a run has one
    hyper: dict[str, Any] = field(default_factory=dict)  # any other that a run has
    diverging: dict[str, Any] = field(default_factory=dict)  # the same, of runs that may diverge
    rate: float | None = None  # of adaptation in tests, if not the panel's own
    warm_up: int = 0  # environment steps before who learns off its policy begins
    tuning: dict[str, Any] = field(default_factory=lambda: TUNING)

    def sized(self, params: dict[str, Any]) -> dict[str, Any]:
        params = deepcopy(params)
        params["hp"]["tuning"] = gentle_ranges(params["hp"]["tuning"])
        own = params["hp"]["tuning_of"]
        params["hp"]["tuning_of"] = {paper: gentle_ranges(own[paper]) for paper in own}
        for learner in params["hp"]["experts"].values():
            learner.update(EXPERT)
        for key, panel in params["hp"]["panels"].items():
            if panel["test"]:
                own = GENTLE if panel_named(key).family in ROBOTS else None
                rate = own if self.rate is None else self.rate
                rates = panel["test"]["rates"]
                panel["test"]["rates"] = dict.fromkeys(rates, rate) if rate else rates
            for name, run in panel["runs"].items():
                run.get("trust_region", {}).update(self.region)
                run.get("rhythm", {}).update(RHYTHM, warm_up=self.warm_up)
                mine = BURST | self.hyper | (self.diverging if name in panel["may_diverge"] else {})
                run.update({key: value for key, value in mine.items() if key in run})
        return params | {"profile": self._profile(params["profile"])}

    def _profile(self, chosen: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": PROFILE,
            "seeds": [SEED],
            "figures": "figures",
            "data": {name: SIZE | brief(dataset_named(name)) for name in chosen["data"]},
            "experts": {name: expert(name) for name in chosen["experts"]},
            "exams": {name: exam(name) for name in chosen["exams"]},
            "panels": {
                name: {
                    key: size and self.panel[key] for key, size in panel.items() if key != "runs"
                }
                | {
                    "runs": {
                        run: self._run(panel["runs"][run]) | short(name, panel["runs"][run])
                        for run in panel["runs"]
                    }
                }
                for name, panel in chosen["panels"].items()
            },
            "looks": dict.fromkeys(chosen["looks"], ANALYSIS),
            "tuning": self.tuning,
        }

    def _run(self, sizes: dict[str, int]) -> dict[str, int]:
        return {name: SIZE.get(name) or self.runs.get(name, 2) for name in sizes}


def expert(name: str) -> dict[str, float | None]:
    """A few steps to learn in, and nothing that is asked of it."""
    return {"env_steps": 24, "quality": None if dataset_named(name).exam else -1e9}


def exam(name: str) -> dict[str, float]:
    """Likewise."""
    said = dataset_named(name).exam
    return EXAM | {"quality": 1e9 if said and said.best == "least" else -1e9}


def gentle_ranges(tuning: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, list[float]]]:
    """As many values to choose among, none of which blows rounding up or takes long."""
    return {
        kind: {name: _gentle(name, values) for name, values in ranges.items()}
        for kind, ranges in tuning.items()
    }


def _gentle(name: str, values: list[float]) -> list[float]:
    small = [place + 1.0 for place in range(len(values))]
    if name.endswith("rate"):
        return [GENTLE * value / len(values) for value in small]
    return small if name.endswith("steps") else values


def brief(data: Dataset) -> dict[str, int]:
    return BRIEF if data.family in ROUGH else {}


def short(panel: str, sizes: Mapping[str, Any]) -> dict[str, int]:
    """A single iteration where a second would begin from the rounding of the first, blown up."""
    brevity = brief(panel_named(panel).data)
    known = {key: size for key, size in brevity.items() if key in sizes}
    return {"iterations": 1} | known if brevity else {}


PLAIN = Setting(
    "plain",
    panel={"batch": 3, "episodes": 5, "validate_every": 1},
    runs={"demo_samples": 8, "curvature_subsample": 5},
    # Long solves of a nearly singular system blow rounding up beyond any tolerance.
    region={"iterations": 2, "damping": 0.1},
)
OTHER = Setting(  # every switch on its other side, tasks in more than one chunk, wrapping modes
    "other",
    panel={"batch": 3, "episodes": 7, "validate_every": 2},
    runs={"demo_samples": 0, "curvature_subsample": 1, "imitation_steps": 1},
    region={"iterations": 10, "damping": 1e3},  # so much that conjugate gradients end by success
    hyper={"task_chunk": 2},
    warm_up=8,
    rate=0.01,  # what lively families tell is learnt from a few extreme steps
)
STRAINED = Setting(  # nothing goes well: no step is accepted, what may diverge does
    "strained",
    panel=PLAIN.panel,
    runs=PLAIN.runs | {"iterations": 1},
    region={"iterations": 2, "damping": 0.1, "radius": 1e8, "tries": 2},
    diverging={"outer_rate": 1e30},
    tuning={"candidates": 1, "rungs": [1.0], "keep": 1},
)
LOST = Setting(  # what may diverge does so with its first step
    "lost",
    panel=PLAIN.panel,
    runs=STRAINED.runs,
    region=PLAIN.region,
    diverging={"outer_rate": 1e39},  # more than a float32 holds
)
SETTINGS = (PLAIN, OTHER, STRAINED, LOST)

Sized = Callable[[Setting], Settings]


@contextmanager
def tiny_project() -> Iterator[Sized]:
    """A folder with this project's parameters at the plain sizes, and a way to the others."""
    params = read_yaml(PARAMS)

    def sized(setting: Setting) -> Settings:
        write_yaml(PARAMS, setting.sized(params))
        return Settings.load()

    with TemporaryDirectory(prefix="remeta-probe-") as folder, chdir(folder):
        sized(PLAIN)
        yield sized
