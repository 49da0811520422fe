"""Where NoRML's official code and we differ, and what is known of the paper at all."""

DEVIATIONS = (
    "Sources: the paper was not to be had. Worlds, nets and numbers are those of the official code "
    "(google-research/norml); statements are from a lecture's slides, the abstract, and a reader's "
    "public notes on the figures. None of the numbers here is the paper's.",
    "Seeds: the official code draws one at random and keeps one checkpoint of each run. Ours are "
    "those of the profile.",
    "Numbers of the methods: learning rates and first spreads differ from method to method, as if "
    "each had been searched by itself. They are the official code's.",
    "Even tuning: all methods choose the first rates of both loops and the first spread among as "
    "many draws from the same ranges, by the end of training with a seed of its own, since nothing "
    "is held out; domain randomisation has no inner rate to choose, and stays so.",
    "Gait: how the paper measures steadiness is not known; ours is how much the pitch of the torso "
    "deviates within an episode.",
    "Advantages after adaptation: the official code standardises those of a batch's last task "
    "only, by a line that stands behind a loop instead of in it; its learning rates were found "
    "with this. `standardise` is `all` here, and `last_only` is what the code does.",
    "Clipping: the official code clips the ratio of its outer loss, which is 1 wherever it is "
    "looked at, since every batch serves for one step. There is nothing to clip, and we do not.",
    "Baseline: the official code inverts a nearly singular matrix in 32 bits; ours is solved in "
    "64. It whitens the half-cheetah's targets and takes that back after the fit, which changes "
    "nothing but what the ridge shrinks; we do not whiten.",
    "Tasks: the official code draws angles and biases from 5,000 equally spaced ones; ours are "
    "drawn from all.",
    "Episodes: 25 rows of so many steps as the longest episode has, one episode after the other, "
    "of which only whole ones count, as in the official code. Where lengths differ, short episodes "
    "are counted too often.",
    "Curves: training tasks under the policy that samples, as the official code logs them. Its "
    "tests are on the same tasks.",
    "Spread of actions: the adapted log-std has a lower bound and no upper one, and actions that "
    "are no numbers are not replaced by 0, as the official code does; a run that loses its numbers "
    "ends.",
)
