"""Whether chance alone explains a difference, instead of thresholds that nobody can defend."""

import numpy as np

DRAWS = 9999


def chance_of(better, worse, rng: np.random.Generator) -> float:
    """One-sided p-value of `better` > `worse`, pair by pair.

    If both came from the same source, each pair might as well have been the other way round: how
    often does a random choice of signs give a mean difference as large as the one observed?
    """
    difference = np.asarray(better, dtype=float) - np.asarray(worse, dtype=float)
    signs = rng.choice([-1.0, 1.0], size=(DRAWS, len(difference)))
    by_chance = signs @ difference / len(difference)
    as_large = by_chance >= difference.mean() - 1e-12  # the observed signs, summed otherwise
    return float((1 + as_large.sum()) / (1 + DRAWS))


def assert_better(better, worse, rng: np.random.Generator, level: float = 0.01) -> None:
    chance = chance_of(better, worse, rng)
    message = f"p = {chance:.4f}, means {np.mean(better):.3f} and {np.mean(worse):.3f}"
    assert chance < level, message
