"""Costs and their ratios, where a run may never have got there."""

import numpy as np
from numpy import ndarray


def over(cost: ndarray, other: ndarray) -> ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(cost / other, nan=0.0, posinf=np.inf)


def ends(low: ndarray, high: ndarray, tail: float) -> tuple[float, float]:
    """Without interpolation: between a number and infinity lies nothing."""
    lowest = np.quantile(low, tail, method="inverted_cdf")
    return float(lowest), float(np.quantile(high, 1 - tail, method="inverted_cdf"))


def point(low: float, high: float) -> tuple[float, str]:
    """A number, or a bound where a run never got there."""
    if low == high:
        return float(low), ""
    if np.isinf(high) and low > 0:
        return float(low), "at least"
    return (float(high), "at most") if np.isfinite(high) else (float("nan"), "")
