"""MRI: "Learning to Reinforcement Learn by Imitation" (anonymous submission to ICLR 2019)."""

from remeta.papers.panel import Panel

FOUR = ("mri", "maml", "imitation", "random")

PANELS = (
    Panel(
        "mri",
        "fig3_point",
        "Figure 3, point robot",
        "MRI matches MAML under dense reward and slightly beats imitation.",
        "point",
        "dense",
        FOUR,
    ),
    Panel(
        "mri",
        "fig3_reacher",
        "Figure 3, 7-DoF reacher, dense reward",
        "MRI matches MAML under dense reward and slightly beats imitation.",
        "reacher",
        "dense",
        FOUR,
    ),
    Panel(
        "mri",
        "fig3_ant",
        "Figure 3, ant, dense reward",
        "MRI matches MAML under dense reward and slightly beats imitation.",
        "ant_goal",
        "dense",
        FOUR,
    ),
    Panel(
        "mri",
        "fig4_reacher",
        "Figure 4, 7-DoF reacher, sparse reward",
        "MRI substantially outperforms all others; MAML, imitation and random struggle.",
        "reacher",
        "sparse",
        FOUR,
    ),
    Panel(
        "mri",
        "fig4_ant",
        "Figure 4, ant, sparse reward",
        "MRI substantially outperforms all others; MAML, imitation and random struggle.",
        "ant_goal",
        "sparse",
        FOUR,
    ),
    Panel(
        "mri",
        "ablation_steps",
        "Section 4.1, imitation steps per data collection",
        "Many off-policy outer steps are essential for sample efficiency.",
        "point",
        "dense",
        ("mri-steps1", "mri-steps10", "mri-steps50"),
        borrowed=(("fig3_point", "mri"),),
        x="roll-outs in meta-training",
        y="average return after one update",
    ),
    Panel(
        "mri",
        "ablation_correction",
        "Section 4.2 and appendix A, correction of the meta-gradient",
        "The correction lets the start explore.",
        "point",
        "dense",
        ("mri-uncorrected", "mri-trajectory"),
        borrowed=(("fig3_point", "mri"),),
    ),
)
