"""What each paper is about, in three sentences; a paper that has none here shows its title."""

ABOUT: dict[str, str] = {
    "mri": (
        "A policy is meta-trained so that one policy-gradient step on a few roll-outs of its own "
        "makes it good at a task it has not seen. What comes after the step is taught by "
        "imitation of experts instead of by reinforcement, so that one collection of roll-outs "
        "serves for many supervised steps. The paper says that this needs a tenth of the "
        "roll-outs of MAML in meta-training, and learns where rewards are sparse."
    ),
    "mame": (
        "MAML has one policy both look around and, after its update, act; here one policy "
        "explores and another exploits. What the first finds reaches the second through an "
        "embedding, which is updated by predicting returns instead of by a policy gradient. The "
        "paper says that this trains more stably, and to higher returns, than MAML and ProMP."
    ),
    "gmps": (
        "Meta-training is parted in two: experts learn the training tasks one by one, and the "
        "meta-learner imitates them, so that after one policy-gradient step it acts as they do. "
        "Its outer step is supervised, and the states that adapted policies come to can be "
        "labelled by the experts again. The paper says that this takes several times fewer "
        "samples than meta-reinforcement learning, and learns where rewards are sparse."
    ),
    "norml": (
        "A robot whose body or senses change should adapt without being told a reward. Learned "
        "together with the policy are an opinion of every transition, which takes the place of "
        "the advantage in its update, and an offset between who explores and who has adapted. "
        "The paper says that policies adapt by it where MAML, with rewards, does not."
    ),
    "lecture": (
        "A lecture tells how one expert can be imitated: by cloning its actions, or by a "
        "discriminator that learns to tell it from its imitator and so becomes a reward. Where "
        "it shows no experiment, the statements are put to the test on a hopper, with 1, 4 and "
        "25 demonstrations, and those on meta-learning on NoRML's worlds. What is asked is when "
        "interaction beats cloning, whether the errors of clones grow along an episode, and what "
        "can be learned from sparse rewards."
    ),
    "smile": (
        "A few demonstrations of a new task should be enough to do it. An encoder makes a context "
        "of them, on which both a policy and the discriminator that rewards it depend; all are "
        "trained over many tasks at once. The paper says that this needs far fewer demonstrations "
        "than cloning with the same encoder, and meets tasks beyond those of training."
    ),
}
