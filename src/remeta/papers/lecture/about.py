"""What the lecture is about."""

ABOUT = (
    "A lecture tells how one expert can be imitated: by cloning its actions, or by a discriminator "
    "that learns to tell it from its imitator and so becomes a reward. Where it shows no "
    "experiment, the statements are put to the test on a hopper, with 1, 4 and 25 demonstrations, "
    "and those on meta-learning on NoRML's worlds. What is asked is when interaction beats "
    "cloning, whether the errors of clones grow along an episode, and what can be learned from "
    "sparse rewards."
)
