"""What the lecture says of learning from demonstrations of a single task, and of meta-learning.

It defines behaviour cloning and GAIL, names RAIL, and shows no experiment. The panels are what
would show its statements, in the setting of SMILe's code for single tasks. What it says of
meta-learning, in a table without a number, is asked of NoRML's panels.
"""

from dataclasses import replace

from remeta.papers.claim import Contrast, Term
from remeta.papers.dataset import Dataset
from remeta.papers.norml import panels as norml
from remeta.papers.panel import Panel, tuned

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

HALF = 0.5  # of the best gain on a panel: less is no good end of training
TABLE = Panel(
    "lecture",
    "table",
    "The lecture's table: previous RL, MAML-RL and NoRML-RL",
    "MAML-RL adapts fast and trains well, but is not sure to where rewards are sparse; NoRML-RL "
    "does, there, too; previous RL does not carry over.",
    norml.SPARSE,
    runs=(),
    kind="answers",
    called=(("dr", "previous RL"), ("maml", "MAML-RL"), ("norml", "NoRML-RL")),
    source="The slides",
    shown_again=True,
    made_of=tuple(
        panel.id for panel in (norml.POINT_DENSE, norml.CARTPOLE_PANEL, norml.POINT_SPARSE)
    ),
    questions=(
        ("adapts at once", Contrast((Term(1, "final", ""), Term(-1, "final before", "")), 0.0)),
        ("ends well", Contrast((Term(1, "gain", ""),), HALF)),
    ),
)

# To choose takes several times as long as to train: only runs that claims compare do it.
COMPARED = tuple(f"bc-demos{count}" for count in DEMOS)
COMPARED += ("gail-demos4", "gail-demos25", "airl-demos4", "rail-demos25")
PANELS = (IMITATION, DRIFT, TABLE, replace(tuned(IMITATION), runs=COMPARED))
