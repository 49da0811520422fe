"""What SMILe shows: how well tasks are done that only demonstrations tell."""

from typing import Any

from remeta.papers.dataset import Dataset, Exam
from remeta.papers.panel import Panel

PACE, NEARNESS, ANSWERS = Exam("delta", "least"), Exam("closest", "least"), Exam("success", "most")
CHEETAH = Dataset("cheetah_run", "cheetah_run", expert="sac", context=True, exam=PACE)
ANT = Dataset("ant_reach", "ant_reach", expert="sac", context=True, listed=True, exam=NEARNESS)
CLASSIFY = Dataset(
    "ant_classify", "ant_classify", expert="sac", expert_of=ANT.name, context=True, exam=ANSWERS
)
UPRIGHT = ("ends", "usual")  # of experts and of what they demonstrate
WALKER = Dataset("walker_dynamics", "walker_dynamics", (UPRIGHT,), expert="sac", context=True)
BASE = Dataset("walker_base", "walker_dynamics", (UPRIGHT, ("walkers", "unchanged")), expert="sac")
DATASETS = (CHEETAH, ANT, CLASSIFY, WALKER, BASE)

METHODS = ("meta_bc", "smile", "smile_states")
ALL = (*METHODS, "meta_dagger")
SETTINGS = ("4_20", "16_20", "64_20", "64_1")  # demonstrations of a task, one step in so many
MOST = SETTINGS[-1]
WHOLE = ("4_1", "16_1", "64_1")
DAGGER = f"meta_dagger-{MOST}"  # the one setting that the paper has it in
SHOWN = "demonstrations shown"


def in_settings(settings: tuple[str, ...]) -> tuple[str, ...]:
    return *(f"{method}-{setting}" for method in METHODS for setting in settings), DAGGER


def panel(
    name: str, title: str, shows: str, data: Dataset, runs: tuple[str, ...], **more: Any
) -> Panel:
    """Whose tests take the mode of every action."""
    return Panel("smile", name, title, shows, data, runs, deterministic=True, **more)


TABLE1 = panel(
    "table1",
    "Table 1, half-cheetah, random velocity",
    "SMILe keeps a speed that demonstrations show 3 to 5 times better than Meta-BC.",
    CHEETAH,
    in_settings(SETTINGS),
    x="demonstrations in training",
    y="distance from the target speed (m/s)",
    kind="settings",
    metric="delta",
)
FIG4 = Panel(
    "smile",
    "fig4",
    "Appendix, Figure 4, half-cheetah, demonstrations shown at test",
    "More than one demonstration of a task hardly helps.",
    CHEETAH,
    runs=(),
    borrowed=tuple((TABLE1.name, f"{method}-{MOST}") for method in METHODS),
    x=SHOWN,
    y=TABLE1.y,
    kind="contexts",
    over="adapt_step",
    metric="delta",
    shown_again=True,
)
FIG2 = panel(
    "fig2",
    "Figure 2, ant, goals on a circle",
    "SMILe comes near most goals that it was not trained on, Meta-BC near few.",
    ANT,
    in_settings(WHOLE),
    x="demonstrations in training",
    y="closest to the goal (m)",
    kind="settings",
    metric="closest",
)
WALK = panel(
    "walker",
    "Table 2, left, walker, random dynamics",
    "From one demonstration SMILe comes two thirds of the way from the base policy to experts.",
    WALKER,
    ALL,
    kind="walkers",
    metric="adapted",
    beside=("return",),
    options=(("ends", "fixed"),),
    base=BASE,
)
SORT = panel(
    "classify",
    "Table 2, right, ant that classifies",
    "SMILe classifies above chance, Meta-BC at chance; Meta-DAgger more often does nothing.",
    CLASSIFY,
    ALL,
    x=SHOWN,
    kind="metrics",
    metric="success",
    beside=("no_op",),
)
GOALS = ("closest", "reached")
D3 = panel(
    "d3",
    "Appendix D.3, ant, reinforcement learning alone",
    "Reinforcement learning from the sparse reward does not reach the goals.",
    ANT,
    ("sparse_sac", "sparse_sac-official"),
    borrowed=tuple((FIG2.name, f"{method}-{WHOLE[0]}") for method in METHODS[1:]),
    kind="metrics",
    metric=GOALS[0],
    beside=GOALS[1:],
    options=(("reward", "sparse"), ("told", True)),
    called=(("smile-4_1", "SMILe, 4 demos"), ("smile_states-4_1", "same, state-only")),
)
OFFICIAL = ("meta_bc-pre_tanh", "meta_dagger-official")


def faults(name: str, of: Panel, metrics: tuple[str, ...]) -> Panel:
    """Who learns by squared errors, with the official code's loss, beside all with ours."""
    runs = tuple(f"{method}-{MOST}" for method in ("meta_bc", "smile", "meta_dagger"))
    return panel(
        name,
        f"Official faults, {of.title.partition(', ')[2]}",
        "Errors are taken before tanh, and Meta-DAgger draws its actions.",
        of.data,
        OFFICIAL,
        source="The official code",
        borrowed=tuple((of.name, run) for run in runs),
        kind="faults",
        metric=metrics[0],
        beside=metrics[1:],
        x=SHOWN,
        called=(("meta_bc-64_1", "Meta-BC"), ("smile-64_1", "SMILe"), (DAGGER, "Meta-DAgger")),
    )


FAULTS = (
    faults("faults_speed", TABLE1, ("delta",)),
    faults("faults_goal", FIG2, GOALS),
)

PANELS = (TABLE1, FIG4, FIG2, WALK, SORT, D3, *FAULTS)
