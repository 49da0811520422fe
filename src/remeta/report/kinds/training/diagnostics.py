"""What goes on inside MAME as it trains: gradients, the inner loss, two policies parting."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from remeta.papers.panel import Panel
from remeta.records import Run
from remeta.report.figures.lines import legend
from remeta.report.figures.style import SMALL, caption, log_scale, look, save, sheet, styled
from remeta.report.figures.words import choices
from remeta.report.kinds.training.drawing import (
    STROKE,
    averaged,
    columns,
    curve,
    drawn,
    looks,
    spent,
)
from remeta.report.kinds.training.results import Training

LOSS = "inner_loss_after", "inner_loss_before"
PARTS = {
    "slope_explore": "explores: mu",
    "slope_exploit": "exploits: pi",
    "slope_predict": "predicts: M",
    "slope_embedding": "embedding: z",
    LOSS[0]: "inner loss",
    "divergence_explore": "KL(mu || pi)",
}
DEEP = 20  # from this factor on, an axis is logarithmic


def fit(panel: Panel) -> bool:
    """Whether some MAME is trained in it."""
    return any(map(_inner, panel.runs))


def draw(training: Training, stem: Path) -> None:
    runs = sorted(filter(_inner, training.runs), key=len)  # MAME itself first
    with styled():
        figure = sheet(4.3)
        grid = figure.subplots(3, 2, sharex=True)
        for axes, (metric, title) in zip(grid.flat, PARTS.items(), strict=True):
            _part(axes, training, runs, metric)
            axes.set_title(title, fontsize=7, pad=3)
        for axes, text in zip(grid[:, 0], ("gradient norm", "gradient norm", "loss"), strict=True):
            axes.set_ylabel(text)
        grid[2, 1].set_ylabel("nats")
        figure.align_ylabels(grid[:, 0])
        for axes in grid[2]:
            axes.set_xlabel("steps (millions)", fontsize=7)
        shown = [looks(training)[run] for run in runs]
        legend(figure, shown, columns(shown), STROKE)
        seeds = len(training.seeds)
        bands = f"Bands: 95 % interval over {seeds} seeds." if seeds > 1 else "One seed."
        caption(
            figure,
            f"{training.panel.title}. Shown: {averaged(training)}; thin: the inner loss before "
            f"adaptation; losses that are no errors of prediction are left out. {bands} "
            f"Here: {choices(training.panel)}.",
        )
        save(figure, stem)


def _part(axes: Axes, training: Training, runs: list[str], metric: str) -> None:
    shown = [run for run in runs if training.has(run, metric) and _drawable(training, run, metric)]
    for run in shown:
        curve(axes, training, run, metric, thin=True)
        if metric == LOSS[0] and training.has(run, LOSS[1]):
            before = drawn(training, run, LOSS[1]).mean(0)
            axes.plot(spent(training, run), before, color=look(run).colour, linewidth=0.5)
    values = [drawn(training, run, metric).mean(0) for run in shown]
    if values and min(v.min() for v in values) > 0:
        if max(v.max() for v in values) > DEEP * min(v.min() for v in values):
            log_scale(axes, "y", labelled=(1,))
            axes.minorticks_off()
    else:
        axes.axhline(0, color="#777777", linewidth=0.5)
    axes.tick_params(labelsize=SMALL)
    axes.grid(axis="y", alpha=0.5)


def _drawable(training: Training, run: str, metric: str) -> bool:
    """A loss that falls below zero is of another kind; a gradient of zero is none."""
    values = training.matrix(run, metric)
    return bool((values > 0).all() if metric == LOSS[0] else np.any(values != 0))


def _inner(run: str) -> bool:
    return Run.parse(run).method == "mame"
