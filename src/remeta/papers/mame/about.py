"""What MAME is about, and what bears on verdicts beyond their numbers."""

ABOUT = (
    "MAML has one policy both look around and, after its update, act; here one policy explores and "
    "another exploits. What the first finds reaches the second through an embedding, which is "
    "updated by predicting returns instead of by a policy gradient. The paper says that this "
    "trains more stably, and to higher returns, than MAML and ProMP."
)
READING = {  # by profile: paragraphs for who reads its verdicts
    "study": (
        "MAME is judged on the corners, where it ends highest of the four (a return of 130; "
        "MAML-VPG 117, MAML-TRPO 104, ProMP 75; at most 188 can be had), though not surely above "
        "MAML-VPG, and where both MAMLs learn much that the paper saw them not learn: with the "
        "reward of the official code, chance finds a corner soon. The levels count corners. In "
        "four seeds of five MAME ends at 118 to 126: trained, its exploring policy comes within "
        "reach of two corners only; where it finds nothing the other policy goes to the third, and "
        "the fourth earns nothing, so that nothing leads back. In one seed it comes to three, and "
        "MAME ends at 158.",
        "An exploring policy that is never trained does better (153, though five seeds leave open "
        "whether above MAME's), a tenth of its learning rate nearly as well (143, above all three "
        "baselines), and so does E-MAML's plain score (154). So a policy of its own for exploring "
        "is worth having here (MAME-1-slow_mu); whether what the paper's estimator teaches it at "
        "the paper's rate helps or harms is open (MAME-exploration). Numbers are from `tables/`, "
        "those of single seeds from `fig2_corner/curves` and `trajectories/traces` beside it. How "
        "poor a policy gradient is as inner loop (A1) stays open: at the same step size its "
        "embedding moves a tenth as far, and no other step was tried.",
        "A verdict rests on the seeds' own differences and Student's interval over them, and of "
        "several tests that must all hold one contradicts only by Holm's correction. Earlier "
        "verdicts redrew seeds and tasks, which with five seeds takes five differences of one sign "
        "for certain; by the stricter rules MAME-A5 and MAME-exploration, then contradicted, are "
        "inconclusive. Two tests were rewritten with the results in view, because they could not "
        "decide what is claimed: MAME-2 goes by the area under the curve and not by a share of the "
        "gain that some runs never reach, and MAME-A4 no longer holds a higher peak against "
        "E-MAML's score. Neither changed its verdict.",
        "The numbers come from `remeta repro mame_fig2_corner mame_fig2_corner_matched mame_fig3 "
        "mame_variance mame_trajectories mame_corner_variants --profile study`; the `wall_s` in "
        "`costs/` of its 60 training runs, one thread each on a machine shared with other work, "
        "sum to 7.5 hours.",
    ),
}
