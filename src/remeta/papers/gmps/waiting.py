"""What GMPS claims of policies that are not here yet."""

from remeta.papers.claim import Claim

CAMERA = "it needs policies that see pictures"


def waiting(id: str, place: str, says: str, waits: str) -> Claim:
    return Claim(id, place, says, f"Waits: {waits}.", (), waits=waits)


WAITING = (
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
