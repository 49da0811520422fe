"""What GMPS claims of policies that see, and how each is put to the test."""

from remeta.papers.claim import UPDATES, Claim, more, shown

BY_SIGHT = (
    Claim(
        "GMPS-C10",
        "Figure 5, right",
        "Pushing by sight, GMPS ends with a higher return than MAML.",
        "After one update on test tasks, the interval of s_1(gmps) - s_1(maml) lies above 0.",
        (more("s_1", "gmps", "maml"),),
        ("fig5_vision",),
    ),
    Claim(
        "GMPS-C11",
        "Figure 5, right",
        "Pushing by sight, GMPS trains more stably than MAML.",
        "The interval of wobble(maml) - wobble(gmps) lies above 0: within a seed, how much the "
        "validation return goes up and down in the last fifth of training.",
        (more("wobble", "maml", "gmps"),),
        ("fig5_vision",),
    ),
    Claim(
        "GMPS-C12",
        "Figure 5, right",
        "Pushing by sight, GMPS and MAML both beat one policy for all tasks.",
        "After one update on test tasks, the intervals of s_1(gmps) - s_1(multitask) and "
        "s_1(maml) - s_1(multitask) both lie above 0.",
        (more("s_1", "gmps", "multitask"), more("s_1", "maml", "multitask")),
        ("fig5_vision",),
    ),
    Claim(
        "GMPS-C14",
        "Figure 6, left",
        "Pushing by sight, GMPS adapts faster than one policy that imitated all experts.",
        "As GMPS-C13: the interval of the mean over 1 to 5 updates of s(gmps) - s(imitation) lies "
        "above 0; each update is shown.",
        (
            more("s_area", "gmps", "imitation"),
            *(shown(more(f"s_{step}", "gmps", "imitation")) for step in UPDATES),
        ),
        ("fig6_vision",),
    ),
)
