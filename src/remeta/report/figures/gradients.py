"""How noisy each method's meta-gradient is, before training and after."""

from pathlib import Path

import numpy as np

from remeta.report.figures.learning import choices
from remeta.report.files import where
from remeta.report.noise import MEASURES, Noise
from remeta.report.style import caption, look, save, sheet, styled
from remeta.report.training_tables import measured

HIGH = 0.38  # of a bar
FACES = {"noise": 1.0, "noise_trained": 0.45}  # how opaque


def draw(noise: Noise, stem: Path) -> None:
    rows, panel = measured(noise), noise.panel
    first = where(rows, measure="noise")
    order = sorted(noise.runs, key=lambda run: first.value[first.run == run].item())
    batches = int(noise.rows.batches.iloc[0])
    with styled():
        figure = sheet(0.95 + 0.27 * len(order))
        axes = figure.add_subplot()
        for place, run in enumerate(order):
            for shift, measure in enumerate(MEASURES):
                row = where(rows, run=run, measure=measure).iloc[0]
                ends = np.array([[row.value - row.low], [row.high - row.value]])
                axes.barh(
                    place + HIGH * (shift - 0.5), row.value, HIGH, color=look(run).colour,
                    alpha=FACES[measure], linewidth=0, capsize=1.5, ecolor="#333333",
                    xerr=ends if np.isfinite(ends).all() else None, error_kw={"linewidth": 0.7},
                )  # fmt: skip
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
