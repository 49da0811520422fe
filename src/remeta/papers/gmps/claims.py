"""What GMPS claims of what it shares with MAML and imitation, and how each is put to the test."""

from remeta.papers.claim import SIMILAR, UPDATES, Claim, Contrast, Race, Term, more, shown, similar
from remeta.papers.gmps.comparisons import WITHIN, alone, dearer, stays_behind

FIG3 = ("fig3_push", "fig3_ant")
GOOD_IS = "Good is 90 % of MAML's final gain in validation return after one update."
COUNTED = "Steps are the environment's, those by which the expert learned included."
SPARSE = (
    "The interval of s_1(gmps) - s_1(other) lies above 0 for MAML and MultiTask, and so does that "
    "of half of GMPS's score less the other's. PEARL and MAESN are to join."
)
SPARSE_TESTS = (*alone("maml"), *alone("multitask"))

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
        f"As GMPS-C1: at least 4 times, and 12 times is shown. {GOOD_IS} {COUNTED}",
        (dearer(4), shown(dearer(12))),
        ("fig3_ant",),
    ),
    Claim(
        "GMPS-C4",
        "Figure 3",
        "All methods reach similar returns in the end.",
        f"After one update on test tasks, s_1 of GMPS and MAML differ by less than {WITHIN}. PEARL "
        "and RL2 are to join; MultiTask, which cannot tell tasks apart, is left out.",
        (Contrast((Term(1, "s_1", "gmps"), Term(-1, "s_1", "maml")), -WITHIN, WITHIN),),
        FIG3,
    ),
    Claim(
        "GMPS-C5",
        "Figure 3",
        "GMPS needs fewer samples than methods that learn on policy.",
        f"Until it is good, MAML spends more steps than GMPS. {GOOD_IS} {COUNTED} RL2 is to join.",
        (dearer(1),),
        FIG3,
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
        ("fig6_door",),
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
        f"As GMPS-C5; what GMPS takes beside the expert is shown. {GOOD_IS}",
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
