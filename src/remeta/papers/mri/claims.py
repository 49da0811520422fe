"""What MRI claims, claim by claim, and how each is put to the test."""

from remeta.papers.claim import GOOD, UPDATES, Claim, Contrast, Race, Term, UnitTest, more, shown
from remeta.papers.mri.comparisons import (
    BEATS_ALL,
    MARGIN,
    MOSTLY_AT_ONCE,
    OTHERS,
    better,
    dearer,
    lead,
    slight,
    struggles,
)

DENSE = ("fig3_point", "fig3_reacher", "fig3_ant")
SPARSE = ("fig4_reacher", "fig4_ant")
BEATS_ALL_TESTED = (
    "After 5 updates the interval of s(mri) - s(other) lies above 0 for each of the three others; "
    "1 to 4 updates are shown."
)

REACHED = 0.75  # of a gain, where single steps never come to more


def many_times_as_many(share: float) -> Race:
    """Roll-outs, with one imitation step per collection of them."""
    return Race("mri-steps1", "roll-outs", "mri", "mri", share, least=5)


CLAIMS = (
    Claim(
        "MRI-C1",
        "Figure 3",
        "Under dense reward, MRI learns new tasks as well as MAML does.",
        f"After each of 1 to 5 updates the interval of s(mri) - s(maml) lies above -{MARGIN}.",
        tuple(better("mri", "maml", step, by=-MARGIN) for step in UPDATES),
        DENSE,
    ),
    Claim(
        "MRI-C2",
        "Figure 3",
        "Under dense reward, MRI is slightly better than a start learnt by imitation alone.",
        "After 1 and after 5 updates the interval of s(mri) - s(imitation) lies above 0; whether "
        "the lead is slight, below 0.2, is shown.",
        (better("mri", "imitation", 1), better("mri", "imitation", 5), slight(1), slight(5)),
        DENSE,
    ),
    Claim(
        "MRI-C3",
        "Section 5, text on the reacher",
        "MRI is good after about 5 meta-iterations, MAML only after more than 50.",
        "Good is 95 % of MAML's final gain in validation return after one update. MRI gets there "
        "within 10 meta-iterations, and MAML takes at least 5 times as many.",
        (
            Race("mri", "iterations", reference="maml", most=10),
            Race("maml", "iterations", over="mri", reference="maml", least=5),
        ),
        ("fig3_reacher",),
        beyond=("fig3_point",),
    ),
    Claim(
        "MRI-C4",
        "Abstract and section 5, text on the reacher",
        "MRI needs ten times fewer roll-outs in meta-training than MAML.",
        "MAML spends at least 10 times MRI's roll-outs until it is good (as in MRI-C3), counted as "
        "the paper does: before the update only. Shown: with roll-outs after the update; with "
        "MRI's demonstrations and the expert's episodes, too.",
        (
            dearer("roll-outs"),
            shown(dearer("honest roll-outs")),
            shown(dearer("all roll-outs")),
        ),
        ("fig3_reacher",),
        beyond=("fig3_point",),
    ),
    Claim(
        "MRI-C5",
        "Section 5, text on figure 3",
        "With shaped reward, a start learnt by imitation is surprisingly strong.",
        "The interval of s(imitation) - s(random) lies above 0 after 1 update, and that of "
        "s(imitation) - 0.7 s(mri) after 5.",
        (better("imitation", "random", 1), better("imitation", "mri", 5, share=0.7)),
        ("fig3_reacher",),
    ),
    Claim(
        "MRI-C6",
        "Figure 4, reacher",
        "Under sparse reward on the reacher, MRI is substantially better than all others.",
        BEATS_ALL_TESTED,
        BEATS_ALL,
        ("fig4_reacher",),
    ),
    Claim(
        "MRI-C7",
        "Figure 4, ant",
        "Under sparse reward on the ant, MRI is substantially better than all others.",
        BEATS_ALL_TESTED,
        BEATS_ALL,
        ("fig4_ant",),
    ),
    Claim(
        "MRI-C8",
        "Section 5, figures 3 and 4",
        "An imitated start helps less under sparse than under dense reward.",
        "After 1 update MRI's lead over imitation, s(mri) - s(imitation), is larger on the sparse "
        "reacher than on the dense one.",
        (Contrast(lead(1, 1) + lead(-1, 1, "fig3_reacher"), above=0.0),),
        ("fig4_reacher",),
    ),
    Claim(
        "MRI-C9",
        "Section 5, text on figure 4",
        "Under sparse reward MAML, imitation and random starts struggle.",
        "After 5 updates each of the three has less than a quarter of MRI's score, or less than "
        f"{MARGIN} of the expert scale, which is no learning.",
        tuple(struggles(other) for other in OTHERS),
        SPARSE,
    ),
    Claim(
        "MRI-C10",
        "Figures 3 and 4",
        "A random start is the lower bound of all methods.",
        f"After each of 1 to 5 updates no other method lies {MARGIN} below random.",
        tuple(
            better(other, "random", step, by=-MARGIN)
            for step in UPDATES
            for other in ("mri", "maml", "imitation")
        ),
        DENSE + SPARSE,
    ),
    Claim(
        "MRI-C11",
        "Section 4.1",
        "Many imitation steps per data collection are what makes meta-training cheap in roll-outs.",
        "Good is 75 % of the final gain with all imitation steps: of 95 %, which were asked for "
        "first, runs with few steps can fall short, and nothing is decided. With 1 step, 5 times "
        "as many roll-outs are needed, which is shown for 95 %, too; from `steps1` over `steps10` "
        "to `steps50` the need does not rise.",
        (
            many_times_as_many(REACHED),
            Race("mri-steps1", "roll-outs", "mri-steps10", "mri", REACHED, least=1),
            Race("mri-steps10", "roll-outs", "mri-steps50", "mri", REACHED, least=1),
            shown(many_times_as_many(GOOD)),
        ),
        ("ablation_steps",),
    ),
    Claim(
        "MRI-C12",
        "Section 5",
        "The imitated start is MRI without its inner step.",
        "With an inner rate of 0, MRI's meta-gradient is the gradient of plain imitation.",
        (UnitTest(("tests/methods/test_mri.py",)),),
    ),
    Claim(
        "MRI-C13",
        "Appendix A",
        "Differentiating through the sampled inner loss misses a term; the correction supplies it.",
        "On a problem small enough to enumerate, the derivative of the expected objective is "
        "automatic differentiation plus the correction, and not the former alone.",
        (UnitTest(("tests/core/test_correction.py",)),),
    ),
    Claim(
        "MRI-C14",
        "Section 4.2",
        "The correction lets the policy explore before its update.",
        "The interval of coverage before the update, with minus without correction, lies above 0; "
        "the difference in s after 1 update is shown.",
        (
            more("coverage_0", "mri", "mri-uncorrected"),
            shown(better("mri", "mri-uncorrected", 1)),
        ),
        ("ablation_correction",),
    ),
    Claim(
        "MRI-C15",
        "Figures 3 and 4",
        "MRI learns fast: most of what it gains comes with the first update.",
        "The interval of s_1(mri) - s_0(mri) lies above 0; whether it is more than half of the "
        "gain after 5 updates is shown.",
        (
            Contrast((Term(1, "s_1", "mri"), Term(-1, "s_0", "mri")), above=0.0),
            shown(MOSTLY_AT_ONCE),
        ),
        DENSE + SPARSE,
    ),
)
