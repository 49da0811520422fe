"""What the lecture leaves open, and what we chose."""

DEVIATIONS = (
    "The lecture shows formulas and a summary, and no experiment: panels and numbers are ours, "
    "after the code of SMILe's authors for single tasks, and none of them is the lecture's.",
    "Named and not reproduced: POET and its enhanced form, the applications (StarCraft, driving, "
    "security, anaesthesia), and the surveys and tutorials. The slides cite them, by pictures, "
    "links and lists of inputs and outputs; there is no number or formula of theirs to reproduce.",
    "Table: the slides' table of previous RL, MAML-RL and NoRML-RL has words in its cells. Ours "
    "are filled by tests on NoRML's panels: `yes` and `no` need a whole interval on their side, "
    "and what lies across is `open`. Previous RL is one policy for all tasks, which NoRML's code "
    "has on the cart-pole and the half-cheetah only; where nobody trained it the cell is empty.",
    "GAIL: the slides do not say which of the two expectations is the expert's. Here the "
    "discriminator tends to 1 on the expert, and the policy is paid -log(1 - D).",
    "AIRL: the discriminator is a plain net, as in SMILe's code, without the policy's density "
    "in it; its logit is the reward.",
    "Learner: SAC with a replay and a temperature that finds its own scale, where the papers have "
    "TRPO, and SMILe's code a scale of rewards searched for every world.",
    "RAIL: no code is public, and what is published leaves open all sizes and rates; ours stand in "
    "params.yaml.",
    "Even tuning: every method chooses two or three numbers among as many draws, for each number "
    "of demonstrations by itself, by the return of what it learned in the task. Nobody who "
    "imitates learns from that reward, but who chooses sees it, as is usual.",
    "Demonstrations: every 20th step of each, from an offset of its own, as in SMILe's code and in "
    "GAIL's paper; so many demonstrations are the first ones, the same for all methods.",
    "World: Gymnasium's hopper of version 5 with episodes of one length; the papers have "
    "older versions, and horizons of 1,000 steps.",
    "Tests: every action is a policy's mode, from starts that nobody has learned from.",
)
