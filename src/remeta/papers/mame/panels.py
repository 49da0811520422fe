"""What MAME shows: curves of training on four worlds, and what lies behind them."""

from dataclasses import replace

from remeta.papers.dataset import Dataset
from remeta.papers.mame.ablations import PARTS
from remeta.papers.mame.variants import STEPS as INNER_STEPS
from remeta.papers.mame.variants import VARIANTS
from remeta.papers.panel import Panel, tuned

FOUR = ("mame", "promp", "maml-trpo", "maml-vpg")
OWN_NETS = "nets 2x100 ReLU, ProMP's 2x64 tanh"
SAME_NETS = "nets 2x100 ReLU for all"
DIRECTIONS = Dataset("cheetah_dir", "cheetah_dir")
VELOCITIES = Dataset("cheetah_vel", "cheetah_vel")
ANT_DIRECTIONS = Dataset("ant_dir", "ant_dir")
CORNERS = Dataset("point_corner", "point_corner")
DATASETS = (DIRECTIONS, VELOCITIES, ANT_DIRECTIONS, CORNERS)
STEPS, AFTER = "environment steps", "return after adaptation"


def training(
    name: str,
    title: str,
    shows: str,
    data: Dataset,
    runs: tuple[str, ...] = FOUR,
    borrowed: tuple[tuple[str, str], ...] = (),
    nets: str = OWN_NETS,
    **options: str | float | bool,
) -> Panel:
    """A panel of learning curves; `options` are the family's."""
    return Panel(
        "mame",
        name,
        title,
        shows,
        data,
        runs,
        borrowed,
        x=STEPS,
        y=AFTER,
        kind="training",
        options=tuple(options.items()),
        nets=nets,
    )


def matched(panel: Panel) -> Panel:
    """The same comparison with the same nets for every method: only ProMP's differ from MAML's."""
    others = tuple((panel.name, run) for run in FOUR if run != "promp")
    name, title = f"{panel.name}_matched", f"{panel.title}; the same nets for all methods"
    return replace(panel, name=name, title=title, runs=("promp",), borrowed=others, nets=SAME_NETS)


CHEETAHS = "MAME ends best; ProMP gets as high, then drops."
CHEETAH_DIR = training(
    "fig2_cheetah_dir",
    "Figure 2, half-cheetah, forward or backward",
    CHEETAHS,
    DIRECTIONS,
    form="finn_gym",
)
CHEETAH_VEL = training(
    "fig2_cheetah_vel",
    "Figure 2, half-cheetah, target velocity",
    CHEETAHS,
    VELOCITIES,
    form="finn_gym",
    fastest=3.0,
)
ANT = training(
    "fig2_ant_dir",
    "Figure 2, ant, forward or backward",
    "MAME beats all others by a wide margin.",
    ANT_DIRECTIONS,
    form="finn_gym",
)
CORNER = training(
    "fig2_corner",
    "Figure 2, point robot and four corners, sparse reward",
    "MAME peaks and stays; ProMP peaks but is unstable; MAML hardly learns.",
    CORNERS,
    reward="exp_maml_r2",
    action_scale="raw",
)
FIG3 = training(
    "fig3",
    "Figure 3, parts of MAME, on the corners",
    "MAME peaks and is stable; E-MAML's score peaks, too, less stably; rewards as targets do "
    "reasonably well; plain DiCE is unstable; a policy gradient as inner loop does poorly.",
    CORNERS,
    PARTS,
    (("fig2_corner", "mame"),),
    nets=SAME_NETS,
    reward="exp_maml_r2",
    action_scale="raw",
)
CORNER_VARIANTS = training(
    "corner_variants",
    "Beyond the paper: other choices in MAME, on the corners",
    CORNER.shows,
    CORNERS,
    VARIANTS,
    tuple(("fig2_corner", run) for run in FOUR),
    reward="exp_maml_r2",
    action_scale="raw",
)
NARROW = training(
    "corner_narrow",
    "Beyond the paper: the corners with a reward that reaches a quarter as far",
    "MAML hardly learns where rewards are sparse; how sparse is not said.",
    CORNERS,
    nets=SAME_NETS,
    reward="exp_maml_r05",
    action_scale="raw",
)
CORNER_STEPS = replace(
    FIG3,
    name="corner_steps",
    title="Beyond the paper: larger steps of a policy gradient as inner loop, on the corners",
    shows="A policy gradient (VPG) as inner loop does poorly; at which step size is not said.",
    runs=INNER_STEPS,
    borrowed=(("fig2_corner", "mame"), ("fig3", "mame-vpg_inner")),
    called=(("mame-vpg_inner", "VPG, 0.1"),),
)
UNSTABLE = "ProMP is unstable on its own worlds, too."
PROMP_OWN = (
    training(
        "promp_cheetah_dir",
        "Sections 4 and 5.1, ProMP on its own half-cheetah, forward or backward",
        UNSTABLE,
        DIRECTIONS,
        ("promp",),
        nets="nets 2x64 tanh",
        form="promp",
    ),
    training(
        "promp_cheetah_vel",
        "Sections 4 and 5.1, ProMP on its own half-cheetah, target velocity",
        UNSTABLE,
        VELOCITIES,
        ("promp",),
        nets="nets 2x64 tanh",
        form="promp",
        fastest=3.0,
    ),
    training(
        "promp_ant_dir",
        "Sections 4 and 5.1, ProMP on its own ant, forward or backward",
        UNSTABLE,
        ANT_DIRECTIONS,
        ("promp",),
        nets="nets 2x64 tanh",
        form="promp",
    ),
)
VARIANCE = replace(
    CORNER,
    name="variance",
    title="Variance of the meta-gradient, on the corners",
    shows="MAME's updates have a lower variance than all baselines', and than plain DiCE's.",
    runs=(),
    borrowed=(
        *(("fig2_corner", run) for run in FOUR),
        *(("fig3", run) for run in PARTS),
    ),
    x="noise of the gradient",
    y="",
    kind="variance",
)
TRAJECTORIES = replace(
    CORNER,
    name="trajectories",
    title="Where the trained policies go, on the corners",
    shows="The policies that explore and exploit end up clearly different.",
    runs=(),
    borrowed=(("fig2_corner", "mame"), ("fig2_corner", "promp")),
    x="x",
    y="y",
    kind="trajectories",
)

PANELS = (
    CHEETAH_DIR,
    CHEETAH_VEL,
    ANT,
    CORNER,
    FIG3,
    *map(matched, (CHEETAH_DIR, CHEETAH_VEL, ANT, CORNER)),
    *PROMP_OWN,
    CORNER_VARIANTS,
    NARROW,
    CORNER_STEPS,
    VARIANCE,
    TRAJECTORIES,
    tuned(CORNER),
)
