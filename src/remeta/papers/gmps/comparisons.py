"""What GMPS' claims compare: s_k is the return after k updates, on the expert scale."""

from remeta.papers.claim import Contrast, Count, Race, Term, more

GOOD = 0.9  # of MAML's gain
WITHIN = 0.15  # of the expert scale: as far as the ends of similar runs lie apart


def dearer(least: float, count: Count = "all steps") -> Race:
    """Until it is good, MAML spends at least so many times what GMPS does."""
    return Race("maml", count, over="gmps", reference="maml", share=GOOD, least=least)


def alone(other: str) -> tuple[Contrast, Contrast]:
    """GMPS ends above another, which gets to less than half of its score."""
    half = Contrast((Term(0.5, "s_1", "gmps"), Term(-1, "s_1", other)), above=0.0)
    return more("s_1", "gmps", other), half


def stays_behind(run: str) -> Contrast:
    """With five updates it gains less than half of what GMPS gains."""
    ours = Term(0.5, "s_5", "gmps"), Term(-0.5, "s_0", "gmps")
    return Contrast((*ours, Term(-1, "s_5", run), Term(1, "s_0", run)), above=0.0)
