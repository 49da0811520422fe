"""Where trained policies go before and after adaptation, on the corner world."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from remeta.papers.training_claim import Measure
from remeta.records import TRACE_COLUMNS
from remeta.report.faults import PHASES, of_traces
from remeta.report.files import Files, where
from remeta.report.outcome import Outcome

NEAR = 1.0  # from a corner: half of the radius in which it pays; who came so near has visited it
CELL = 0.5  # side of the cells in which visits are counted


class Traces(Files):
    evidence = "traces"
    tasks = 0  # none is held out

    @property
    def runs(self) -> dict[str, str]:
        """Trained elsewhere, but walked here."""
        return dict.fromkeys(super().runs, self.panel.name)

    def inputs(self) -> list[Path]:
        return [self.path("traces", run, seed) for run in self.runs for seed in self.seeds]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All steps of all roll-outs; every task has both phases."""
        frames = []
        for run in self.runs:
            for seed in self.seeds:
                frame = self.read("traces", run, seed, TRACE_COLUMNS)
                fault = of_traces(frame)
                if fault:
                    raise self.advice(self.path("traces", run, seed), fault, run)
                frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def goals(self) -> Float[ndarray, "goal 2"]:
        return np.unique(self.rows[["goal_x", "goal_y"]].to_numpy(), axis=0)

    def values(self, measure: Measure, run: str) -> Float[ndarray, " seed"]:
        """Mean over tasks."""
        own = where(self.rows, run=run)
        found = [
            np.mean([self._of(measure, task) for _, task in rows.groupby("task")])
            for _, rows in own.groupby("seed")
        ]
        return np.array(found)

    def _of(self, measure: Measure, rows: pd.DataFrame) -> float:
        """Of the roll-outs of one task: corners visited in a phase, or how far the phases part."""
        before, after = (where(rows, phase=phase) for phase in PHASES)
        if measure == "apart":
            return parted(before, after)
        return corners(_points(before if measure == "corners_before" else after), self.goals)

    def measured(
        self, measure: Measure, run: str, counts: Float[ndarray, "draw seed"]
    ) -> Float[ndarray, " draw"]:
        return counts @ self.values(measure, run) / counts.sum(1)

    def cautions(self, outcome: Outcome) -> Mapping[str, bool]:
        return {"one seed: no interval": len(self.seeds) == 1}


def _points(rows: pd.DataFrame) -> Float[ndarray, "point 2"]:
    return rows[["x", "y"]].to_numpy()


def parted(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """How much further two policies' roll-outs are apart than halves of either's own.

    Halves have fewer visits and so fewer in common than wholes, which errs on the safe side.
    """
    own = [_halves(rows) for rows in (one, other)]
    return apart(_points(one), _points(other)) - float(np.mean(own))


def _halves(rows: pd.DataFrame) -> float:
    first = rows.episode.to_numpy() < (rows.episode.max() + 1) / 2
    return apart(*(_points(rows.take(np.flatnonzero(part))) for part in (first, ~first)))


def corners(points: Float[ndarray, "point 2"], goals: Float[ndarray, "goal 2"]) -> float:
    """How many were visited by any roll-out."""
    distance = np.linalg.norm(points[:, None] - goals[None], axis=-1)
    return float((distance < NEAR).any(0).sum())


def apart(one: Float[ndarray, "point 2"], other: Float[ndarray, "point 2"]) -> float:
    """The share of visits, by cell, that two sets of roll-outs do not have in common."""
    cells = np.floor(np.concatenate([one, other]) / CELL).astype(int)
    _, which = np.unique(cells, axis=0, return_inverse=True)
    which, size = which.reshape(-1), which.max() + 1
    shares = [np.bincount(part, minlength=size) / len(part) for part in np.split(which, [len(one)])]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
