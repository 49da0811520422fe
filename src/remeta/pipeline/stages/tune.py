"""Successive halving: every method tries as many candidates, on training tasks only.

All candidates train for a share of the run's iterations; the best of them begin anew for a larger
share, and so on. They are scored by the panel's own protocol, on average over its updates, on
training tasks that are adapted to as test tasks will be. Where training itself is what a panel
shows, and nothing is held out, they are scored by the end of their curves; where nobody adapts, by
the returns of what was learned. Who imitates is so chosen by a reward that it never learns from, as
is usual. The seed is of no result's. Where tasks are held out, those of validation and of tests
stay unseen; where none are, the tasks that decide are judged again, under other seeds. What was
tried is a table; the choice is what the runs of the panel take.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from remeta import methods
from remeta.core.weights import all_finite, detached
from remeta.experience.adaptation import adaptation_curve
from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.pipeline import machine
from remeta.pipeline.panels import practice_of, schedule_of, world_of
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.teaching import context_demos_of, pupil_of
from remeta.pipeline.tuning import (
    SEED,
    TEST_RATE,
    Choice,
    candidates,
    file,
    halved,
    published,
    with_choice,
)
from remeta.records import IDENTITY, written
from remeta.storage import write_text

COLUMNS = ("rung", "iterations", "choice", "adapt_step", "metric", "value")
LOST = -np.inf  # the score of who lost its numbers
LAST = 0.1  # of training is its end, as in claims
RETURNS = ("return_before", "return_after")
Course = list[dict[str, float]]  # metrics of every meta-iteration


def tune(panel_id: str, run: str) -> None:
    """Choose the numbers of a run of an evenly tuned panel."""
    settings, panel = Settings.load(), panel_named(panel_id)
    settings.refuse_unknown(panel, run)
    if not panel.published:
        raise Advice(f"{panel.id} has its paper's numbers; name an evenly tuned panel.")
    machine.prepare()
    rows, choice = Tuning(settings, panel, run).search()
    whose = (settings.profile.name, panel.paper, panel.name, run, SEED)
    head: dict[str, object] = dict(zip(IDENTITY, whose, strict=True))
    kept = {
        name: {"published": published(settings, panel, run, name), "chosen": value}
        for name, value in choice.items()
    }
    write_text(file(settings, panel, run, "csv"), written(COLUMNS, rows, head))
    write_text(file(settings, panel, run, "json"), json.dumps(kept, indent=1) + "\n")
    print(f"tune {panel.id} {run}: {said(choice)}")


def score(returns: list[float]) -> float:
    """On average over updates, if there are any."""
    return float(np.mean(returns[1:] or returns)) if returns else LOST


def ends(course: Course) -> list[float]:
    """Returns before and after adaptation, in the last tenth of training."""
    last = course[-math.ceil(LAST * len(course)) :]
    return [float(np.mean([metrics[name] for metrics in last])) for name in RETURNS]


def said(choice: Choice) -> str:
    return "; ".join(f"{name} {value:g}" for name, value in choice.items())


@dataclass(frozen=True)
class Tuning:
    """The search of one run."""

    settings: Settings
    panel: Panel
    run: str

    def search(self) -> tuple[list[dict], Choice]:
        """Everything that was tried, and the best of the last rung."""
        left, rows = candidates(self.settings, self.panel, self.run), []
        iterations = self.settings.run_values(self.panel, self.run)[1]
        size = self.settings.profile.tuning
        for rung, share in enumerate(size.rungs):
            length = max(1, round(share * iterations)) if iterations else 0
            tried = [(choice, returns) for choice, returns in self._tried(left, rung, length)]
            rows += [
                {"rung": rung, "iterations": length, "choice": said(choice), "adapt_step": step,
                 "metric": "return", "value": f"{value:.6g}"}
                for choice, returns in tried
                for step, value in enumerate(returns)
            ]  # fmt: skip
            scores = np.array([score(returns) for _, returns in tried])
            if not np.isfinite(scores).any():
                raise Advice(
                    f"tune {self.panel.id} {self.run}: all {len(tried)} candidates lost their "
                    "numbers; add smaller rates to hp.tuning."
                )
            left = [tried[place][0] for place in halved(scores, size.keep)]
        return rows, left[0]

    def _tried(
        self, choices: list[Choice], rung: int, length: int
    ) -> Iterator[tuple[Choice, list[float]]]:
        """Mean returns after 0, 1, ... updates; none where the numbers were lost.

        Candidates that differ only in their rate at test are trained once.
        """
        title = f"tune {self.panel.id} {self.run}"
        progress = Progress(title, len(choices))
        known: dict[str, tuple[methods.Method, Course | None]] = {}
        for place, choice in enumerate(choices):
            settings = with_choice(self.settings, self.panel, self.run, choice)
            key = said({name: choice[name] for name in choice if name != TEST_RATE})
            if key not in known:
                known[key] = self._trained(settings, length)
            method, course = known[key]
            returns = [] if course is None else self._returns(settings, method, course)
            progress.show(place + 1, {"rung": rung, "iterations": length})
            yield choice, returns

    def _trained(self, settings: Settings, length: int) -> tuple[methods.Method, Course | None]:
        """After so many meta-iterations, and what they told; nothing if numbers were lost."""
        method, practice, _ = pupil_of(settings, self.panel, self.run, SEED)
        course: Course = []
        for _ in range(length):
            course.append(method.meta_step(practice))
            if not (all_finite(method.weights) and np.isfinite([*course[-1].values()]).all()):
                return method, None
        return method, course

    def _returns(self, settings: Settings, method: methods.Method, course: Course) -> list[float]:
        """After 0, 1, ... updates."""
        if settings.panel_params(self.panel).test is None:
            return ends(course)
        panel, size = self.panel, settings.data_size(self.panel.data)
        world, tasks = world_of(settings, panel, self.run), size.validation_tasks
        practice = practice_of(settings, panel, world, self.run, SEED)
        known = panel.data, "train", tasks, method.needs, settings.shown(panel, self.run)
        seen = context_demos_of(settings, world, *known)
        schedule = schedule_of(settings, panel, panel.data, settings.rates(panel, self.run), seen)
        curve = adaptation_curve(
            world,
            methods.adaptation_of(method, schedule),
            detached(method.weights),
            practice.tasks[:tasks],
            schedule,
            stream(SEED, panel.id, "tune"),
        )
        returns = [float(rollouts.mean_return().mean()) for _, rollouts in curve]
        return returns if np.isfinite(returns).all() else []
