"""Shapes of training curves [..., iteration], undiscounted returns by meta-iteration.

The noise of single iterations is smoothed away over ten of them, except from what ends a curve.
"""

import math

import numpy as np
from jaxtyping import Float
from numpy import ndarray

WINDOW = 10
LAST = 0.1  # of training is its end
LEAST_GAIN = 0.05  # of the best gain: a run with less has learnt nothing it could lose
CLEAR = 3.0  # times the scatter of iterations: a rise below is none that a reader would see
LONG = 2 * WINDOW  # fewer iterations leave nothing to see where they are averaged
# An iteration less the mean around it, and what this does to independent noise of variance 1: its
# variance, and the covariance of neighbours.
AROUND = np.array([0.0] * (WINDOW // 2) + [1.0] + [0.0] * (WINDOW // 2))
AROUND -= np.array([0.5] + [1.0] * (WINDOW - 1) + [0.5]) / WINDOW
OWN, NEXT = AROUND @ AROUND, AROUND[1:] @ AROUND[:-1]

Curves = Float[ndarray, "*batch iteration"]
Values = Float[ndarray, "*batch"]


def smooth(curves: Curves) -> Curves:
    """The mean of the ten iterations around each one, of as many as there are at the ends."""
    count = curves.shape[-1]
    here = np.arange(count)
    low, high = np.maximum(here - WINDOW // 2, 0), np.minimum(here + WINDOW // 2, count)
    totals = np.concatenate([np.zeros_like(curves[..., :1]), curves.cumsum(-1)], -1)
    return (totals[..., high] - totals[..., low]) / (high - low)


def first(curves: Curves) -> Values:
    """The first iteration's return: its roll-outs are older than any update."""
    return curves[..., 0]


def final(curves: Curves) -> Values:
    return curves[..., -math.ceil(LAST * curves.shape[-1]) :].mean(-1)


def peak(curves: Curves) -> Values:
    return smooth(curves).max(-1)


def fall(curves: Curves) -> Values:
    """From its peak to its end."""
    return peak(curves) - final(curves)


def rise(curves: Curves) -> Values:
    """What it gained at its best."""
    return peak(curves) - first(curves)


def scatter(curves: Curves) -> Values:
    """The standard deviation around the mean of ten iterations."""
    return _rest(curves).std(-1)


def shaking(curves: Curves) -> Values:
    """What is left of the scatter if each iteration's own luck is taken out.

    Of two iterations in a row the weights are nearly the same, and tasks and roll-outs drawn anew:
    what both deviate by is the training's, what one does alone is the draw's. A policy that never
    changes, but solves only three of four tasks, scatters by 7 % of its return with batches of 40.

    The root of the covariance between neighbours, with its sign; a share of the variance makes it
    0 on average for iterations that have nothing in common.
    """
    rest = _rest(curves)
    shared = (rest[..., 1:] * rest[..., :-1]).mean(-1) - NEXT / OWN * (rest**2).mean(-1)
    return np.sign(shared) * np.sqrt(np.abs(shared))


def clear(curves: Curves) -> Values:
    """Whether a curve rose at all, beyond its own scatter."""
    return rise(curves) > CLEAR * scatter(curves)


def _rest(curves: Curves) -> Curves:
    """Each iteration less the mean around it, as much of it before as after."""
    if curves.shape[-1] <= len(AROUND):
        return np.zeros((*curves.shape[:-1], 2))
    return np.lib.stride_tricks.sliding_window_view(curves, len(AROUND), axis=-1) @ AROUND


def area(curves: Curves, steps: Float[ndarray, "*batch iteration"], budget: float) -> Values:
    """The mean return over environment steps, from the first iteration's to `budget`.

    Straight lines join the iterations. A budget within the first leaves its return.
    """
    at = np.minimum(steps, budget)
    widths = np.diff(at, axis=-1)
    full = np.diff(steps, axis=-1)
    ends = curves[..., :-1] + np.diff(curves, axis=-1) * np.divide(
        widths, full, out=np.zeros_like(full, dtype=float), where=full > 0
    )
    total = ((curves[..., :-1] + ends) / 2 * widths).sum(-1)
    span = widths.sum(-1)
    return np.where(span > 0, total / np.where(span > 0, span, 1), first(curves))


def crossing(
    smoothed: Curves, steps: Float[ndarray, " iteration"], level: Values
) -> tuple[Values, Values]:
    """Steps spent when a curve first reaches a level, as lowest and highest possible.

    A run that never got there has spent at least all it had, and nobody knows how much more it
    would need. Without a level nothing is known.
    """
    there = smoothed >= level[..., None]
    ever, at = there.any(-1), there.argmax(-1)
    low = np.where(ever, steps[at], steps[-1])
    return np.where(np.isnan(level), 0.0, low), np.where(ever, steps[at], np.inf)
