"""Where GMPS, its authors' code and we differ."""

DEVIATIONS = (
    "Reward of the push: the paper prints the pusher where the block should be and a magnitude "
    "where the positive part should be, which pays a hand for running from the goal; the official "
    "code has both right. We take the code's, and `reward: printed` is the paper's.",
    "Reward of the door: the paper leaves out that the door pays only while the fingers are within "
    "0.1 m of the handle, which is what makes it sparse. We take the code's; `printed` is the "
    "paper's.",
    "Actions of the arm: four in the paper (place and gripper), three in its code. We take three; "
    "`gripper: driven` adds the fourth.",
    "Observations of the door: the paper lists gripper and angle, its code shows hand and handle "
    "alone. We take the code's; `inputs: paper` is the option.",
    "Reward of the ant: the paper pays the goal term alone, its code also charges effort and "
    "contact and pays 0.05 for staying up. We take the code's without contact forces; `terms: "
    "paper` is the paper's.",
    "Imitation loss: a likelihood in the paper, in the code the squared error of the mean action "
    "with weight 0 for the spread, so that the log-std learns through the inner step alone. Ours "
    "is MRI's, squared error plus variance; `nll` and `mse` are the others.",
    "Spread of actions: the official code evaluates adapted policies at 1e-5 times their spread, "
    "and its snapshots lose the log-std, so that tests begin at 1. Ours act with the spread they "
    "have learned, in training and in tests; PEARL alone takes the mode of its actions in tests, "
    "as its own code does.",
    "Tasks of the curves: the official code's are of training tasks. Ours are of validation tasks "
    "that nothing is trained on, after one update; tests come last.",
    "Iterations: every second one of the official code's only evaluates. Ours all train.",
    "Rates: one for every number of the policy, all 0.5 at first, without a bound; nothing keeps "
    "them from becoming negative, and the curves say how many are. MAML's rates are moved by its "
    "outer step, too, of which the paper says nothing.",
    "Rates at test: as learned for the first update and half of that later, as in MRI; the "
    "official code halves some and not others.",
    "The bias variable has 4 numbers here, of {2, 4} in the paper, all one at first.",
    "Experts: their code is in no repository. The door's is written by hand (over the handle, down "
    "behind its bar, around the hinge): it opens every door to within half a degree, needs no "
    "samples, and its steps do not count in figures 5 and 6. The others are one soft actor-critic "
    "per world that sees the task, with a temperature that finds its own scale, on a shaped "
    "reward: progress towards what is left to be done, and a cost for how much is left. They are "
    "scored on the task's own reward, and a bad one stops the pipeline.",
    "Expert's samples: counted in figure 3, where they are the offset of GMPS's curve, and not in "
    "figure 5, where demonstrations are given.",
    "MultiTask: the paper does not say whether its policy is fine-tuned. Curves are after one "
    "update by policy gradient, as for all; tests tell it as it is, too. Its baseline is one for "
    "all tasks together.",
    "Aggregation: the paper's algorithm has it, its experiments do not. An earlier repository "
    "labels states of the policy before its update and keeps none of them; ours is the paper's.",
    "PEARL, RL2, MAESN: of the settings that figures 3 to 5 were drawn with nothing is public. "
    "PEARL has its own official code's numbers but for its replay of 50,000 transitions a task (a "
    "million there), the tasks of a visit, which are the panel's (16 and 10 there), its rows (256 "
    "there) and a visit's episodes, which are 100 to 300 steps on the arm and the ant (800 to "
    "1,000 there); its divergence weighs as it does there; MAESN has those of its "
    "shipped policy; RL2 is as in ProMP's code, where it was run for PEARL's paper, with a gated "
    "unit for its LSTM. GMPS's and MAESN's rates are of these worlds, PEARL's and RL2's of others. "
    "Under sparse reward all of them are trained on that reward, too; MAESN's code trains on the "
    "dense one.",
    "PEARL: its authors' code does not reproduce their figure of an ant with goals, as they note. "
    "Tests believe the posterior after one episode; that code waits for one to five of them, and "
    "begins every round of episodes on the prior, where ours are all on the posterior. Its "
    "policies take 0.8 updates per environment step, ours 0.05 to 0.1 at study.",
    "Even tuning: runs are chosen by their return after one update, of PEARL and RL2 the mean over "
    "the episodes of a trial, whatever a claim then looks at.",
    "Rates of who learns none: MultiTask and imitation of all tasks by one policy are fine-tuned "
    "at 0.1 and 0.5, which nobody tuned; even tuning chooses both on the door, and MultiTask's on "
    "the push.",
    "RL2: the last action and reward are fed across the border of episodes, where the codes that "
    "were used feed noughts. Others could not reproduce its published table on Meta-World.",
    "Updates: one is 20 roll-outs of a task to who follows a gradient, and one episode of each of "
    "20 trials to PEARL and RL2; figure 4 is over environment steps of a task or a trial.",
    "Sight: the camera's place, its 84 x 84 pixels and the 48 x 64 of them that are kept are the "
    "official code's; links are cylinders and boxes instead of meshes, edges are not smoothed, and "
    "light comes from the camera alone. Demonstrations hold no pictures: their actions are done "
    "again before the camera. Beside a picture policies see where the hand is, and no other "
    "number.",
    "Sight, adaptation: the head and z move, and the convolutions and the log-std stay, as in the "
    "official code, in MAML as in GMPS; where no rate is learned, the head moves at the test's. "
    "At test GMPS's learned rates are used, the code's are one number. Advantages have no "
    "baseline, as there. Its 300 imitation steps per collection are 100 in the study.",
    "Sight, stability: the paper shows it in its figure; ours is by how much the validation return "
    "goes up and down within a seed in the last fifth of training.",
    "Goals outside of training: in no repository. Ours are up to 45 degrees beside the arc, and up "
    "to 90 beyond it.",
    "Correction of the meta-gradient: MRI's is not in GMPS; `correction` has its forms.",
    "Totals: the paper gives no number of samples, only ratios. Lengths stand in the profile.",
)
