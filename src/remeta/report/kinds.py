"""What is written and drawn for each kind of panel."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from remeta.papers.panel import Panel
from remeta.report import curves, tables
from remeta.report import training_tables as training
from remeta.report.figures import (
    adaptation,
    correction,
    diagnostics,
    gradients,
    learning,
    steps,
    trajectories,
)
from remeta.report.noise import Noise
from remeta.report.results import Results
from remeta.report.statistics import flat, iqm
from remeta.report.traces import Traces
from remeta.report.training import Training

Frames = dict[str, pd.DataFrame]  # by what follows the panel's name in that of the file
Cells = tuple[list[str], list[list[str]]]
DRAWINGS: dict[str, Callable[[Results, Path], None]] = {
    "ablation_steps": steps.draw,
    "ablation_correction": correction.draw,
}


@dataclass(frozen=True)
class Kind:
    tables: Callable[[Any], tuple[Frames, Cells]]
    draw: Callable[[Any, Path], None]
    summary: Callable[[Any], dict[str, dict[str, float]]]


def pictures(panel: Panel) -> tuple[str, ...]:
    """What follows the panel's name in those of its figures."""
    return ("", "_diagnostics") if diagnostics.fit(panel) else ("",)


def _adaptation(results: Results) -> tuple[Frames, Cells]:
    rows, by_iteration = tables.by_step(results), curves.by_iteration(results)
    return {"_curves": by_iteration, "": rows}, tables.cells(rows, curves.labels(results))


def _training(results: Training) -> tuple[Frames, Cells]:
    rows = training.by_measure(results)
    return {"_curves": training.by_iteration(results), "": rows}, training.cells(rows)


def _noise(results: Noise) -> tuple[Frames, Cells]:
    rows = training.measured(results)
    return {"_modules": training.by_module(results), "": rows}, training.cells(rows)


def _traces(results: Traces) -> tuple[Frames, Cells]:
    rows = training.measured(results)
    return {"": rows}, training.cells(rows)


def _draw_adaptation(results: Results, stem: Path) -> None:
    DRAWINGS.get(results.panel.name, adaptation.draw)(results, stem)


def _draw_training(results: Training, stem: Path) -> None:
    learning.draw(results, stem)
    if diagnostics.fit(results.panel):
        diagnostics.draw(results, stem.with_name(f"{stem.name}_diagnostics"))


def _means(results: Results) -> dict[str, dict[str, float]]:
    """Interquartile means after some updates, as returns and on the expert scale."""
    summary = {}
    for run in results.runs:
        steps_run = [step for step in tables.SHOWN if step in results.steps(run)]
        means = {step: iqm(flat(results.matrix(run, step))) for step in steps_run}
        summary[run] = {f"return_{step}": float(mean) for step, mean in means.items()} | {
            f"s_{step}": float(results.on_scale(mean)) for step, mean in means.items()
        }
    return summary


def _values(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Every measure of every run."""
    return {
        str(run): dict(zip(own.measure, own.value, strict=True))
        for run, own in rows.groupby("run", sort=False)
    }


def _training_values(results: Training) -> dict[str, dict[str, float]]:
    return _values(training.by_measure(results))


def _other_values(results: Noise | Traces) -> dict[str, dict[str, float]]:
    return _values(training.measured(results))


KINDS = {
    "adaptation": Kind(_adaptation, _draw_adaptation, _means),
    "training": Kind(_training, _draw_training, _training_values),
    "variance": Kind(_noise, gradients.draw, _other_values),
    "trajectories": Kind(_traces, trajectories.draw, _other_values),
}
