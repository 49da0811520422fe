"""Costs and their ratios, where a run may never have got there."""

import numpy as np
from numpy import ndarray
from scipy.special import ndtr


def over(cost: ndarray, other: ndarray) -> ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(cost / other, nan=0.0, posinf=np.inf)


def ends(low: ndarray, high: ndarray, tail: float) -> tuple[float, float]:
    """Without interpolation: between a number and infinity lies nothing."""
    lowest = np.quantile(low, tail, method="inverted_cdf")
    return float(lowest), float(np.quantile(high, 1 - tail, method="inverted_cdf"))


def share_within(low: ndarray, high: ndarray, least: float, most: float) -> float:
    """Of redraws, how many may lie between two bounds.

    Where none does, their number is no measure of how far off they are: then it is what a normal
    distribution like that of their logarithms would have there.
    """
    within = (high >= least) & (low <= most)
    counted = (1 + within.sum()) / (1 + len(within))
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.maximum(np.log(least) - np.log(high), np.log(low) - np.log(most))
    if within.any() or not np.isfinite(off).all():
        return float(counted)
    distance, width = off.mean(), off.std()
    return float(min(counted, ndtr(-distance / width))) if width else 0.0


def point(low: float, high: float) -> tuple[float, str]:
    """A number, or a bound where a run never got there."""
    if low == high:
        return float(low), ""
    if np.isinf(high) and low > 0:
        return float(low), "at least"
    return (float(high), "at most") if np.isfinite(high) else (float("nan"), "")
