"""What SMILe claims of the walker and of the ant that classifies.

The walker's metric is 0 for the base policy and 1 for the expert of a task; the ant's are shares of
episodes, on average over 1 to 8 demonstrations.
"""

from remeta.papers.claim import Claim, Contrast, Term, higher, lower, more, shown

WALKER, CLASSIFY = ("walker",), ("classify",)
FORMS = ("smile", "smile_states")
IDLE = 0.05  # of all episodes: more is noticed


def within(measure: str, run: str, other: str, by: float) -> Contrast:
    """Neither is higher than the other by so much."""
    return Contrast((Term(1, measure, run), Term(-1, measure, other)), -by, by)


def between(measure: str, run: str, least: float, most: float) -> Contrast:
    return Contrast((Term(1, measure, run),), least, most)


def after(run: str, shown: int, less: int) -> Contrast:
    """More often right after so many demonstrations than after less."""
    measures = f"success at {shown}", f"success at {less}"
    return Contrast((Term(1, measures[0], run), Term(-1, measures[1], run)), 0.0)


CLAIMS = (
    Claim(
        "SM-13",
        "Table 2, left",
        "From one demonstration SMILe adapts a walker to dynamics that it has never met.",
        "Both forms are above the base policy; that they are within 0.2 of the paper's 0.7 is "
        "shown.",
        (
            *(higher("adapted", run, 0.0) for run in FORMS),
            *(shown(between("adapted", run, 0.5, 0.9)) for run in FORMS),
        ),
        WALKER,
    ),
    Claim(
        "SM-14",
        "Table 2, left",
        "Meta-BC is no better than the policy of the unchanged walker.",
        "It is below the base policy.",
        (lower("adapted", "meta_bc", 0.0),),
        WALKER,
    ),
    Claim(
        "SM-15",
        "Table 2, left",
        "SMILe is ahead of Meta-DAgger on the walker.",
        "Both forms are nearer to the expert, and their returns are higher.",
        tuple(
            more(measure, run, "meta_dagger") for measure in ("adapted", "return") for run in FORMS
        ),
        WALKER,
    ),
    Claim(
        "SM-16",
        "Table 2, left",
        "On the walker, states alone are as good as states and actions.",
        "Both forms are within 0.15 of each other.",
        (within("adapted", "smile_states", "smile", 0.15),),
        WALKER,
    ),
    Claim(
        "SM-17",
        "Table 2, right",
        "SMILe combines demonstrations: it classifies above chance, and hardly ever does nothing.",
        f"Both forms come to the right target in more than 0.6 of all episodes, and to none in "
        f"less than {IDLE}.",
        (
            *(higher("success", run, 0.6) for run in FORMS),
            *(lower("no_op", run, IDLE) for run in FORMS),
        ),
        CLASSIFY,
    ),
    Claim(
        "SM-18",
        "Table 2, right",
        "Meta-BC walks to one of the targets, and classifies at chance.",
        f"It comes to the right one in 0.45 to 0.55 of all episodes, and to none in less than "
        f"{IDLE}.",
        (between("success", "meta_bc", 0.45, 0.55), lower("no_op", "meta_bc", IDLE)),
        CLASSIFY,
    ),
    Claim(
        "SM-19",
        "Table 2, right",
        "Meta-DAgger classifies as well as SMILe, and much more often does nothing.",
        f"It comes to the right target as often, by 0.05, and to none three times as often, in "
        f"more than {IDLE} of all episodes.",
        (
            *(within("success", "meta_dagger", run, 0.05) for run in FORMS),
            *(more("no_op", "meta_dagger", run, share=3.0) for run in FORMS),
            higher("no_op", "meta_dagger", IDLE),
        ),
        CLASSIFY,
    ),
    Claim(
        "SM-20",
        "Table 2, right",
        "SMILe classifies better the more demonstrations it is shown.",
        "After 8 demonstrations both forms come to the right target more often than after one; the "
        "paper gives no numbers.",
        tuple(after(run, 8, 1) for run in FORMS),
        CLASSIFY,
    ),
)
