"""Choices that the paper leaves open, made the other way, judged in the same way."""

from remeta.papers.claim import Claim
from remeta.papers.training_claim import Amount, Balance, more

VARIANTS = ("mame-larger_step", "mame-to_go")
BASELINES = ("promp", "maml-trpo", "maml-vpg")


def best(run: str) -> tuple[Balance, ...]:
    return tuple(more("final", run, other) for other in BASELINES)


CLAIMS = (
    Claim(
        "MAME-1-larger_step",
        "Figure 2, section 6",
        "With MAML's step size for the point, 0.5, MAME ends with the best return of the four.",
        "As MAME-1; MAME's 0.1 is MAML's for all other worlds.",
        (*best(VARIANTS[0]), more("final", VARIANTS[0], "mame", decides=False)),
        ("corner_variants",),
    ),
    Claim(
        "MAME-1-to_go",
        "Figure 2, section 6",
        "With the official code's advantage of exploration, MAME ends with the best return.",
        "As MAME-1, of whole returns of exploration, standardised, in the place of single steps.",
        (*best(VARIANTS[1]), more("final", VARIANTS[1], "mame", decides=False)),
        ("corner_variants",),
    ),
    Claim(
        "MAME-9-narrow",
        "Section 6, corners",
        "With a reward that reaches only 0.5 instead of 2, MAML learns next to nothing.",
        "As MAME-9, in the world of the official code's branch of MAML, and with the outer step "
        "that is cheaper to train.",
        (Balance((Amount(0.2, "gain", "mame"), Amount(-1, "gain", "maml-vpg")), 0.0),),
        ("corner_narrow",),
    ),
)
