"""What GMPS' claims compare: s_k is the return after k updates, on the expert scale."""

from dataclasses import replace

from remeta.papers.claim import Contrast, Count, Race, Term

GOOD = 0.9  # of MAML's gain
WITHIN = 0.15  # of the expert scale: as far as the ends of similar runs lie apart
# An update is 20 roll-outs of a task. Whose steps are episodes has five of them, or as many as the
# trials that it was trained for.
STEPS = {"pearl": "s_5", "rl2": "s_1"}


def dearer(least: float, count: Count = "all steps", run: str = "maml") -> Race:
    """Until it is as good as most of MAML, a run spends at least so many times what GMPS does.

    Once is not more.
    """
    race = Race(run, count, over="gmps", reference="maml", share=GOOD, least=least)
    return replace(race, strict=least == 1)


def bound(least: float) -> Race:
    """Until it is as good as most of GMPS, MAML spends at least so many times what GMPS does."""
    return Race("maml", "all steps", over="gmps", reference="gmps", share=GOOD, least=least)


def as_dear(run: str, times: float) -> Race:
    """Until it is that good, GMPS spends what the run does, give or take a factor."""
    costs = Race("gmps", "all steps", over=run, reference="maml", share=GOOD)
    return replace(costs, least=1 / times, most=times)


def ahead(other: str, share: float = 1.0) -> tuple[Term, Term]:
    """A share of GMPS's score after one update, less another's."""
    return Term(share, "s_1", "gmps"), Term(-1, STEPS.get(other, "s_1"), other)


def within(other: str) -> Contrast:
    """It ends as well as GMPS, or as badly."""
    return Contrast(ahead(other), -WITHIN, WITHIN)


def alone(other: str) -> tuple[Contrast, Contrast]:
    """GMPS ends above another, which gets to less than half of its score."""
    return Contrast(ahead(other), above=0.0), Contrast(ahead(other, 0.5), above=0.0)


def goes_on(place: str) -> tuple[Contrast, Contrast]:
    """From the first to the last step GMPS gains, and PEARL less than half as much."""
    last, first = f"{place}_last", f"{place}_1"
    half = Term(0.5, last, "gmps"), Term(-0.5, first, "gmps")
    theirs = Term(-1, last, "pearl"), Term(1, first, "pearl")
    gains = Contrast((Term(1, last, "gmps"), Term(-1, first, "gmps")), above=0.0)
    return gains, Contrast((*half, *theirs), above=0.0)


def stays_behind(run: str) -> Contrast:
    """With five updates it gains less than half of what GMPS gains."""
    ours = Term(0.5, "s_5", "gmps"), Term(-0.5, "s_0", "gmps")
    return Contrast((*ours, Term(-1, "s_5", run), Term(1, "s_0", run)), above=0.0)
