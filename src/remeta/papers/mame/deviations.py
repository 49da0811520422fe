"""Where MAME, its authors' code, the codes it compares with, and we differ."""

DEVIATIONS = (
    "Numbers: the paper prints none: no table, no seeds, no iterations, no horizon, no axis ticks "
    "that survived. Every bound in a test below is ours, and the profile says how much was run.",
    "Sign: equations 2, 3 and 5 lack a minus that comes from z' = z - alpha grad L; as printed, "
    "the exploring policy would climb down. The official code has the sign right, and so have we; "
    "a unit test ties our estimator to automatic differentiation through DiCE. The printed inner "
    "sum also lacks the primes of its states and actions.",
    "Inner loss: the paper sums over time steps, the official code averages, and so do we; a step "
    "size absorbs the difference. Targets are returns to go as they are; `target_scale` would "
    "divide them, and is 1 in the paper.",
    "Advantage of exploration: one step without discount and with a linear baseline, as the paper "
    "has it; the official code takes whole returns of rewards by their root mean square, and "
    "standardises them (`to_go`). Its last factor, the quotient of two numbers near zero, is left "
    "out in both. One commit of it forgets to accumulate those returns; we do not.",
    "DiCE weights: cumulative in the paper. The official code takes one step's ratio, detached, "
    "and gives credit by returns afterwards, which agrees in expectation.",
    "z: its size is not in the paper; the code has 100, 64 and 32 at different times. Ours stands "
    "in params.yaml, and z is an input of the nets and nothing else.",
    "z on graphics cards: the official code copies z to the device once and goes on reading the "
    "copy, so that z never learns there. Ours learns at the paper's rate of 4e-5 (the code has "
    "7e-5 to 3.5e-6), which in 300 iterations moves none of its numbers by more than about 0.012; "
    "a rate of 0 stands for the slip.",
    "Step size of the inner loop: 0.1 in MAML's scripts and in the later official code; MAML's "
    "script for the point and the official code at first take 0.5. MAME, its parts and ProMP take "
    "0.1 everywhere, MAML 0.5 on the corners; `corner_variants` shows MAME with 0.5, and evenly "
    "tuned all four choose among the same.",
    "Rate of exploration: 7e-4 in the paper and in the code of its date; later commits take a "
    "tenth and say that the original results did so. `corner_variants` shows a tenth, and no "
    "training of mu at all.",
    "Gradients: the code multiplies the outer loss by 10 and cuts each module's gradient at 0.5, "
    "of which the paper says nothing. Ours does the same without the factor: 0.05, and an Adam "
    "epsilon of 1e-6 in the place of 1e-5.",
    "Second regression net: the code has one for diagnosis that influences nothing; we leave it "
    "out. PPO in the outer loop, which the code got later, is future work in the paper and left "
    "out, too.",
    "Corner world: three reward forms exist. The branches of the official code that hold MAME pay "
    "within a radius of 2, the branch of its MAML baselines within 0.5, ProMP's code pays for "
    "progress. If the paper's curves were made by those branches, they compare different worlds. "
    "All our methods meet the first form, `exp_maml_r2`; `corner_narrow` shows them in the second, "
    "and ProMP's is an option.",
    "Scale of actions on the corners: raw, clipped at 0.2 (a fresh policy's are mostly clipped); "
    "ProMP's wrapper would make a fresh policy's moves ten times smaller.",
    "Half-cheetah: the original takes 1 frame per step of 0.01 s and sees the centre of mass; the "
    "port that the official code uses takes 5 and sees the torso. We take the port; the original "
    "is `finn_rllab`. ProMP's form has the same reward formula, though the paper calls it shaped; "
    "observations, horizon, start and scale of actions differ.",
    "Target velocity: U(0, 3), as the paper says and ProMP's code has it; MAML's code has U(0, 2).",
    "Ant: it has four legs and eight motors, not six legs as the paper says. MAML's form pays "
    "0.05 for staying up and little for control; ProMP's pays 1.0, charges 100 times as much for "
    "control and ends later. The official code registers both and does not tell which made figure "
    "2; we take MAML's form. Contact forces are real here; in some versions of the old simulator "
    "they were all zero.",
    "MAML on the ant: others report that the port does not learn reliably there. A margin over "
    "weak baselines is worth less.",
    "Nets: the paper compares MAME and MAML with two layers of 100 ReLU and ProMP with its own "
    "two of 64 tanh. So do we, and the panels called `matched` give all the same. The official "
    "code has three layers of 100.",
    "Length: the paper is silent, the official code's later runs take 1,000 meta-iterations (the "
    "profile `paper`). `study` takes 300 on the corners: enough for MAME's curve to flatten "
    "in a trial with a seed that no result uses, before any verdict. How flat all of them are at "
    "the end is in the tables called `_curves`.",
    "ProMP: its official numbers (5 outer steps at 1e-3, clip 0.3, penalty 5e-4 held fixed as in "
    "its run scripts), with one adaptation step, on MAML's worlds and horizon, as the paper ran "
    "it.",
    "MAML: the official code's MAML-VPG takes one step of Adam at 7e-4 with gradients cut at 0.5; "
    "our numbers stand in params.yaml. MAML-TRPO's curvature is exact, where ProMP's code has "
    "finite differences; it is taken at every fifth time step in `study` and `quick`, at all in "
    "`paper`.",
    "Discount: 0.99; the official code has 0.95 until May 2019. Curves are undiscounted.",
    "Baseline and advantages: standardised per task after padding is cut off; the official code "
    "includes padded steps in the mean. Its time feature starts at 1, ours at 0.",
    "VPG inner loop: the paper says neither what adapts nor whether exploration's data are "
    "weighed. We adapt z without weights; `weighted_policy_gradient` weighs, and one branch of "
    "the code adapts all of pi. At the step size that suits returns a policy gradient moves z much "
    "less (`shift` in the curves); `corner_steps` has 1 and 10.",
    "E-MAML's score: the official code pairs episodes of exploration and exploitation at random "
    "and standardises per task, which removes what the score should tell, and once overwrites its "
    "baseline by the last task's. Ours is a task's mean return, standardised over tasks.",
    "Reports: the curve is that of training tasks under the policy that samples, after one step "
    "of adaptation, as in the official code; nothing is held out, so it cannot be set beside "
    "curves of adaptation at test. Both axes count episodes before and after the update.",
    "Measures: smoothing over 10 iterations, final as the last tenth, drawdown and jitter as "
    "shares of a run's own gain are ours. Jitter leaves out what each iteration scatters by "
    "itself: that is mostly the draw of tasks, and would make whoever solves all of them or none "
    "look calm. Variance of the update is measured at fixed weights; the paper infers it from "
    "curves.",
)
