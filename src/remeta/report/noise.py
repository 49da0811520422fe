"""How much the meta-gradient at fixed weights differs from one batch of tasks to another."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.papers.training_claim import Measure
from remeta.records import NOISE_COLUMNS
from remeta.report.faults import WHOLE, of_gradients
from remeta.report.files import Files, where
from remeta.report.outcome import Outcome

# The weights at which a measure is taken, and the module of which.
MEASURES = {"noise": ("untrained", WHOLE), "noise_trained": ("trained", WHOLE)}
OF_MU = {"noise_explore": ("untrained", "explore"), "noise_explore_trained": ("trained", "explore")}


class Noise(Files):
    evidence = "gradients"
    tasks = 0  # none is held out

    @property
    def runs(self) -> dict[str, str]:
        """Trained elsewhere, but measured here."""
        return dict.fromkeys(super().runs, self.panel.name)

    def inputs(self) -> list[Path]:
        return [self.path("gradients", run, seed) for run in self.runs for seed in self.seeds]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All rows, and the `noise` of each: deviation over norm.

        The norm is that of a mean over batches, which noise alone makes 1 / sqrt(batches) of the
        deviation: noise never exceeds sqrt(batches), which also stands for no gradient at all.
        """
        frames = []
        for run in self.runs:
            for seed in self.seeds:
                frame = self.read("gradients", run, seed, NOISE_COLUMNS)
                fault = of_gradients(frame)
                if fault:
                    raise self.advice(self.path("gradients", run, seed), fault, run)
                frames.append(frame)
        rows = pd.concat(frames, ignore_index=True)
        if rows.batches.nunique() != 1:
            odd = rows.run[rows.batches != rows.batches.iloc[0]].iloc[0]
            fault = "has another number of batches than others"
            raise self.advice(self.path("gradients", odd, self.seeds[0]).parent, fault, odd)
        most = np.sqrt(rows.batches)
        ratio = rows.deviation / rows.norm.where(rows.norm > 0)
        return rows.assign(noise=np.minimum(ratio.fillna(most), most))

    def noise(self, run: str, weights: str, module: str = WHOLE) -> Float[ndarray, " seed"]:
        found = where(self.rows, run=run, weights=weights, module=module)
        return found.sort_values("seed").noise.to_numpy()

    def measured(
        self, measure: Measure, run: str, counts: Float[ndarray, "draw seed"]
    ) -> Float[ndarray, " draw"]:
        weights, module = (MEASURES | OF_MU)[measure]
        return counts @ self.noise(run, weights, module) / counts.sum(1)

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        return {"one seed: no interval": len(self.seeds) == 1}
