"""What SMILe shows: how well tasks are done that only demonstrations tell."""

from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel

CHEETAH = Dataset("cheetah_run", "cheetah_run", expert="sac", context=True)
ANT = Dataset("ant_reach", "ant_reach", expert="sac", context=True)
DATASETS = (CHEETAH, ANT)

METHODS = ("meta_bc", "smile", "smile_states")
SETTINGS = ("4_20", "16_20", "64_20", "64_1")  # demonstrations of a task, one step in so many
MOST = SETTINGS[-1]
WHOLE = ("4_1", "16_1", "64_1")
DELTA = "distance from the target speed (m/s)"

TABLE1 = Panel(
    "smile",
    "table1",
    "Table 1, half-cheetah, random velocity",
    "SMILe keeps a speed that demonstrations show 3 to 5 times better than Meta-BC.",
    CHEETAH,
    tuple(f"{method}-{setting}" for method in METHODS for setting in SETTINGS),
    x="demonstrations in training",
    y=DELTA,
    kind="settings",
    metric="delta",
    deterministic=True,
)
FIG4 = Panel(
    "smile",
    "fig4",
    "Appendix, Figure 4, half-cheetah, demonstrations shown at test",
    "More than one demonstration of a task hardly helps.",
    CHEETAH,
    runs=(),
    borrowed=tuple((TABLE1.name, f"{method}-{MOST}") for method in METHODS),
    x="demonstrations shown",
    y=DELTA,
    kind="contexts",
    over="adapt_step",
    metric="delta",
    shown_again=True,
)
FIG2 = Panel(
    "smile",
    "fig2",
    "Figure 2, ant, goals on a circle",
    "SMILe comes near most goals that it was not trained on, Meta-BC near few.",
    ANT,
    tuple(f"{method}-{setting}" for method in METHODS for setting in WHOLE),
    x="demonstrations in training",
    y="closest to the goal (m)",
    kind="settings",
    metric="closest",
    deterministic=True,
)

PANELS = (TABLE1, FIG4, FIG2)
