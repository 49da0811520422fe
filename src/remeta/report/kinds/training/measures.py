"""What is measured of training curves: numbers of the mean over redrawn seeds.

Returns count on the scale of their panel (which of them count as 0 and as 1); drawdown, jitter and
scatter of a run are shares of what it gained itself.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.report.claims.judge import SHARE
from remeta.report.evidence.by_seed import Counts, Draws, Measure
from remeta.report.kinds.training import shapes
from remeta.report.kinds.training.curves import BEFORE, Curves
from remeta.report.statistics.redraws import mean

DROP = 0.25  # of its own gain: a seed that ends so far below its peak has dropped
Returns = Callable[[Curves, str, Counts], Draws]
Scale = tuple[Draws, Draws]


def averaged(shape: Callable[[ndarray], ndarray]) -> Returns:
    """Of every seed's curve by itself."""
    return lambda of, run, counts: mean(counts, shape(of.matrix(run)))


def before(of: Curves, run: str, counts: Counts) -> Draws:
    """The last tenth's return before adaptation."""
    return mean(counts, shapes.final(of.matrix(run, BEFORE)))


def area(of: Curves, run: str, counts: Counts) -> Draws:
    return mean(counts, shapes.area(of.matrix(run), of.steps(run), of.budget))


def spread(of: Curves, run: str, counts: Counts) -> Draws:
    """The standard deviation over seeds, mean over training."""
    curves = of.matrix(run)
    centred, share = curves - curves.mean(0), counts / counts.sum(1, keepdims=True)
    variance = share @ centred**2 - (share @ centred) ** 2
    return np.sqrt(np.maximum(variance, 0)).mean(-1)


def lead(of: Curves, run: str, counts: Counts) -> Draws:
    """Over the best of the others, at the end."""
    own, others = _ends(of, run, counts)
    return own - np.max(others, 0)


def others_above(of: Curves, run: str, counts: Counts) -> Draws:
    """How far even the worst of the others ends above."""
    own, others = _ends(of, run, counts)
    return np.min(others, 0) - own


LEVELS: dict[str, Returns] = {  # returns as they are
    "first": averaged(shapes.first),
    "final": averaged(shapes.final),
    "peak": averaged(shapes.peak),
    "auc": area,
}
DIFFERENCES: dict[str, Returns] = {  # of returns
    "gain": averaged(lambda curves: shapes.final(curves) - shapes.first(curves)),
    "spread": spread,
    "lead": lead,
    "others above": others_above,
}


def level(returns: Returns, of: Curves, run: str, counts: Counts, scale: Scale) -> Draws:
    zero, one = scale
    return (returns(of, run, counts) - zero) / (one - zero)


def difference(returns: Returns, of: Curves, run: str, counts: Counts, scale: Scale) -> Draws:
    zero, one = scale
    return returns(of, run, counts) / (one - zero)


def of_own_gain(
    part: Callable[[Curves, str], ndarray], of: Curves, run: str, counts: Counts, scale: Scale
) -> Draws:
    """As a share of the run's own gain, of which there must be some, and time to lose it."""
    zero, one = scale
    curves = of.matrix(run)
    own, luck = mean(counts, shapes.rise(curves)), mean(counts, shapes.scatter(curves))
    some = own > np.maximum(shapes.LEAST_GAIN * (one - zero), shapes.CLEAR * luck)
    some &= curves.shape[1] >= shapes.LONG
    return np.where(some, mean(counts, part(of, run)) / np.where(some, own, 1), np.nan)


def falls(of: Curves, run: str) -> Float[ndarray, " seed"]:
    """A seed that diverged has lost all it had."""
    curves = of.matrix(run)
    return np.where(of.diverged(run) > 0, shapes.rise(curves), shapes.fall(curves))


def jitter(of: Curves, run: str) -> Float[ndarray, " seed"]:
    return shapes.shaking(of.matrix(run))


def scatter(of: Curves, run: str) -> Float[ndarray, " seed"]:
    return shapes.scatter(of.matrix(run))


def dropped(of: Curves, run: str, counts: Counts, scale: Scale) -> Draws:
    """The share of seeds; of short curves nobody knows whether they dropped."""
    curves = of.matrix(run)
    gone = np.where(falls(of, run) > DROP * shapes.rise(curves), 1.0, 0.0)
    known = shapes.clear(curves) & (curves.shape[1] >= shapes.LONG)
    lost = of.diverged(run) > 0
    return mean(counts, np.where(lost, 1.0, np.where(known, gone, np.nan)))


def divergence(of: Curves, run: str, counts: Counts, scale: Scale) -> Draws:
    """KL(mu || pi), at the end."""
    return mean(counts, shapes.final(of.matrix(run, "divergence_explore")))


def _ends(of: Curves, run: str, counts: Counts) -> tuple[Draws, list[Draws]]:
    ends = of.ends(counts)
    return ends.pop(run), [*ends.values()]


ENDS = ("final", "auc")
MEASURES: Mapping[str, Measure] = {
    **{name: Measure("gain", partial(level, of), also=ENDS) for name, of in LEVELS.items()},
    **{name: Measure("gain", partial(difference, of)) for name, of in DIFFERENCES.items()},
    "gain": Measure("gain", partial(difference, DIFFERENCES["gain"]), also=ENDS),
    "final before": Measure("gain", partial(level, before)),
    "drawdown": Measure("own gain", partial(of_own_gain, falls)),
    "jitter": Measure("own gain", partial(of_own_gain, jitter)),
    "scatter": Measure("own gain", partial(of_own_gain, scatter)),
    "dropped": Measure(SHARE, dropped),
    "divergence explore": Measure("nats", divergence),
}
