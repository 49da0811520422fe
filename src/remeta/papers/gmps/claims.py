"""What GMPS claims of itself and its rivals, and how each is put to the test."""

from remeta.papers.claim import (
    SIMILAR,
    UPDATES,
    Claim,
    Race,
    UnitTest,
    higher,
    more,
    shown,
    similar,
)
from remeta.papers.gmps.comparisons import (
    WITHIN,
    alone,
    as_dear,
    bound,
    dearer,
    goes_on,
    stays_behind,
    within,
)

FIG3 = ("fig3_push", "fig3_ant")
GOOD_IS = (
    "Good is 90 % of MAML's final gain in validation return: after one update, or after one "
    "episode of PEARL and RL2."
)
COUNTED = "Steps are the environment's, those by which the expert learned included."
SPARSE = (
    "s_1(gmps) lies above 0.5. The interval of s_1(gmps) - s_1(other) lies above 0 for MAML, "
    "PEARL, MAESN and MultiTask, and so does that of half of GMPS's score less the other's. PEARL "
    "has five episodes instead of one update of 20."
)
OTHERS = ("maml", "pearl", "maesn", "multitask")
SPARSE_TESTS = (higher("s_1", "gmps", 0.5), *(test for run in OTHERS for test in alone(run)))

CLAIMS = (
    Claim(
        "GMPS-C1",
        "Figure 3, left",
        "On the push, GMPS needs about 4 times fewer samples than MAML.",
        f"Until it is good, MAML spends at least twice GMPS's steps; 4 times is shown. {GOOD_IS} "
        f"{COUNTED}",
        (dearer(2), shown(dearer(4))),
        ("fig3_push",),
    ),
    Claim(
        "GMPS-C2",
        "Figure 3, right",
        "On the dense ant, GMPS needs about 12 times fewer samples than MAML.",
        f"As GMPS-C1: at least 4 times; 12 times is shown. {GOOD_IS} {COUNTED} Shown, too: as much "
        "until MAML gains 90 % of what GMPS does, a bound from below where it never gets there.",
        (dearer(4), shown(dearer(12)), shown(bound(10))),
        ("fig3_ant",),
    ),
    Claim(
        "GMPS-C3",
        "Figure 3",
        "GMPS is about as sample-efficient as PEARL.",
        f"Until it is good, GMPS spends between a third and three times PEARL's steps. {GOOD_IS} "
        f"{COUNTED}",
        (as_dear("pearl", 3),),
        FIG3,
    ),
    Claim(
        "GMPS-C4",
        "Figure 3",
        "All methods reach similar returns in the end.",
        f"After one update on test tasks, s_1 of GMPS differs from that of MAML, PEARL and RL2 by "
        f"less than {WITHIN}; instead of one update of 20 roll-outs PEARL has five episodes, and "
        "RL2 one, as in its trials of two. MultiTask, which cannot tell tasks apart, is left out.",
        (within("maml"), within("pearl"), within("rl2")),
        FIG3,
    ),
    Claim(
        "GMPS-C5",
        "Figure 3",
        "GMPS needs fewer samples than methods that learn on policy.",
        f"Until they are good, MAML and RL2 spend more steps than GMPS. {GOOD_IS} {COUNTED}",
        (dearer(1), dearer(1, run="rl2")),
        FIG3,
    ),
    Claim(
        "GMPS-C6",
        "Figure 4",
        "On goals outside those of training GMPS is substantially better than PEARL.",
        "After the last update of GMPS, and as many episodes of PEARL, the interval of the returns "
        "of GMPS less PEARL's lies above 0, beside the arc of training and beyond it.",
        (more("beside_last", "gmps", "pearl"), more("beyond_last", "gmps", "pearl")),
        ("fig4_outside",),
    ),
    Claim(
        "GMPS-C7",
        "Figure 4",
        "Outside of training, GMPS goes on improving with more steps, and PEARL does not.",
        "From the first update to the last GMPS gains, and PEARL less than half of that, beside "
        "the arc of training and beyond it.",
        (*goes_on("beside"), *goes_on("beyond")),
        ("fig4_outside",),
    ),
    Claim(
        "GMPS-C8",
        "Figure 5, left",
        "Under sparse reward GMPS opens the door; MAML, PEARL and MAESN do not.",
        SPARSE,
        SPARSE_TESTS,
        ("fig5_door",),
    ),
    Claim(
        "GMPS-C9",
        "Figure 5, middle",
        "Under sparse reward GMPS's ant finds its goals; MAML's, PEARL's and MAESN's do not.",
        SPARSE,
        SPARSE_TESTS,
        ("fig5_ant",),
    ),
    Claim(
        "GMPS-C13",
        "Figure 6, right",
        "On held-out doors GMPS adapts faster than one policy that imitated all experts.",
        "The interval of the mean over 1 to 5 updates of s(gmps) - s(imitation) lies above 0; each "
        "update is shown.",
        (
            more("s_area", "gmps", "imitation"),
            *(shown(more(f"s_{step}", "gmps", "imitation")) for step in UPDATES),
        ),
        ("fig6_door",),
    ),
    Claim(
        "GMPS-C15",
        "Figure 6",
        "What one policy has imitated of all tasks, fine-tuning does not transfer.",
        "With 5 updates it gains less than half of what GMPS gains.",
        (stays_behind("imitation"),),
        ("fig6_door", "fig6_vision"),
    ),
    Claim(
        "GMPS-C16",
        "Section 4.2",
        "Without aggregation GMPS is as effective.",
        f"After one update, s_1 with and without it differ by less than {SIMILAR}.",
        (similar("s_1", "gmps", "gmps-aggregated"),),
        ("aggregation",),
    ),
    Claim(
        "GMPS-C17",
        "Theorem 4.1",
        "What an adapted policy loses on the expert is bounded by its divergence from it, in the "
        "states that it comes to itself.",
        "On chains that can be enumerated, its cost exceeds the expert's by at most the horizon, "
        "times the greatest gap between actions of what the expert pays from then on, times the "
        "root of the divergence. In our worlds that is infinite: a Gaussian leaves the range of "
        "actions, and no expert that is squashed into it does.",
        (UnitTest(("tests/methods/test_guidance.py",)),),
    ),
    Claim(
        "GMPS-C18",
        "Section 5.3",
        "Adapting the last layers alone keeps training stable.",
        f"After one update, s_1(head) lies above s_1(gmps) - {SIMILAR}; the bias variable alone is "
        "shown. The paper says so of a policy that sees, whose convolutions stay; here all but the "
        "last layer and the bias variable stay.",
        (
            more("s_1", "gmps-head", "gmps", by=-SIMILAR),
            shown(more("s_1", "gmps-bias", "gmps", by=-SIMILAR)),
        ),
        ("adapted_subset",),
    ),
    Claim(
        "GMPS-C19",
        "Section 4.3, appendix D",
        "Many imitation steps per batch of roll-outs buy sample efficiency.",
        "With one step per collection, at least twice as many roll-outs are needed until 95 % of "
        "the full number's final gain.",
        (Race("gmps-steps1", "roll-outs", over="gmps", reference="gmps", least=2),),
        ("imitation_steps",),
    ),
    Claim(
        "GMPS-C20",
        "Section 5.2",
        "The expert's learning and GMPS's together cost less than meta-reinforcement learning.",
        f"Until it is good, MAML spends more steps than GMPS, those by which the expert learned "
        f"included; what GMPS takes beside them is shown. {GOOD_IS}",
        (dearer(1), shown(dearer(1, "steps"))),
        FIG3,
    ),
    Claim(
        "GMPS-C21",
        "Appendix C",
        "A bias transformation helps, GMPS and MAML alike.",
        "After one update, the interval of s_1 with minus s_1 without it lies above 0 for both.",
        (
            more("s_1", "gmps", "gmps-unbiased"),
            more("s_1", "maml", "maml-unbiased"),
        ),
        ("bias_transformation",),
    ),
)
