"""What SMILe claims of all its worlds together, and what faults of the official code make of it.

A fault may be why a baseline is poor. What share of the paper's gap it explains, were it the gap
between SMILe and Meta-BC as the official code has it, a claim of half of it tells.
"""

from remeta.papers.claim import Claim, Contrast, Term, higher, more, shown
from remeta.papers.smile.panels import FAULTS, MOST, SETTINGS, WHOLE

FORMS, HOME = ("smile", "smile_states"), ("table1",)  # of claims on several panels
BEST = SETTINGS[2]
SPEED, GOAL = (panel.name for panel in FAULTS)
FEWEST, BC, DAGGER, OURS = WHOLE[0], f"meta_bc-{MOST}", f"meta_dagger-{MOST}", f"smile-{MOST}"


def over(measure: str, run: str, other: str, panel: str, by: float = 0.0) -> Contrast:
    """Somewhere else, a run has more of a measure than another."""
    return Contrast((Term(1, measure, run, panel), Term(-1, measure, other, panel)), by)


def tenfold(panel: str, asking: str = "", seeing: str = "") -> Contrast:
    """Meta-DAgger asks for ten times as many actions as SMILe is shown."""
    asked = Term(1, f"queries{asking}", "meta_dagger", panel)
    return Contrast((asked, Term(-10, f"shown{seeing}", "smile", panel)), 0.0)


def half(measure: str) -> Contrast:
    """The official loss makes Meta-BC worse by half of what it is then behind SMILe, or more."""
    terms = Term(0.5, measure, "meta_bc-pre_tanh"), Term(-1, measure, BC), Term(0.5, measure, OURS)
    return Contrast(terms, 0.0)


def explains(panel: str, measure: str, where: str) -> tuple[Claim, Claim]:
    return (
        Claim(
            f"SM-pre_tanh-{panel.partition('_')[2]}",
            where,
            "What Meta-BC is behind SMILe by is, for the most part, the official loss.",
            f"With the loss before tanh, {measure}(Meta-BC) is larger by more than half of the gap "
            "to SMILe that it then has, and there is such a gap; that it is larger is shown.",
            (
                half(measure),
                more(measure, "meta_bc-pre_tanh", OURS),
                shown(more(measure, "meta_bc-pre_tanh", BC)),
            ),
            beyond=(panel,),
        ),
        Claim(
            f"SM-dagger-{panel.partition('_')[2]}",
            where,
            "Meta-DAgger does better without the faults of the official code.",
            f"{measure} is larger with the loss before tanh and actions that are drawn.",
            (more(measure, "meta_dagger-official", DAGGER),),
            beyond=(panel,),
        ),
    )


CLAIMS = (
    Claim(
        "SM-12",
        "Appendix D.3",
        "Reinforcement learning alone, from the sparse reward, does not reach the ant's goals.",
        "On average over the goals it stays more than 1 m away, and comes less near than either "
        "form of SMILe with 4 demonstrations.",
        (
            higher("closest", "sparse_sac", 1.0),
            *(more("closest", "sparse_sac", f"{run}-{FEWEST}") for run in FORMS),
        ),
        ("d3",),
    ),
    Claim(
        "SM-goal",
        "Appendix D.3",
        "With the goals that the official code mixes up, reinforcement learning comes less near.",
        "closest is larger with them.",
        (more("closest", "sparse_sac-official", "sparse_sac"),),
        beyond=("d3",),
    ),
    Claim(
        "SM-21",
        "All",
        "SMILe is far ahead of Meta-BC everywhere, and not behind Meta-DAgger.",
        "With most demonstrations, it is ahead of Meta-BC in all four worlds; on the ants and the "
        "walker Meta-DAgger is not ahead by more than 0.25 m, 0.05 of all episodes, or at all.",
        (
            over(f"delta at {MOST}", "meta_bc", "smile", "table1"),
            over(f"closest at {MOST}", "meta_bc", "smile", "fig2"),
            over("adapted", "smile", "meta_bc", "walker"),
            over("success", "smile", "meta_bc", "classify"),
            over(f"closest at {MOST}", "meta_dagger", "smile", "fig2", by=-0.25),
            over("success", "smile", "meta_dagger", "classify", by=-0.05),
            over("adapted", "smile", "meta_dagger", "walker"),
        ),
        HOME,
    ),
    Claim(
        "SM-22",
        "Table 1 and Table 2, left",
        "Meta-DAgger asks its experts orders of magnitude more often than SMILe is shown steps.",
        "It asks for ten times as many actions as SMILe is shown: on the half-cheetah with one "
        "step in 20 of 64 demonstrations, where the paper's SMILe is at its best, and on the "
        "walker.",
        (tenfold("table1", f" at {MOST}", f" at {BEST}"), tenfold("walker")),
        HOME,
    ),
    *explains(SPEED, "delta", "Table 1"),
    *explains(GOAL, "closest", "Figure 2"),
)
