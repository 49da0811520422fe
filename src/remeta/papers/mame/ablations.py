"""What MAME claims of its own parts, and how each is put to the test."""

from remeta.papers.claim import (
    SIMILAR,
    Claim,
    Contrast,
    Either,
    Term,
    higher,
    more,
    shown,
)
from remeta.papers.mame.comparisons import calmer, under_half

PANEL = ("fig3",)
PARTS = ("mame-vpg_inner", "mame-reward_ss", "mame-vanilla_dice", "mame-emaml")

VPG_FAILS = Either((under_half("mame-vpg_inner"), higher("others above", "mame-vpg_inner", 0.0)))
REWARD_HALFWAY = (
    more("gain", "mame-reward_ss", "mame", share=0.3),
    Contrast((Term(0.9, "gain", "mame"), Term(-1, "gain", "mame-reward_ss")), 0.0),
)

ABLATIONS = (
    Claim(
        "MAME-A1",
        "Figure 3, section 7",
        "With a policy gradient as inner loop MAME performs poorly.",
        "Its gain is less than half of MAME's, or it ends below all others.",
        (VPG_FAILS,),
        PANEL,
    ),
    Claim(
        "MAME-A2",
        "Figure 3, section 7",
        "Predicting rewards instead of returns does well, but not as well.",
        "The gain is above 0.3 and below 0.9 of MAME's.",
        REWARD_HALFWAY,
        PANEL,
    ),
    Claim(
        "MAME-A3",
        "Figure 3, section 7",
        "Plain DiCE trains less stably, and worse.",
        "Its jitter lies above MAME's, and its final return below.",
        (
            more("jitter", "mame-vanilla_dice", "mame"),
            more("final", "mame", "mame-vanilla_dice"),
        ),
        PANEL,
    ),
    Claim(
        "MAME-A3-variance",
        "Section 7",
        "The updates of plain DiCE have a higher variance.",
        "The deviation between batches of tasks, relative to the mean, of the gradient of mu, the "
        "only module that plain DiCE moves otherwise: larger at the untrained start, and shown at "
        "trained weights.",
        (
            more("noise of mu's gradient", "mame-vanilla_dice", "mame"),
            shown(more("noise of mu's gradient when trained", "mame-vanilla_dice", "mame")),
        ),
        ("variance",),
    ),
    Claim(
        "MAME-A4",
        "Figure 3, section 7",
        "With E-MAML's score for exploration MAME reaches its peak, but less stably.",
        f"Its peak is at most {SIMILAR} of the best gain below MAME's; jitter and drawdown lie "
        "above MAME's.",
        (more("peak", "mame-emaml", "mame", by=-SIMILAR), *calmer("mame", "mame-emaml")),
        PANEL,
    ),
    Claim(
        "MAME-A5",
        "Figure 3, section 7",
        "MAME as proposed is best and most stable.",
        "final(mame) - final(other) lies above 0 for each ablation, and each has more jitter.",
        tuple(
            test
            for other in PARTS
            for test in (more("final", "mame", other), more("jitter", other, "mame"))
        ),
        PANEL,
    ),
    Claim(
        "MAME-A6",
        "Section 7",
        "Self-supervision in the inner loop is what makes it stable, and what it predicts matters.",
        "MAME-A1 and MAME-A2 both hold. That it is the major source is more than two ablations "
        "can show.",
        (VPG_FAILS, *REWARD_HALFWAY),
        PANEL,
    ),
)
