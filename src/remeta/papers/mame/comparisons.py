"""What MAME's claims compare."""

from remeta.papers.claim import Contrast, Race, Term, more

BASELINES = ("promp", "maml-trpo", "maml-vpg")


def ahead(panel: str) -> Contrast:
    """MAME's lead over the best of the others is larger here than on another panel."""
    return wilder("mame", panel, "lead")


def wilder(run: str, panel: str, measure: str) -> Contrast:
    """A run has more of a measure here than on another panel."""
    return Contrast((Term(1, measure, run), Term(-1, measure, run, panel)), 0.0)


def calmer(run: str, other: str) -> tuple[Contrast, Contrast]:
    """The other shakes and falls more."""
    return more("jitter", other, run), more("drawdown", other, run)


def learns_little(run: str) -> Contrast:
    """Less than a fifth of what MAME gains."""
    return Contrast((Term(0.2, "gain", "mame"), Term(-1, "gain", run)), 0.0)


def under_half(run: str) -> Contrast:
    """Of what MAME gains."""
    return Contrast((Term(0.5, "gain", "mame"), Term(-1, "gain", run)), 0.0)


def slower(run: str, share: float, reference: str = "", least: float = 1.0) -> Race:
    """Takes `least` times MAME's environment steps to a share of the reference's gain."""
    return Race(run, "steps", "mame", reference, share, least)
