"""What GMPS' claims compare: s_k is the return after k updates, on the expert scale."""

from dataclasses import replace

from remeta.papers.claim import Contrast, Count, Race, Term, more

GOOD = 0.9  # of MAML's gain
WITHIN = 0.15  # of the expert scale: as far as the ends of similar runs lie apart


def dearer(least: float, count: Count = "all steps", run: str = "maml") -> Race:
    """Until it is as good as most of MAML, a run spends at least so many times what GMPS does."""
    return Race(run, count, over="gmps", reference="maml", share=GOOD, least=least)


def as_dear(run: str, times: float) -> Race:
    """Until it is that good, GMPS spends what the run does, give or take a factor."""
    costs = Race("gmps", "all steps", over=run, reference="maml", share=GOOD)
    return replace(costs, least=1 / times, most=times)


def within(run: str) -> Contrast:
    """After one update it is as good as GMPS, or as bad."""
    return Contrast((Term(1, "s_1", "gmps"), Term(-1, "s_1", run)), -WITHIN, WITHIN)


def goes_on(places: tuple[str, ...]) -> tuple[Contrast, ...]:
    """From the first to the last step GMPS gains, and PEARL not half as much."""
    tests = []
    for place in places:
        ours, theirs = (
            (Term(1, f"{place}_last", run), Term(-1, f"{place}_1", run))
            for run in ("gmps", "pearl")
        )
        half = [replace(term, weight=term.weight / 2) for term in ours]
        less = [replace(term, weight=-term.weight) for term in theirs]
        tests += [Contrast(ours, above=0.0), Contrast((*half, *less), above=0.0)]
    return tuple(tests)


def alone(other: str) -> tuple[Contrast, Contrast]:
    """GMPS ends above another, which gets to less than half of its score."""
    half = Contrast((Term(0.5, "s_1", "gmps"), Term(-1, "s_1", other)), above=0.0)
    return more("s_1", "gmps", other), half


def stays_behind(run: str) -> Contrast:
    """With five updates it gains less than half of what GMPS gains."""
    ours = Term(0.5, "s_5", "gmps"), Term(-0.5, "s_0", "gmps")
    return Contrast((*ours, Term(-1, "s_5", run), Term(1, "s_0", run)), above=0.0)
