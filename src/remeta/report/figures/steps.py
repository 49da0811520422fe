"""What imitation steps per data collection save: return over roll-outs in meta-training."""

from pathlib import Path

import numpy as np

from remeta.report.curves import Curve, by_iteration, labels
from remeta.report.figures.lines import draw_lines, legend
from remeta.report.results import Results
from remeta.report.style import caption, log_scale, save, sheet, styled

FULL = "mri"


def draw(results: Results, stem: Path) -> None:
    rows, panel = by_iteration(results), results.panel
    full = Curve.of(results, FULL)
    with styled():
        figure = sheet(2.85)
        axes = figure.add_subplot()
        draw_lines(
            axes, rows.take(np.flatnonzero(rows["roll-outs"] > 0)), panel.name, "roll-outs", "mean"
        )
        axes.axhline(full.returns[:, 0].mean(), color="#777777", linewidth=0.8, dashes=(1, 1.5))
        good = full.good(np.ones((1, len(full.returns))), 0.95)[0]
        if np.isfinite(good):
            axes.axhline(good, color="#333333", linewidth=0.8, dashes=(5, 2))
        axes.set(xlabel=panel.x, ylabel=panel.y)
        log_scale(axes, labelled=(1, 3))
        axes.grid(axis="y", alpha=0.5)
        named = labels(results)
        legend(figure, named, [run for run in named if run != "expert"], panel.name)
        caption(figure, f"The paper: {panel.shows} {_lines(len(results.seeds))}")
        save(figure, stem)


def _lines(seeds: int) -> str:
    bands = f"bands: 95 % interval over {seeds} seeds" if seeds > 1 else "one seed, hence no band"
    return (
        "Supervised steps per collection of roll-outs; dashed: 95 % of MRI's final gain; "
        f"dotted: before training; {bands}."
    )
