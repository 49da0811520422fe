"""What MRI shows: adaptation on three worlds, and what two of its choices change.

Official snapshots lose the log-std, so that official tests begin at a spread of 1, whatever was
learned. Two panels test once more what others train, as it were from such snapshots.
"""

from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel, tuned

FOUR = ("mri", "maml", "imitation", "random")

# The official demonstrations of the point start scattered around the goal, its tests at the origin.
POINT = Dataset("point", "point", expert="analytic", recorded=(("scattered", True),))
REACHER = Dataset("reacher", "reacher", expert="sac")
ANT_GOAL = Dataset("ant_goal", "ant_goal", expert="sac")
DATASETS = (POINT, REACHER, ANT_GOAL)

PUBLISHED = (
    Panel(
        "mri",
        "fig3_point",
        "Figure 3, point robot",
        "MRI matches MAML under dense reward and slightly beats imitation.",
        POINT,
        FOUR,
    ),
    Panel(
        "mri",
        "fig3_reacher",
        "Figure 3, 7-DoF reacher, dense reward",
        "MRI matches MAML under dense reward and slightly beats imitation.",
        REACHER,
        FOUR,
        options=(("reward", "dense"),),
    ),
    Panel(
        "mri",
        "fig3_ant",
        "Figure 3, ant, dense reward",
        "MRI matches MAML under dense reward and slightly beats imitation.",
        ANT_GOAL,
        FOUR,
        options=(("reward", "dense"),),
    ),
    Panel(
        "mri",
        "fig4_reacher",
        "Figure 4, 7-DoF reacher, sparse reward",
        "MRI substantially outperforms all others; MAML, imitation and random struggle.",
        REACHER,
        FOUR,
        options=(("reward", "sparse"),),
    ),
    Panel(
        "mri",
        "fig4_ant",
        "Figure 4, ant, sparse reward",
        "MRI substantially outperforms all others; MAML, imitation and random struggle.",
        ANT_GOAL,
        FOUR,
        options=(("reward", "sparse"),),
    ),
    Panel(
        "mri",
        "ablation_steps",
        "Section 4.1, imitation steps per data collection",
        "Many off-policy outer steps are essential for sample efficiency.",
        POINT,
        ("mri-steps1", "mri-steps10", "mri-steps50"),
        borrowed=(("fig3_point", "mri"),),
        x="roll-outs in meta-training",
        y="average return after one update",
        kind="economy",
    ),
    Panel(
        "mri",
        "ablation_correction",
        "Section 4.2 and appendix A, correction of the meta-gradient",
        "The correction lets the start explore.",
        POINT,
        ("mri-uncorrected", "mri-trajectory"),
        borrowed=(("fig3_point", "mri"),),
        kind="exploration",
        called=(("mri", "per step"),),
    ),
    Panel(
        "mri",
        "point_variants",
        "Figure 3 again, point robot: longer training, and the official code's numbers",
        "MRI matches MAML under dense reward; the correction lets the start explore.",
        POINT,
        ("mri-longer", "mri-official", "mri-official_uncorrected"),
        borrowed=(("fig3_point", "mri"), ("fig3_point", "maml")),
    ),
)
RETESTED = (
    Panel(
        "mri",
        "point_std_one",
        "Figure 3 again, point robot: tests begin at a spread of 1, as the official code's do",
        "MRI matches MAML under dense reward and slightly beats imitation.",
        POINT,
        runs=(),
        borrowed=tuple(("fig3_point", run) for run in ("mri", "maml", "imitation")),
        kind="retested",
        std="one",
    ),
    Panel(
        "mri",
        "correction_std_one",
        "Section 4.2 again, correction of the meta-gradient: all explore at a spread of 1",
        "The correction lets the start explore.",
        POINT,
        runs=(),
        borrowed=(
            ("fig3_point", "mri"),
            ("ablation_correction", "mri-uncorrected"),
            ("point_variants", "mri-official"),
            ("point_variants", "mri-official_uncorrected"),
        ),
        kind="retested",
        called=(("mri-uncorrected", "MRI, uncorrected"),),
        std="one",
    ),
)
TUNED = ("fig3_reacher", "fig4_reacher")
PANELS = (*PUBLISHED, *RETESTED, *(tuned(panel) for panel in PUBLISHED if panel.name in TUNED))
