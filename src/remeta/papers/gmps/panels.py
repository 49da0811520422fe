"""What GMPS shows: samples in meta-training, and adaptation where tasks were not trained on."""

from dataclasses import replace
from typing import Any

from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel, tuned

# Experts learn from a shaped reward; nobody has to learn how a door is opened.
PUSH = Dataset("sawyer_push", "sawyer_push", expert="sac")
DOOR = Dataset("sawyer_door", "sawyer_door", expert="analytic")
QUARTER = Dataset("ant_quarter", "ant_quarter", expert="sac")
ARC = Dataset("point_arc", "point_arc", expert="analytic")
# The same tasks and expert, in numbers of its own: every step is a picture that has to be drawn.
SEEN_PUSH = Dataset("sawyer_push_seen", "sawyer_push", expert="sac", expert_of=PUSH.name)
DATASETS = (PUSH, DOOR, QUARTER, ARC, SEEN_PUSH)

DENSE = ("gmps", "maml", "multitask", "pearl", "rl2")
SPARSE = ("gmps", "maml", "multitask", "pearl", "maesn")
OURS = ("fig3_push", "gmps")
AFTER = "return after one update"
WITH_EXPERT = "all steps"  # the environment's, those that the expert learned by included
WITHOUT = "steps"


def efficiency(
    name: str, title: str, shows: str, data: Dataset, reward: str, over: str, **more: Any
) -> Panel:
    """Meta-training of all who are compared under this reward, by what it has spent."""
    return Panel(
        "gmps",
        name,
        title,
        shows,
        data,
        more.pop("runs", DENSE if reward == "dense" else SPARSE),
        x="environment steps in meta-training",
        y=AFTER,
        kind="efficiency",
        over=over,
        options=(("reward", reward),),
        **more,
    )


def on_push(name: str, title: str, shows: str, runs: tuple[str, ...], **more: Any) -> Panel:
    """A part of GMPS made otherwise, beside GMPS itself on the push."""
    borrowed = (OURS,)
    return Panel("gmps", name, title, shows, PUSH, runs, borrowed, **more)


FIG3 = (
    efficiency(
        "fig3_push",
        "Figure 3, pushing, full state",
        "GMPS needs about 4 times fewer samples than MAML, its expert's included.",
        PUSH,
        "dense",
        WITH_EXPERT,
    ),
    efficiency(
        "fig3_ant",
        "Figure 3, ant, dense reward",
        "GMPS needs about 12 times fewer samples than MAML, its expert's included.",
        QUARTER,
        "dense",
        WITH_EXPERT,
    ),
)
FIG4 = Panel(
    "gmps",
    "fig4_outside",
    "Figure 4, ant, goals outside those of training",
    "GMPS goes on improving where it was not trained; PEARL does not.",
    QUARTER,
    runs=(),
    borrowed=(("fig3_ant", "gmps"), ("fig3_ant", "maml"), ("fig3_ant", "pearl")),
    x="environment steps of adaptation",
    y="average return",
    kind="outside",
)
FIG5 = (
    efficiency(
        "fig5_door",
        "Figure 5, door, sparse reward",
        "GMPS solves the door; MAML, PEARL and MAESN do not.",
        DOOR,
        "sparse",
        WITHOUT,
    ),
    efficiency(
        "fig5_ant",
        "Figure 5, ant, sparse reward",
        "GMPS solves the ant; MAML, PEARL and MAESN do not.",
        QUARTER,
        "sparse",
        WITHOUT,
    ),
    efficiency(
        "fig5_vision",
        "Figure 5, pushing by sight",
        "GMPS ends higher than MAML and trains more stably; one policy for all tasks stays below.",
        SEEN_PUSH,
        "dense",
        WITHOUT,
        runs=("gmps", "maml", "multitask"),
        by_sight=True,
    ),
)
FIG6 = Panel(
    "gmps",
    "fig6_door",
    "Figure 6, door, sparse reward, held-out tasks",
    "GMPS adapts faster than imitation of all tasks by one policy, which fine-tuning helps little.",
    DOOR,
    ("imitation",),
    borrowed=(("fig5_door", "gmps"),),
    over="adapt_env_steps",
    options=(("reward", "sparse"),),
    called=(("imitation", "MultiTask Imitation"),),
)
FIG6_VISION = replace(
    FIG6,
    name="fig6_vision",
    title="Figure 6, pushing by sight, held-out tasks",
    data=SEEN_PUSH,
    borrowed=(("fig5_vision", "gmps"),),
    options=(("reward", "dense"),),
    by_sight=True,
)
PARTS = (
    on_push(
        "aggregation",
        "Section 4.2, aggregation of states that adapted policies visit",
        "The version without aggregation is stable and effective.",
        ("gmps-aggregated",),
        called=(("gmps", "demonstrations alone"),),
    ),
    on_push(
        "imitation_steps",
        "Section 4.3 and appendix D, imitation steps per data collection",
        "Many imitation steps per batch of roll-outs make GMPS sample-efficient.",
        ("gmps-steps1", "gmps-steps10"),
        x="roll-outs in meta-training",
        y=AFTER,
        kind="economy",
    ),
    on_push(
        "adapted_subset",
        "Section 5.3 and appendix D, what the inner step moves",
        "Moving the last layers alone keeps training stable.",
        ("gmps-head", "gmps-bias"),
        called=(("gmps", "all"),),
    ),
    Panel(
        "gmps",
        "bias_transformation",
        "Appendix C, the bias transformation",
        "A bias transformation helps.",
        PUSH,
        ("gmps-unbiased", "maml-unbiased"),
        borrowed=(OURS, ("fig3_push", "maml")),
    ),
)

BEYOND = Panel(
    "gmps",
    "sparse_point",
    "Beyond the paper: where PEARL and RL2 are known to work",
    "PEARL and RL2 find a goal that pays only nearby, within a few episodes.",
    ARC,
    ("pearl", "rl2"),
    x="episodes of adaptation",
    source="Their users",
)

PUBLISHED = (*FIG3, FIG4, *FIG5, FIG6, FIG6_VISION, *PARTS, BEYOND)
TUNED = ("fig3_push", "fig5_door", "fig6_door")
PANELS = (*PUBLISHED, *(tuned(panel) for panel in PUBLISHED if panel.name in TUNED))
