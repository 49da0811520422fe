"""What SMILe is about."""

ABOUT = (
    "A few demonstrations of a new task should be enough to do it. An encoder makes a context of "
    "them, on which both a policy and the discriminator that rewards it depend; all are trained "
    "over many tasks at once. The paper says that this needs far fewer demonstrations than cloning "
    "with the same encoder, and meets tasks beyond those of training."
)
