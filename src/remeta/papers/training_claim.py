"""Tests of claims on training itself: what was measured of whole curves, paired by seed.

Returns count on the scale of their panel: 0 is the untrained start, 1 the best run's final return.
Drawdown, jitter and scatter of a run are shares of what it gained itself.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

OnScale = Literal["first", "final", "peak", "auc", "gain", "spread", "lead", "margin_below"]
OwnGain = Literal["drawdown", "jitter", "scatter"]
Noise = Literal["noise", "noise_trained", "noise_explore", "noise_explore_trained"]
Walked = Literal["corners_before", "corners_after", "apart"]
Measure = OnScale | OwnGain | Noise | Walked | Literal["dropped", "divergence_explore"]

WORDS = {
    "margin_below": "others above",
    "noise_trained": "noise when trained",
    "noise_explore": "noise of mu's gradient",
    "noise_explore_trained": "noise of mu's gradient when trained",
    "apart": "visits apart",
}
SIMILAR = 0.1  # of the best gain: less is a difference nobody would see in the figure


@dataclass(frozen=True)
class Amount:
    """A measure of a run, times a weight; a summand of a balance."""

    weight: float
    measure: Measure
    run: str
    panel: str = ""  # if not the claim's own

    def __str__(self) -> str:
        where = f"{self.run}, {self.panel}" if self.panel else self.run
        factor = "" if abs(self.weight) == 1 else f"{abs(self.weight):g} "
        word = WORDS.get(self.measure, self.measure.replace("_", " "))
        return f"{factor}{word}({where})"


@dataclass(frozen=True)
class Balance:
    """A weighted sum of measures, paired by seed, lies between two bounds."""

    amounts: tuple[Amount, ...]
    above: float = -math.inf
    below: float = math.inf
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        return {amount.panel for amount in self.amounts} - {""}

    @property
    def unit(self) -> str:
        """Of the first summand."""
        measure = self.amounts[0].measure
        kinds = {"gain": OnScale, "own gain": OwnGain, "noise": Noise}
        kind = (name for name, of in kinds.items() if measure in get_args(of))
        others = {"apart": "distance", "divergence_explore": "nats", "dropped": "of seeds"}
        return next(kind, others.get(measure, "corners"))

    def __str__(self) -> str:
        signs = ["- " if amount.weight < 0 else "+ " for amount in self.amounts]
        total = " ".join(f"{sign}{part}" for sign, part in zip(signs, self.amounts, strict=True))
        total = total.removeprefix("+ ")
        if -self.above == self.below < math.inf:
            return f"|{total}| < {self.below:g}"
        bound = f" > {self.above:g}" if self.above > -math.inf else ""
        return total + bound + (f" < {self.below:g}" if self.below < math.inf else "")


@dataclass(frozen=True)
class Race:
    """How many times as many environment steps a run takes as the one it is put `over`.

    Both run to a share of what the reference run gains over the untrained start, or the panel's
    best run where none is named.
    """

    run: str
    over: str
    share: float
    reference: str = ""
    least: float = 1.0
    decides: bool = True

    @property
    def elsewhere(self) -> set[str]:
        return set()

    def __str__(self) -> str:
        there = f"{100 * self.share:g} % of {self.reference or 'the best'}"
        return f"steps({self.run}) / steps({self.over}) to {there} >= {self.least:g}"


def more(
    measure: Measure,
    run: str,
    other: str,
    by: float = 0.0,
    share: float = 1.0,
    decides: bool = True,
) -> Balance:
    """measure(run) - share measure(other) > by."""
    return Balance((Amount(1, measure, run), Amount(-share, measure, other)), by, decides=decides)


def similar(measure: Measure, run: str, other: str) -> Balance:
    """Neither is higher by more than a reader would see."""
    return Balance((Amount(1, measure, run), Amount(-1, measure, other)), -SIMILAR, SIMILAR)


def wilder(run: str, here: str, panel: str, measure: Measure) -> Balance:
    """A run has more of a measure here than on another panel."""
    return Balance((Amount(1, measure, run, here), Amount(-1, measure, run, panel)), 0.0)


def lower(measure: Measure, run: str, bound: float, panel: str = "") -> Balance:
    return Balance((Amount(1, measure, run, panel),), below=bound)


def higher(measure: Measure, run: str, bound: float, panel: str = "") -> Balance:
    return Balance((Amount(1, measure, run, panel),), above=bound)


def calmer(run: str, other: str, decides: bool = True) -> tuple[Balance, Balance]:
    """The other shakes and falls more."""
    return (
        more("jitter", other, run, decides=decides),
        more("drawdown", other, run, decides=decides),
    )
