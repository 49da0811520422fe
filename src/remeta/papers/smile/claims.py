"""What SMILe claims where it can be put to the test, on what grounds, and how.

Of what is measured, less is better: a distance from the speed that a task is about. What differs
by less than 0.05 m/s is called the same: in the paper, the two forms of SMILe differ by up to 0.02
from each other and by 0.2 and more from Meta-BC.
"""

from itertools import pairwise

from remeta.papers.claim import Claim, Contrast, Term, higher, lower, shown
from remeta.papers.smile.panels import MOST, SETTINGS, WHOLE

TABLE1, FIG4, FIG2 = ("table1",), ("fig4",), ("fig2",)
SAME, CLOSE = 0.05, 0.25
FEWEST = SETTINGS[0]


def nearer(run: str, other: str, setting: str, than: str = "", factor: float = 1.0) -> Contrast:
    """`other`, perhaps in another setting, is more than `factor` times as far from the target."""
    ours, theirs = f"delta at {setting}", f"delta at {than or setting}"
    return Contrast((Term(1, theirs, other), Term(-factor, ours, run)), 0.0)


def same(run: str, setting: str, other: str = "", than: str = "") -> Contrast:
    ours, theirs = f"delta at {setting}", f"delta at {than or setting}"
    return Contrast((Term(1, ours, run), Term(-1, theirs, other or run)), -SAME, SAME)


def everywhere(run: str) -> tuple[Contrast, ...]:
    """Nearer than Meta-BC in every setting, and if so twice as near."""
    near = tuple(nearer(run, "meta_bc", setting) for setting in SETTINGS)
    twice = tuple(shown(nearer(run, "meta_bc", setting, factor=2.0)) for setting in SETTINGS)
    return near + twice


CLAIMS = (
    Claim(
        "SM-01",
        "Table 1",
        "SMILe is nearer to the target speed than Meta-BC, however much was demonstrated.",
        "In each of the four settings its distance is below Meta-BC's; that it is below half of it "
        "is shown.",
        everywhere("smile"),
        TABLE1,
    ),
    Claim(
        "SM-02",
        "Table 1",
        "So is SMILe where it sees states only.",
        "In each of the four settings its distance is below Meta-BC's; that it is below half of it "
        "is shown.",
        everywhere("smile_states"),
        TABLE1,
    ),
    Claim(
        "SM-03",
        "Table 1",
        "SMILe does with few demonstrations what Meta-BC does not with many.",
        "With 4 demonstrations, one step in 20, both forms are nearer than Meta-BC with all steps "
        "of 64.",
        (
            nearer("smile", "meta_bc", FEWEST, than=MOST),
            nearer("smile_states", "meta_bc", FEWEST, than=MOST),
        ),
        TABLE1,
    ),
    Claim(
        "SM-04",
        "Table 1",
        "Meta-DAgger, which asks experts without end, is nearer to the target speed than SMILe.",
        "With all steps of 64 demonstrations, its distance is below that of both forms.",
        (nearer("meta_dagger", "smile", MOST), nearer("meta_dagger", "smile_states", MOST)),
        TABLE1,
    ),
    Claim(
        "SM-05",
        "Table 1",
        "States alone are about as good as states and actions.",
        f"In each of the four settings both forms are within {SAME} m/s of each other.",
        tuple(same("smile", setting, "smile_states") for setting in SETTINGS),
        TABLE1,
    ),
    Claim(
        "SM-06",
        "Table 1",
        "Meta-BC grows better with more data, and stays poor.",
        "Its distance falls from each setting to the next, and with all steps of 64 demonstrations "
        "is twice SMILe's.",
        (
            *(
                nearer("meta_bc", "meta_bc", larger, than=smaller)
                for smaller, larger in pairwise(SETTINGS)
            ),
            nearer("smile", "meta_bc", MOST, factor=2.0),
            nearer("smile_states", "meta_bc", MOST, factor=2.0),
        ),
        TABLE1,
    ),
    Claim(
        "SM-07",
        "Table 1",
        "Beyond 16 demonstrations SMILe gains little.",
        f"From 16 demonstrations to 64, of either density, its distance changes by less than "
        f"{SAME} m/s.",
        tuple(
            same(run, setting, than="16_20")
            for run in ("smile", "smile_states")
            for setting in ("64_20", "64_1")
        ),
        TABLE1,
    ),
    Claim(
        "SM-08",
        "Appendix, Figure 4",
        "It hardly matters to SMILe whether it is shown one demonstration of a task or four.",
        f"With four its distance is within {SAME} m/s of that with one.",
        (
            same("smile", "4", than="1"),
            same("smile_states", "4", than="1"),
            shown(same("meta_bc", "4", than="1")),
        ),
        FIG4,
    ),
    Claim(
        "SM-09",
        "Figure 2",
        "The ant comes nearer to its goal by SMILe than by Meta-BC, with 4, 16 and 64 "
        "demonstrations.",
        "On average over the goals, the closest that both forms of SMILe come is less than that of "
        "Meta-BC in each of the three settings.",
        tuple(
            Contrast(
                (Term(1, f"closest at {one}", "meta_bc"), Term(-1, f"closest at {one}", run)), 0.0
            )
            for run in ("smile", "smile_states")
            for one in WHOLE
        ),
        FIG2,
    ),
    Claim(
        "SM-10",
        "Figure 2",
        "SMILe reaches most of the goals that it was not trained on, and Meta-BC few.",
        "With 64 demonstrations both forms of SMILe come within 0.5 m in more than 0.6 of all "
        "episodes, and Meta-BC in less than 0.4; the paper gives no number.",
        (
            higher(f"reached at {WHOLE[-1]}", "smile", 0.6),
            higher(f"reached at {WHOLE[-1]}", "smile_states", 0.6),
            lower(f"reached at {WHOLE[-1]}", "meta_bc", 0.4),
        ),
        FIG2,
    ),
    Claim(
        "SM-11",
        "Figure 2",
        "Meta-DAgger comes as near as SMILe.",
        f"With 64 demonstrations, the closest that it and either form of SMILe come are within "
        f"{CLOSE} m of each other.",
        tuple(
            Contrast(
                (Term(1, f"closest at {MOST}", "meta_dagger"), Term(-1, f"closest at {MOST}", run)),
                -CLOSE,
                CLOSE,
            )
            for run in ("smile", "smile_states")
        ),
        FIG2,
    ),
)
