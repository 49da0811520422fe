"""What GMPS claims beside methods and worlds that are not here yet."""

from remeta.papers.claim import Claim

PEARL, CAMERA = "it needs PEARL", "it needs policies that see pictures"


def waiting(id: str, place: str, says: str, waits: str, *panels: str) -> Claim:
    return Claim(id, place, says, f"Waits: {waits}.", (), panels, waits=waits)


WAITING = (
    waiting(
        "GMPS-C3",
        "Figure 3",
        "GMPS is about as sample-efficient as PEARL.",
        PEARL,
        "fig3_push",
        "fig3_ant",
    ),
    waiting(
        "GMPS-C6",
        "Figure 4",
        "On goals outside those of training GMPS is substantially better than PEARL.",
        PEARL,
        "fig4_outside",
    ),
    waiting(
        "GMPS-C7",
        "Figure 4",
        "Outside of training, GMPS goes on improving with more steps, and PEARL does not.",
        PEARL,
        "fig4_outside",
    ),
    waiting(
        "GMPS-C10",
        "Figure 5, right",
        "Pushing by sight, GMPS ends with a higher return than MAML.",
        CAMERA,
    ),
    waiting(
        "GMPS-C11",
        "Figure 5, right",
        "Pushing by sight, GMPS trains more stably than MAML.",
        CAMERA,
    ),
    waiting(
        "GMPS-C12",
        "Figure 5, right",
        "Pushing by sight, GMPS and MAML both beat one policy for all tasks.",
        CAMERA,
    ),
    waiting(
        "GMPS-C14",
        "Figure 6, left",
        "Pushing by sight, GMPS adapts faster than one policy that imitated all experts.",
        CAMERA,
    ),
)
