"""What is said of imitation and of meta-learning, on what grounds, and how it is put to the test.

On the slides' summary of meta-learning rest the claims RL, MAML and NORML. It has no numbers, and
so the bounds are ours. Measures of the table are called after the panel of NoRML that has them.
"""

from remeta.papers.claim import Claim, Contrast, Term, higher, lower, more, shown
from remeta.papers.lecture.panels import HALF

IMITATION, TABLE = ("imitation",), ("table",)
FEW, MANY = 4, 25


def ahead(run: str, demos: int = FEW) -> Contrast:
    """Of cloning, with as many demonstrations."""
    return more(f"return at {demos}", run, "bc")


def at_once(run: str, panel: str) -> Contrast:
    """The return after one step of adaptation lies above that before, at the end of training."""
    return Contrast((Term(1, f"{panel} final", run), Term(-1, f"{panel} final before", run)), 0.0)


CLAIMS = (
    Claim(
        "SM-23",
        "SMILe, section 2.2; slides",
        "Where demonstrations are few, GAIL and AIRL are better than behaviour cloning.",
        f"With {FEW} demonstrations, of which every 20th step is shown, the returns of both lie "
        "above that of cloning.",
        (ahead("gail"), ahead("airl")),
        IMITATION,
    ),
    Claim(
        "SM-24",
        "SMILe, section 2.2; slides",
        "Cloning suffers from drift: it errs little in the expert's states, and more in its own.",
        "With 4 demonstrations, late in an episode its error in the states that it visits lies "
        "above that in the expert's; that it drifts further than GAIL is shown.",
        (higher("drift", "bc-demos4", 0.0), shown(more("drift", "bc-demos4", "gail-demos4"))),
        ("drift",),
    ),
    Claim(
        "LECTURE-GAIL",
        "Slides",
        "GAIL learns to act as its expert does.",
        "With 25 demonstrations its return is above 0.9 of the way from an untrained policy to "
        "the expert.",
        (higher("share at 25", "gail", 0.9),),
        IMITATION,
    ),
    Claim(
        "LECTURE-RAIL",
        "Slides (by its title)",
        "Adversarial imitation works by random search, too.",
        "With 25 demonstrations its return is above half of the way from an untrained policy to "
        "the expert; the slides give no number.",
        (higher("share at 25", "rail", 0.5),),
        IMITATION,
    ),
    Claim(
        "LECTURE-BC",
        "Slides",
        "Cloning works where the demonstrated states are near those that it visits.",
        f"With {MANY} demonstrations its return lies above that with one.",
        (Contrast((Term(1, f"return at {MANY}", "bc"), Term(-1, "return at 1", "bc")), 0.0),),
        IMITATION,
    ),
    Claim(
        "LECTURE-RL",
        "Slides (summary)",
        "Previous RL does not carry over from task to task.",
        "One policy trained on all biases of a cart-pole's sensor, which is more than the slides "
        "grant it, ends at less than half of the best gain. That it is behind MAML is shown.",
        (lower("cartpole gain", "dr", HALF), shown(more("cartpole final", "maml", "dr"))),
        TABLE,
    ),
    Claim(
        "LECTURE-MAML-fast",
        "Slides (summary)",
        "MAML adapts fast.",
        "On the rotating point with dense rewards, one step raises its return; that it ends well, "
        "and the same on the cart-pole, is shown.",
        (
            at_once("maml", "point_dense"),
            shown(higher("point_dense gain", "maml", HALF)),
            shown(at_once("maml", "cartpole")),
        ),
        TABLE,
    ),
    Claim(
        "LECTURE-MAML-sparse",
        "Slides (summary)",
        "MAML is not guaranteed to work where rewards are sparse.",
        "On the rotating point with sparse rewards it ends at less than half of the best gain; "
        "that is one failure, which is all that the slides speak of.",
        (lower("point_sparse gain", "maml", HALF),),
        TABLE,
    ),
    Claim(
        "LECTURE-NORML-fast",
        "Slides (summary)",
        "NoRML adapts fast where rewards are sparse, too.",
        "On the rotating point with sparse rewards, one step raises its return; the same with "
        "dense ones and on the cart-pole is shown.",
        (
            at_once("norml", "point_sparse"),
            shown(at_once("norml", "point_dense")),
            shown(at_once("norml", "cartpole")),
        ),
        TABLE,
    ),
    Claim(
        "LECTURE-NORML-sparse",
        "Slides (summary)",
        "NoRML is good where rewards are sparse, too.",
        "On the rotating point with sparse rewards it ends above half of the best gain.",
        (higher("point_sparse gain", "norml", HALF),),
        TABLE,
    ),
)
