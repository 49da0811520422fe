"""By what else a claim might be judged, and whether that says the same of the seeds as they are.

Other measures of the same thing, how often one run beats the other, thresholds next to its own.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy import ndarray

from remeta.papers.claim import Contrast, Either, Race, Test
from remeta.report.claims.judge import Find

LADDER = (-0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.5)  # of bounds on a scale from 0 to 1
SCALED = ("s", "gain", "own gain", "distance")  # the units of such scales
SHARES = (0.5, 0.8, 0.9, 0.95)  # of a gain that counts as good


def yardsticks(test: Test, find: Find, name: str) -> dict[str, bool]:
    """Whether the effect is on the claimed side, by the test itself, called "", and by others."""
    match test:
        case Contrast():
            return {"": _holds(test, find)} | dict(_of_contrast(test, find))
        case Race():
            shares = {f"to {100 * share:g} %": share for share in _beside(test.share, SHARES)}
            others = {told: replace(test, share=share) for told, share in shares.items()}
            return {told: _won(one, find, name) for told, one in {"": test, **others}.items()}
        case Either():
            parts = [yardsticks(contrast, find, name) for contrast in test.contrasts]
            return {told: any(part.get(told) for part in parts) for part in parts for told in part}
    return {}


def against(test: Test, find: Find, name: str) -> list[str]:
    """The yardsticks that say otherwise than the test: a claim with any is fragile."""
    found = yardsticks(test, find, name)
    own = found.pop("", None)
    return [told for told, holds in found.items() if holds != own]


def _of_contrast(test: Contrast, find: Find) -> Iterator[tuple[str, bool]]:
    first = test.terms[0]
    results = find(first.panel)
    for measure in results.also(first.measure):  # in the place of that measure, and of no other
        terms = tuple(
            replace(term, measure=measure) if term.measure == first.measure else term
            for term in test.terms
        )
        yield f"by {measure.replace('_', ' ')}", _holds(replace(test, terms=terms), find)
    if [term.weight for term in test.terms] == [1, -1]:
        ours, theirs = (find(term.panel).values(term.measure, term.run) for term in test.terms)
        yield "by probability of improvement", _beats(ours, theirs, test)
    if results.unit(first.measure) in SCALED and np.isfinite(test.above):
        for bound in _beside(test.above, LADDER):
            yield f"above {bound:g}", _holds(replace(test, above=bound), find)
    if results.unit(first.measure) in SCALED and np.isfinite(test.below):
        for bound in _beside(test.below, LADDER):
            yield f"below {bound:g}", _holds(replace(test, below=bound), find)


def _holds(test: Contrast, find: Find) -> bool:
    terms = [(term.weight, find(term.panel).values(term.measure, term.run)) for term in test.terms]
    return test.above < sum(weight * float(values.mean()) for weight, values in terms) < test.below


def _beats(ours: ndarray, theirs: ndarray, test: Contrast) -> bool:
    """More than half of the pairs of seeds, task by task, are on the claimed side."""
    gap = ours[:, None] - theirs[None]
    return bool(((test.above < gap) & (gap < test.below)).mean() > 0.5)


def _won(test: Race, find: Find, name: str) -> bool:
    low, high = find("").costs(test, name)
    return bool(low[0] >= test.least and high[0] <= test.most)


def _beside(value: float, ladder: tuple[float, ...]) -> list[float]:
    """The next lower and the next higher one."""
    lower, higher = [v for v in ladder if v < value], [v for v in ladder if v > value]
    return [*lower[-1:], *higher[:1]]
