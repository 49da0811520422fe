"""What is claimed of NoRML, on what grounds, and how it is put to the test."""

from remeta.papers.claim import (
    SIMILAR,
    Claim,
    Contrast,
    Race,
    Term,
    UnitTest,
    more,
    shown,
    similar,
)

SPARSE, DENSE, CARTPOLE, CHEETAH = "point_sparse", "point_dense", "cartpole", "cheetah"
WORLDS = (SPARSE, CARTPOLE, CHEETAH)
ADAPTATION = "tests/methods/test_norml_adaptation.py"


def gains(run: str) -> Contrast:
    """Adaptation raises the return of a run, at the end of training."""
    return Contrast((Term(1, "final", run), Term(-1, "final before", run)), 0.0)


CLAIMS = (
    Claim(
        "NORML-1",
        "Slides and abstract",
        "NoRML adapts to changed dynamics without a reward.",
        "At the end of training its return after adaptation lies above that before. The offset, "
        "which is the same for every task, is part of what adapts.",
        (gains("norml"),),
        WORLDS,
        beyond=(DENSE,),
    ),
    Claim(
        "NORML-1-rewards",
        "Slides and official code",
        "Adaptation reads no reward.",
        "With the rewards of its roll-outs zeroed, permuted or no numbers at all, the adapted "
        "weights are the same, to the bit.",
        (UnitTest((f"{ADAPTATION}::test_adaptation_reads_no_reward",)),),
    ),
    Claim(
        "NORML-2",
        "Slides; a reader's notes on figure 2",
        "Where rewards are sparse MAML is not sure to work, and NoRML does well.",
        "final(norml) - final(maml) lies above 0; final is the mean of the last tenth of training.",
        (more("final", "norml", "maml"),),
        (SPARSE,),
    ),
    Claim(
        "NORML-3",
        "Slides (implied)",
        "Where rewards are dense MAML keeps up with NoRML.",
        f"The interval of final(maml) - final(norml) lies within {SIMILAR} of the best gain.",
        (similar("final", "maml", "norml"),),
        (DENSE,),
    ),
    Claim(
        "NORML-3-slip",
        "Slides (implied); official code",
        "With advantages standardised as in its code, MAML keeps up with NoRML.",
        "As NORML-3, of runs that standardise only those of a batch's last task. What that does "
        "for either is shown.",
        (
            similar("final", "maml-slip", "norml-slip"),
            shown(more("final", "maml-slip", "maml")),
            shown(more("final", "norml-slip", "norml")),
        ),
        beyond=("point_slip",),
    ),
    Claim(
        "NORML-4",
        "Slides; a reader's notes on figures 2 and 3",
        "The offset makes for better exploration and a better end.",
        "final(norml) lies above that without offset. That of MAML with and without one, and the "
        "spread between seeds, are shown.",
        (
            more("final", "norml", "maml-advantage"),
            shown(more("final", "maml-offset", "maml")),
            shown(more("spread", "maml-advantage", "norml")),
        ),
        (SPARSE,),
        beyond=(DENSE,),
    ),
    Claim(
        "NORML-5",
        "A reader's notes on figure 2",
        "It is the learned advantage that rescues sparse rewards.",
        "final lies higher with it than without, be there an offset or not.",
        (more("final", "maml-advantage", "maml"), more("final", "norml", "maml-offset")),
        (SPARSE,),
    ),
    Claim(
        "NORML-4-steps",
        "A reader's notes on figure 3",
        "With an offset fewer steps of adaptation are needed.",
        "After one step the return of norml on held-out rotations lies above that without offset; "
        "after five it is shown.",
        (
            more("return at 1", "norml", "maml-advantage"),
            shown(more("return at 5", "norml", "maml-advantage")),
        ),
        ("steps",),
    ),
    Claim(
        "NORML-6",
        "A reader's notes on figure 4",
        "On the cart-pole NoRML converges faster than MAML, although it sees no reward.",
        "MAML takes more environment steps than norml to 80 % of the best gain. What the offset "
        "and the learned advantage do for the end is shown.",
        (
            Race("maml", "steps", over="norml", share=0.8, least=1, strict=True),
            shown(more("final", "norml", "maml-advantage")),
            shown(more("final", "norml", "maml-offset")),
        ),
        (CARTPOLE,),
    ),
    Claim(
        "NORML-6-dr",
        "A reader's notes on figure 4",
        "One policy for all biases cannot balance the pole.",
        "The gain of domain randomisation is less than half of norml's.",
        (Contrast((Term(0.5, "gain", "norml"), Term(-1, "gain", "dr")), 0.0),),
        (CARTPOLE,),
    ),
    Claim(
        "NORML-6-bias",
        "Slides",
        "NoRML adapts to the drift of a sensor.",
        "Over all biases from -10 to 10 degrees, its mean return after adaptation lies above that "
        "of one policy for all.",
        (more("return overall", "norml", "dr"),),
        ("bias",),
    ),
    Claim(
        "NORML-7",
        "A reader's notes on figure 5",
        "On the half-cheetah MAML does poorly with or without an offset; NoRML is best.",
        "final(norml) lies above both; returns over all of training are shown.",
        (
            more("final", "norml", "maml"),
            more("final", "norml", "maml-offset"),
            shown(more("auc", "norml", "maml")),
        ),
        (CHEETAH,),
    ),
    Claim(
        "NORML-8",
        "A reader's notes on figure 5",
        "On the half-cheetah one policy for both wirings gets about as much return as NoRML.",
        f"The interval of final(dr) - final(norml) lies within {SIMILAR} of the best gain.",
        (similar("final", "dr", "norml"),),
        (CHEETAH,),
    ),
    Claim(
        "NORML-8-gait",
        "A reader's notes on figure 5",
        "What one policy for both wirings gets, it gets by a less steady gait.",
        "After adaptation, the pitch of its torso deviates more within an episode than norml's. "
        "How it is before, and how long episodes are, is shown.",
        (
            more("unsteadiness", "dr", "norml"),
            shown(more("unsteadiness before", "dr", "norml")),
            shown(more("length", "norml", "dr")),
        ),
        ("gait",),
    ),
    Claim(
        "NORML-9",
        "Abstract",
        "NoRML beats MAML where dynamics change from task to task.",
        "final(norml) - final(maml) lies above 0.",
        (more("final", "norml", "maml"),),
        WORLDS,
    ),
    Claim(
        "NORML-10",
        "Slides",
        "The learned advantage must see what a step led to: there the dynamics show.",
        "final(norml) lies above that of an advantage that sees state and action only. Where it "
        "goes, too, tells of a rotation, so that it need not be powerless: what adaptation still "
        "gains is shown.",
        (more("final", "norml", "norml-blind"), shown(gains("norml-blind"))),
        (DENSE,),
    ),
    Claim(
        "NORML-10-one_move",
        "Slides",
        "From a state and an action alone no rotation can be told.",
        "After a single move from the origin, an advantage that does not see where it led adapts "
        "to all rotations alike, to the bit; one that does see does not.",
        (
            UnitTest(
                (
                    f"{ADAPTATION}::"
                    "test_without_what_a_step_led_to_one_move_tells_no_rotation_from_another",
                )
            ),
        ),
    ),
)
