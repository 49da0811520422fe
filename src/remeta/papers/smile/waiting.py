"""What SMILe claims beside methods and panels that are not here yet."""

from remeta.papers.claim import Claim

DAGGER, ALONE = "it needs Meta-DAgger", "it needs an agent that is shown the goal"
WALKER, CLASSIFY = "it needs the walker's panel", "it needs the ant's that classifies"


def waiting(id: str, place: str, says: str, waits: str, *panels: str) -> Claim:
    return Claim(id, place, says, f"Waits: {waits}.", (), panels, waits=waits)


WAITING = (
    waiting(
        "SM-04",
        "Table 1",
        "Meta-DAgger, which asks experts without end, is nearer to the target speed than SMILe.",
        DAGGER,
        "table1",
    ),
    waiting("SM-11", "Figure 2", "Meta-DAgger comes as near as SMILe.", DAGGER),
    waiting(
        "SM-12",
        "Appendix D.3",
        "Reinforcement learning alone, from the sparse reward, does not reach the ant's goals.",
        ALONE,
    ),
    waiting(
        "SM-13",
        "Table 2, left",
        "From one demonstration SMILe adapts a walker to dynamics that it has never met.",
        WALKER,
    ),
    waiting(
        "SM-14",
        "Table 2, left",
        "Meta-BC is no better than the policy of the unchanged walker.",
        WALKER,
    ),
    waiting("SM-15", "Table 2, left", "SMILe is ahead of Meta-DAgger on the walker.", DAGGER),
    waiting(
        "SM-16",
        "Table 2, left",
        "On the walker, states alone are as good as states and actions.",
        WALKER,
    ),
    waiting(
        "SM-17",
        "Table 2, right",
        "SMILe combines demonstrations: it classifies above chance, and hardly ever does nothing.",
        CLASSIFY,
    ),
    waiting(
        "SM-18",
        "Table 2, right",
        "Meta-BC walks to one of the targets, and classifies at chance.",
        CLASSIFY,
    ),
    waiting(
        "SM-19",
        "Table 2, right",
        "Meta-DAgger classifies as well as SMILe, and much more often does nothing.",
        DAGGER,
    ),
    waiting(
        "SM-20",
        "Table 2, right",
        "SMILe classifies better the more demonstrations it is shown.",
        CLASSIFY,
    ),
    waiting(
        "SM-21",
        "All",
        "SMILe is far ahead of Meta-BC everywhere, and not behind Meta-DAgger.",
        DAGGER,
    ),
    waiting(
        "SM-22",
        "Table 1 and Table 2, left",
        "Meta-DAgger asks its experts orders of magnitude more often than SMILe is shown steps.",
        DAGGER,
    ),
)
