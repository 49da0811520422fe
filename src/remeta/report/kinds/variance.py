"""How much the meta-gradient at fixed weights differs from one batch of tasks to another."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.records import NOISE_COLUMNS, WHOLE
from remeta.report.evidence.by_seed import Measure
from remeta.report.evidence.faults import of_gradients
from remeta.report.evidence.looked import Looked
from remeta.report.figures.style import caption, look, save, sheet, styled
from remeta.report.figures.words import choices
from remeta.report.kinds.by_measure import by_measure, cells, heads, values
from remeta.report.kinds.kind import Kind
from remeta.report.kinds.training import READING
from remeta.report.rows import where

HIGH = 0.38  # of a bar
FACES = {"noise": 1.0, "noise_trained": 0.45}  # how opaque


def noise(weights: str, module: str = WHOLE) -> Callable[["Noise", str], ndarray]:
    """At these weights, of one module's gradient or of all."""
    return lambda of, run: of.noise(run, weights, module)


MEASURES: Mapping[str, Measure] = {
    "noise": Measure("noise", noise("untrained"), head="noise, untrained [95 %]"),
    "noise when trained": Measure("noise", noise("trained"), "noise_trained", "noise, trained"),
    "noise of mu's gradient": Measure("noise", noise("untrained", "explore")),
    "noise of mu's gradient when trained": Measure("noise", noise("trained", "explore")),
}


class Noise(Looked):
    evidence, columns, fault = "gradients", NOISE_COLUMNS, staticmethod(of_gradients)
    measures = MEASURES

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All rows, and the `noise` of each: deviation over norm.

        The norm is that of a mean over batches, which noise alone makes 1 / sqrt(batches) of the
        deviation: noise never exceeds sqrt(batches), which also stands for no gradient at all.
        """
        rows = super().rows
        if rows.batches.nunique() != 1:
            odd = rows.run[rows.batches != rows.batches.iloc[0]].iloc[0]
            fault = "has another number of batches than others"
            raise self.advice(self.path("gradients", odd, self.seeds[0]).parent, fault, odd)
        most = np.sqrt(rows.batches)
        ratio = rows.deviation / rows.norm.where(rows.norm > 0)
        return rows.assign(noise=np.minimum(ratio.fillna(most), most))

    def noise(self, run: str, weights: str, module: str) -> Float[ndarray, " seed"]:
        found = where(self.rows, run=run, weights=weights, module=module)
        return found.sort_values("seed").noise.to_numpy()


def by_module(noise: Noise) -> pd.DataFrame:
    """The noise of each module's gradient, mean over seeds."""
    parts = noise.rows.take(np.flatnonzero(noise.rows.module != WHOLE))
    keys, numbers = ["run", "weights", "module"], ["norm", "deviation", "noise"]
    return pd.DataFrame(parts.groupby(keys, sort=False, as_index=False)[numbers].mean())


def draw(conditions: Sequence[Noise], stem: Path) -> None:
    """As published only."""
    noise = conditions[0]
    rows, panel = by_measure(noise), noise.panel
    first = where(rows, measure="noise")
    order = sorted(noise.runs, key=lambda run: first.value[first.run == run].item())
    batches = int(noise.rows.batches.iloc[0])
    with styled():
        figure = sheet(0.95 + 0.27 * len(order))
        axes = figure.add_subplot()
        for place, run in enumerate(order):
            _bars(axes, place, where(rows, run=run))
        axes.axvline(batches**0.5, color="#333333", linewidth=0.8, dashes=(3, 1.5))
        axes.set_yticks(range(len(order)), labels=[look(run).label for run in order])
        axes.set(
            xlabel=f"{panel.x} (deviation / norm)", ylim=(len(order) - 0.5, -0.5), xlim=(0, None)
        )
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", alpha=0.5)
        seeds = len(noise.seeds)
        bars = f"95 % intervals over {seeds} seeds" if seeds > 1 else "one seed, hence no interval"
        caption(
            figure,
            f"The paper: {panel.shows} Full colour: the untrained start; pale: trained. Over "
            f"{batches} batches of tasks; dashed: noise and nothing else; {bars}. "
            f"Here: {choices(panel)}.",
        )
        save(figure, stem)


def _bars(axes: Axes, place: int, rows: pd.DataFrame) -> None:
    """One run's, untrained and trained."""
    for shift, (measure, face) in enumerate(FACES.items()):
        row = where(rows, measure=measure).iloc[0]
        ends = np.array([[row.value - row.low], [row.high - row.value]])
        axes.barh(
            place + HIGH * (shift - 0.5), row.value, HIGH, color=look(row.run).colour,
            alpha=face, linewidth=0, capsize=1.5, ecolor="#333333",
            xerr=ends if np.isfinite(ends).all() else None, error_kw={"linewidth": 0.7},
        )  # fmt: skip


KIND = Kind(
    name="variance",
    stages=("gradients",),
    reads=("gradients",),
    read=Noise,
    frames={"": by_measure, "_modules": by_module},
    cells=lambda results, table: cells(results, table, heads(results)),
    draw=draw,
    summary=lambda results: values(by_measure(results)),
    reading=READING,
)
