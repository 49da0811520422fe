"""What the lecture says of learning from demonstrations of a single task.

It defines behaviour cloning and GAIL, names RAIL, and shows no experiment. The panels are what
would show its statements, in the setting of SMILe's code for single tasks.
"""

from dataclasses import replace

from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel

DEMOS = (1, 4, 25)
METHODS = ("bc", "gail", "airl", "rail")
# Episodes of one length: a learned reward is not to be told by when an episode ends.
HOPPER = Dataset("hopper", "hopper", (("ends", "fixed"),), "sac", every=20)
DATASETS = (HOPPER,)

IMITATION = Panel(
    "lecture",
    "imitation",
    "Hopper: return over demonstrations",
    "Where demonstrations are few, GAIL and AIRL are ahead of cloning.",
    HOPPER,
    tuple(f"{method}-demos{count}" for method in METHODS for count in DEMOS),
    x="demonstrations",
    y="return",
    kind="imitation",
    over="variant",
    deterministic=True,
    source="Said of them",
)

DRIFT = replace(
    IMITATION,
    name="drift",
    title="Hopper: how far from the expert, step by step",
    shows="A clone errs little in the expert's states, and drifts into states where it errs more.",
    runs=(),
    borrowed=tuple((IMITATION.name, f"{method}-demos4") for method in ("bc", "gail")),
    x="step of an episode",
    y="squared error of actions",
    kind="drift",
    over="",
)

PANELS = (IMITATION, DRIFT)
