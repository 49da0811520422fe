"""Choices that the paper leaves open, made the other way, judged in the same way."""

from remeta.papers.claim import Claim, Contrast, more, shown
from remeta.papers.mame.comparisons import BASELINES, learns_little, under_half

SLOW, STILL, LARGER = VARIANTS = ("mame-slow_mu", "mame-still_mu", "mame-larger_step")

STEPS = ("mame-vpg_step1", "mame-vpg_step10")  # of a policy gradient as inner loop: 1 and 10


def best(run: str) -> tuple[Contrast, ...]:
    beside_mame = shown(more("final", run, "mame"))
    return (*(more("final", run, other) for other in BASELINES), beside_mame)


CLAIMS = (
    Claim(
        "MAME-1-slow_mu",
        "Figure 2, section 6",
        "With exploration learned at a tenth of the rate, MAME ends with the best return.",
        "As MAME-1, at the rate of mu, 7e-5, that a comment in the official code says made the "
        "original results.",
        best(SLOW),
        beyond=("corner_variants",),
    ),
    Claim(
        "MAME-1-larger_step",
        "Figure 2, section 6",
        "With MAML's step size for the point, 0.5, MAME ends with the best return.",
        "As MAME-1; MAME's 0.1 is MAML's for all other worlds.",
        best(LARGER),
        beyond=("corner_variants",),
    ),
    Claim(
        "MAME-exploration",
        "Sections 1 and 3",
        "What MAME learns about exploring makes it better than with an untrained mu.",
        "final(mame) lies above that of MAME whose mu stays as it was drawn; the paper assumes "
        "this and has no such ablation. The same of the slower mu is shown.",
        (more("final", "mame", STILL), shown(more("final", SLOW, STILL))),
        beyond=("corner_variants",),
    ),
    Claim(
        "MAME-9-narrow",
        "Section 6, corners",
        "With a reward that reaches only 0.5 instead of 2, MAML learns next to nothing.",
        "As MAME-9, in the world of the official code's branch of MAML.",
        tuple(learns_little(run) for run in ("maml-trpo", "maml-vpg")),
        beyond=("corner_narrow",),
    ),
    Claim(
        "MAME-A1-steps",
        "Figure 3, section 7",
        "With a policy gradient as inner loop MAME performs poorly at larger step sizes, too.",
        "As the first half of MAME-A1, at step sizes of 1 and of 10: its gain is less than half of "
        "MAME's. At MAME's own 0.1 a policy gradient moves z a tenth as far as returns do. Whether "
        "the larger steps gain more than that one does is shown.",
        (
            *map(under_half, STEPS),
            *(shown(more("gain", run, "mame-vpg_inner")) for run in STEPS),
        ),
        beyond=("corner_steps",),
    ),
)
