"""Return after adaptation over environment steps in training: figures 2 and 3 of MAME."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy import ndarray

from remeta.papers.panel import Panel
from remeta.records import Run
from remeta.report.measures import LONG, WINDOW, final, smooth
from remeta.report.style import caption, look, save, sheet, styled
from remeta.report.training import AFTER, BEFORE, Training
from remeta.report.training_tables import band

MILLION = 1e6
MARKS = 6  # per line


def draw(training: Training, stem: Path) -> None:
    panel = training.panel
    with styled():
        figure = sheet(2.95)
        axes = figure.add_subplot()
        order = best_first(training, AFTER)
        for run in order:
            line(axes, training, run, AFTER)
            if training.has(run, BEFORE):
                curve, steps = drawn(training, run, BEFORE).mean(0), spent(training, run)
                axes.plot(steps, curve, color=look(run).colour, linewidth=0.6, alpha=0.6, zorder=1)
        axes.set(xlabel=f"{panel.x} (millions)", ylabel=panel.y)
        axes.grid(axis="y", alpha=0.5)
        legend(figure, order, panel.name)
        caption(figure, f"The paper: {panel.shows} {setting(training)} {told(training)}")
        save(figure, stem)


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


def line(axes: Axes, training: Training, run: str, metric: str, thin: bool = False) -> None:
    """The mean over seeds with its interval, a few marks on it."""
    style, curves = look(run, training.panel.name), drawn(training, run, metric)
    steps = spent(training, run)
    axes.plot(
        steps, curves.mean(0), color=style.colour, dashes=style.dash or (None, None),
        marker="" if thin else style.marker, markeredgecolor="white", markeredgewidth=0.4,
        markevery=max(1, len(steps) // MARKS), linewidth=0.9 if thin else 1.3, zorder=3,
    )  # fmt: skip
    low, high = band(training, run, curves, metric)
    if np.isfinite(low).all():
        axes.fill_between(steps, low, high, color=style.colour, alpha=0.15, linewidth=0)


def legend(figure: Figure, order: list[str], panel: str) -> None:
    """Above the axes, in this order of runs, in rows of three or four."""
    handles = []
    for run in order:
        style = look(run, panel)
        handles += figure.axes[0].plot(
            [], [], color=style.colour, marker=style.marker, markeredgecolor="white",
            markeredgewidth=0.4, dashes=style.dash or (None, None), label=style.label,
        )  # fmt: skip
    figure.legend(
        handles=handles, loc="outside upper center", ncols=len(order) if len(order) < 5 else 3,
        columnspacing=1.0, handlelength=2.2, handletextpad=0.4, borderaxespad=0.1,
    )  # fmt: skip


def choices(panel: Panel) -> str:
    """The world's options and the nets, in words."""
    options = [f"{name.replace('_', ' ')} {value}" for name, value in panel.options]
    return "; ".join(", ".join(part) for part in (options, [panel.nets]) if part[0])


def setting(training: Training) -> str:
    """What returns of other settings cannot be compared with."""
    length = max(_length(training, run) for run in training.runs)
    return f"Here: {choices(training.panel)}; episodes of {length:.0f} steps on average."


def _length(training: Training, run: str) -> float:
    """Mean steps of an episode."""
    last = training.curves.take(np.flatnonzero(training.curves.run == run)).iloc[-1]
    return last.train_env_steps / max(last.pre_episodes + last.post_episodes, 1)


def told(training: Training) -> str:
    seeds = len(training.seeds)
    bands = f"bands: 95 % interval over {seeds} seeds" if seeds > 1 else "one seed, hence no band"
    thin = "before adaptation, whose steps count, too"
    if any(Run.parse(run).method == "mame" for run in training.runs):
        thin = "before adaptation (of MAME the policy that explores), whose steps count, too"
    return f"Shown: {averaged(training)}; thin lines: {thin}; {bands}."
