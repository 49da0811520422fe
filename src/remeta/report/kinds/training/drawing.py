"""Return after adaptation over environment steps in training: figures 2 and 3 of MAME."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.records import Run
from remeta.report.figures.lines import line
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, look
from remeta.report.figures.words import bands, choices
from remeta.report.kinds.training.curves import AFTER, BEFORE
from remeta.report.kinds.training.results import Training
from remeta.report.kinds.training.shapes import LONG, WINDOW, final, smooth
from remeta.report.kinds.training.tables import band

MILLION = 1e6
STROKE = 2.2  # of the legend
FRONT = 3  # layer: above the axes' own lines and those of returns before adaptation


def plot(axes: Axes, training: Training) -> list[str]:
    """Lines for all runs, and thin ones for returns before adaptation; returns the best first."""
    order = best_first(training, AFTER)
    for run in order:
        curve(axes, training, run, AFTER)
        if training.has(run, BEFORE):
            before, steps = drawn(training, run, BEFORE).mean(0), spent(training, run)
            axes.plot(steps, before, color=look(run).colour, linewidth=0.6, alpha=0.6, zorder=1)
    axes.set(xlabel=f"{training.panel.x} (millions)", ylabel=training.panel.y)
    axes.grid(axis="y", alpha=0.5)
    return order


def curve(axes: Axes, training: Training, run: str, metric: str, thin: bool = False) -> None:
    """The mean over seeds with its interval, a few marks on it."""
    curves, steps = drawn(training, run, metric), spent(training, run)
    low, high = band(training, run, curves, metric)
    line(axes, look(run, training.panel), steps, curves.mean(0), (low, high), True, thin, FRONT)


def looks(training: Training) -> dict[str, Look]:
    return {run: look(run, training.panel) for run in training.runs}


def columns(looks: Sequence[Look]) -> int:
    """Of the legend: rows of three or four."""
    return len(looks) if len(looks) < 5 else 3


def best_first(training: Training, metric: str) -> list[str]:
    runs = [run for run in training.runs if training.has(run, metric)]
    return sorted(runs, key=lambda run: -final(training.matrix(run, metric)).mean())


def drawn(training: Training, run: str, metric: str) -> ndarray:
    curves = training.matrix(run, metric)
    return smooth(curves) if _long(training) else curves


def averaged(training: Training) -> str:
    return f"means of {WINDOW} iterations" if _long(training) else "every iteration"


def _long(training: Training) -> bool:
    """Whether anything is left to see where iterations are averaged."""
    return min(training.matrix(run).shape[-1] for run in training.runs) >= LONG


def spent(training: Training, run: str) -> ndarray:
    return training.steps(run).mean(0) / MILLION


def words(training: Training) -> str:
    return f"{training.panel.source}: {training.panel.shows} {setting(training)} {told(training)}"


def setting(training: Training) -> str:
    """What returns of other settings cannot be compared with."""
    length = max(_length(training, run) for run in training.runs)
    return f"Here: {choices(training.panel)}; episodes of {length:.0f} steps on average."


def _length(training: Training, run: str) -> float:
    """Mean steps of an episode."""
    last = training.curves.take(np.flatnonzero(training.curves.run == run)).iloc[-1]
    return last.train_env_steps / max(last.pre_episodes + last.post_episodes, 1)


def told(training: Training) -> str:
    thin = "before adaptation, whose steps count, too"
    if any(Run.parse(run).method == "mame" for run in training.runs):
        thin = "before adaptation (of MAME the policy that explores), whose steps count, too"
    return f"Shown: {averaged(training)}; thin lines: {thin}; {bands(len(training.seeds))}."


PICTURE = Picture(2.95, plot, looks, words, columns, STROKE)
