"""What is said of imitation, on what grounds, and how it is put to the test."""

from remeta.papers.claim import Claim, Contrast, Term, higher, more, shown

IMITATION = ("imitation",)
FEW, MANY = 4, 25


def ahead(run: str, demos: int = FEW) -> Contrast:
    """Of cloning, with as many demonstrations."""
    return more(f"return at {demos}", run, "bc")


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
)
