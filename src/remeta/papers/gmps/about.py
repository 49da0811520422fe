"""What GMPS is about."""

ABOUT = (
    "Meta-training is parted in two: experts learn the training tasks one by one, and the "
    "meta-learner imitates them, so that after one policy-gradient step it acts as they do. Its "
    "outer step is supervised, and the states that adapted policies come to can be labelled by the "
    "experts again. The paper says that this takes several times fewer samples than "
    "meta-reinforcement learning, and learns where rewards are sparse."
)
