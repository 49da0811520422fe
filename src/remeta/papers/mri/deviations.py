"""Where MRI, its authors' code and we differ."""

DEVIATIONS = (
    "Imitation steps per data collection: the paper says 200; its official code takes 50 (dense "
    "reacher, ant), 10 (sparse reacher) and 3 (point robot). Ours stand in the profile; the "
    "panel `ablation_steps` shows what they change.",
    "Exploration modes: the official code appends five inputs to the observation, one-hot while "
    "the policy explores before its update and zero otherwise (reacher and ant). The paper does "
    "not mention them. Here they are the parameter `modes` of a world.",
    "Imitation loss: the paper prints a negative log-likelihood (equation 3) and half a squared "
    "error (appendix A); the official code takes the squared error of the mean plus the "
    "variance. We take the last, and offer `nll`.",
    "Importance weights and correction: per trajectory in equation 4 and appendix A, per time "
    "step in algorithm 1 and the official code. We take per step; `ablation_correction` has all "
    "three.",
    "Appendix A: it prints the same identity twice and gives the size of its matrix as the "
    "number of time steps; it is parameters by parameters.",
    "Roll-outs: the 40,000 the paper counts for MAML leave out the half collected after the "
    "update, and neither demonstrations nor the experts' training are counted for MRI. We "
    "report all counts.",
    "Figure 3: the caption says that MRI slightly beats imitation; the text calls them "
    "comparable. We test the caption.",
    "Bands and seeds: the paper names neither; the official code draws one standard deviation "
    "over 40 held-out tasks of a single seed. Ours are 95 % intervals over seeds.",
    "Updates drawn: the official code leaves out the return before any update; we draw steps 0 "
    "to 5. It trains a fresh run for every number of updates; we read all from one run of "
    "adaptation.",
    "Spread of actions: the official code's snapshots lose the log-std, so that every policy "
    "starts its test with a standard deviation of 1. We keep what was learnt; `point_std_one` "
    "and `correction_std_one` test the same weights as theirs are.",
    "MAML's outer step: one of the two official codes leaves the log-std alone, and the "
    "curvature products are finite differences whose base is, by a slip of arguments, 1 / "
    "norm(theta). Ours moves all parameters, and its products are exact.",
    "Iterations: half of the official code's only evaluate, so its checkpoint numbers are about "
    "twice the number of training iterations. Ours train in every iteration.",
    "Advantages: they are standardised per task; where nothing distinguishes the steps (no "
    "sparse reward was seen) we set them to zero instead of dividing rounding noise by its own "
    "size.",
    "Episodes that end early: the official sampler draws a number of steps and drops unfinished "
    "episodes, so tasks get unequal numbers of roll-outs. We draw exactly as many for each.",
    "Experts: the paper says only that an agent was trained; the official code trains TRPO, one "
    "per goal on the ant, with 40 to 300 million steps. Ours are analytic (point) or one "
    "goal-conditioned SAC per family, on the dense or a shaped reward, scored on the task's "
    "own.",
    "Ant: the official inputs hold 84 contact forces and the reward their cost; the paper does "
    "not ask for them, and we leave both out by default. Its 100 goals are drawn anew.",
    "Point robot: MAML's official code ends an episode at the goal; MRI's does not. Ours never "
    "does.",
    "Point robot, step sizes: alpha is 0.5 for MRI and the imitated start, 0.1 for MAML, 1 for the "
    "random start, each the best of {0.1, 0.5, 1} on training tasks with a seed of its own "
    "(`remeta tune`; tables in results/study/mri/fig3_point/tuning, made with 2,000 demonstrated "
    "samples per task and step instead of 1,000). The official code takes 1 everywhere.",
    "Point robot, length: MRI and imitation train for 4 meta-iterations of 200 steps, MAML for "
    "100; the paper gives no number. `point_variants` shows 16, and the official code's 3 steps. "
    "Every step of `study` draws 1,000 of a task's 4,000 demonstrated samples, and MAML's "
    "curvature every 5th time step; the `paper` profile takes all of both.",
    "What the paper does not give (horizons, step sizes, discount, goal ranges) is the official "
    "code's.",
)
