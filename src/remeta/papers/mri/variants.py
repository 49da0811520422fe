"""What was tried after MRI-C1 and C14 had failed on the point robot, judged in the same way."""

from remeta.papers.claim import UPDATES, Claim, more, shown
from remeta.papers.mri.comparisons import MARGIN, better

PANELS = ("point_variants",)

VARIANTS = (
    Claim(
        "MRI-C1-longer",
        "Figure 3",
        "Trained for four times as many meta-iterations, MRI learns new tasks as well as MAML.",
        f"After 1 to 5 updates the intervals of s(mri-longer) - s(maml) lie above -{MARGIN}.",
        tuple(better("mri-longer", "maml", step, by=-MARGIN) for step in UPDATES),
        beyond=PANELS,
    ),
    Claim(
        "MRI-C1-official",
        "Figure 3",
        "With the official code's numbers for the point, MRI learns new tasks as well as MAML.",
        "As MRI-C1-longer, of 3 imitation steps per data collection and a step size of 1.",
        tuple(better("mri-official", "maml", step, by=-MARGIN) for step in UPDATES),
        beyond=PANELS,
    ),
    Claim(
        "MRI-C14-official",
        "Section 4.2",
        "With the official code's numbers, the correction lets the start explore before it adapts.",
        "As MRI-C14, of 3 imitation steps per data collection and a step size of 1.",
        (
            more("coverage_0", "mri-official", "mri-official_uncorrected"),
            shown(better("mri-official", "mri-official_uncorrected", 1)),
        ),
        beyond=PANELS,
    ),
)
