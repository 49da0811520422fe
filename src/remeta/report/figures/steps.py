"""What imitation steps per data collection save: return over roll-outs in meta-training."""

from pathlib import Path

import numpy as np

from remeta.report.curves import Curve, by_iteration
from remeta.report.figures.lines import draw_lines, legend
from remeta.report.results import Results
from remeta.report.style import caption, look, save, sheet, styled

FULL = "mri"


def draw(results: Results, stem: Path) -> None:
    rows, panel = by_iteration(results), results.panel
    full = Curve.of(results, FULL)
    good = full.good(np.ones((1, len(full.returns))), 0.95)[0]
    with styled():
        figure = sheet(2.85)
        axes = figure.add_subplot()
        order = draw_lines(axes, rows[rows["roll-outs"] > 0], panel.name, "roll-outs", "mean")
        axes.axhline(full.returns[:, 0].mean(), color="#777777", linewidth=0.8, dashes=(1, 1.5))
        if np.isfinite(good):
            axes.axhline(good, color="#333333", linewidth=0.8, dashes=(5, 2))
        axes.set(xscale="log", xlabel=panel.x, ylabel=panel.y)
        axes.grid(axis="y", alpha=0.5)
        labels = {run: look(run, panel.name).label for run in order}
        labels[FULL] = f"{full.updates_per_iteration:.0f} steps"
        legend(figure, labels, panel.name, columns=4)
        caption(figure, f"{panel.shows} {_lines(results)}")
        save(figure, stem)


def _lines(results: Results) -> str:
    seeds = len(results.seeds)
    bands = f"bands: 95 % interval over {seeds} seeds" if seeds > 1 else "one seed, hence no band"
    return (
        "Supervised steps per collection of roll-outs; dashed: 95 % of the most steps' final "
        f"gain; dotted: before training; {bands}."
    )
