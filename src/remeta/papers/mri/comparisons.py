"""What MRI's claims compare: s_k is the return after k updates, on the expert scale."""

from remeta.papers.claim import UPDATES, Contrast, Count, Either, Race, Term, more, shown

OTHERS = ("maml", "imitation", "random")
MARGIN = 0.05  # of the expert scale: less is a difference nobody would see in the figure


def better(run: str, other: str, step: int, by: float = 0.0, share: float = 1.0) -> Contrast:
    """After some updates, s(run) - share s(other) > by."""
    return more(f"s_{step}", run, other, by, share)


BEATS_ALL = (
    *(better("mri", other, 5) for other in OTHERS),
    *(shown(better("mri", other, step)) for step in UPDATES[:-1] for other in OTHERS),
)


def lead(weight: float, step: int, panel: str = "") -> tuple[Term, Term]:
    """MRI's over imitation."""
    s = f"s_{step}"
    return Term(weight, s, "mri", panel), Term(-weight, s, "imitation", panel)


def slight(step: int) -> Contrast:
    """MRI's lead stays below a fifth of the expert scale."""
    return shown(Contrast(lead(-1, step)[::-1], above=-0.2))


def struggles(run: str) -> Either:
    """After 5 updates, less than a quarter of MRI's score, or nothing learnt at all."""
    behind = Contrast((Term(0.25, "s_5", "mri"), Term(-1, "s_5", run)), above=0.0)
    return Either((behind, Contrast((Term(-1, "s_5", run),), above=-MARGIN)))


def dearer(count: Count) -> Race:
    """MAML spends at least ten times what MRI does until it is good."""
    return Race("maml", count, over="mri", reference="maml", least=10)


MOSTLY_AT_ONCE = Contrast(
    (Term(1, "s_1", "mri"), Term(-0.5, "s_0", "mri"), Term(-0.5, "s_5", "mri")), above=0.0
)


def explores(run: str, other: str) -> tuple[Contrast, Contrast]:
    """Before any update it covers more than the other; whether that pays is shown."""
    return more("coverage_0", run, other), shown(better(run, other, 1))
