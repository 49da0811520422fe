"""What NoRML is told to show: training on three worlds whose dynamics differ from task to task.

The paper was not to be had. Worlds, methods and numbers are the official code's; what its figures
say is told by a lecture's slides, the abstract, and a reader's public notes.
"""

from dataclasses import replace
from math import radians

from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel, tuned

DENSE = Dataset("point_rotation", "point_rotation")
SPARSE = Dataset("point_rotation_sparse", "point_rotation", options=(("reward", "sparse"),))
CARTPOLE = Dataset("cartpole_sensor", "cartpole_sensor")
CHEETAH = Dataset("cheetah_motor", "cheetah_motor")
DATASETS = (DENSE, SPARSE, CARTPOLE, CHEETAH)
FOUR = ("maml", "maml-offset", "maml-advantage", "norml")
FIVE = ("dr", *FOUR)
BIASES = tuple(float(degrees) for degrees in range(-10, 11, 2))
TOLD = "Told of the paper"


def training(
    name: str,
    title: str,
    shows: str,
    data: Dataset,
    runs: tuple[str, ...],
    nets: str = "nets 2x50 tanh",
) -> Panel:
    """A panel of learning curves."""
    return Panel(
        "norml",
        name,
        title,
        shows,
        data,
        runs,
        x="environment steps",
        y="return after adaptation",
        kind="training",
        nets=nets,
        source=TOLD,
    )


POINT_SPARSE = training(
    "point_sparse",
    "Rotating point, sparse reward",
    "NoRML converges best; MAML is not rescued by an offset, but by a learned advantage.",
    SPARSE,
    FOUR,
)
POINT_DENSE = training(
    "point_dense",
    "Rotating point, dense reward",
    "MAML does well where rewards are dense.",
    DENSE,
    (*FOUR, "norml-blind"),
)
# Its learning rates were found with a line of its code at the wrong place.
POINT_SLIP = replace(
    POINT_DENSE,
    name="point_slip",
    title="Beyond the paper: rotating point, dense reward, advantages as in the official code",
    shows="With the official code's slip its learning rates do what they were chosen for.",
    runs=("maml-slip", "norml-slip"),
    borrowed=((POINT_DENSE.name, "maml"), (POINT_DENSE.name, "norml")),
    source="Asked here",
)
CARTPOLE_PANEL = training(
    "cartpole",
    "Cart-pole whose angle is seen with a bias",
    "NoRML converges faster than MAML, without rewards; one policy for all biases cannot do it.",
    CARTPOLE,
    FIVE,
)
CHEETAH_PANEL = training(
    "cheetah",
    "Half-cheetah whose hip motors may be swapped",
    "NoRML is fastest and best; one policy for both comes near, MAML does not.",
    CHEETAH,
    FIVE,
    nets="linear policies",
)
STEPS = replace(
    POINT_SPARSE,
    name="steps",
    title="Rotating point, sparse reward: return after each step of adaptation",
    shows="With an offset fewer steps are needed.",
    runs=(),
    borrowed=tuple((POINT_SPARSE.name, run) for run in FOUR),
    x="steps of adaptation",
    y="return",
    kind="adaptations",
    over="adapt_step",
    updates=5,
)
BIAS = replace(
    CARTPOLE_PANEL,
    name="bias",
    title="Cart-pole: return after adaptation to each bias",
    shows="NoRML adapts to drifting sensors.",
    runs=(),
    borrowed=tuple((CARTPOLE_PANEL.name, run) for run in FIVE),
    x="bias of the sensor (degrees)",
    kind="adaptations",
    over="bias",
    grid=tuple((degrees, radians(degrees)) for degrees in BIASES),
)
GAIT = replace(
    CHEETAH_PANEL,
    name="gait",
    title="Half-cheetah: pitch of the torso before and after adaptation",
    shows="One policy for both wirings gets about as far, by a less steady gait.",
    runs=(),
    borrowed=tuple((CHEETAH_PANEL.name, run) for run in ("dr", "norml")),
    x="step of an episode",
    y="pitch (degrees)",
    kind="gait",
    over="wiring",
    grid=((0.0, 0.0), (1.0, 1.0)),
)

PUBLISHED = (
    POINT_SPARSE,
    POINT_DENSE,
    POINT_SLIP,
    STEPS,
    CARTPOLE_PANEL,
    BIAS,
    CHEETAH_PANEL,
    GAIT,
)
TUNED = (POINT_SPARSE, POINT_DENSE, CARTPOLE_PANEL)
PANELS = (*PUBLISHED, *map(tuned, TUNED))
