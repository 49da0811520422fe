"""Rows that lie in results/: what reports know of the world, and all they know."""

from dataclasses import dataclass

SCORE_COLUMNS = (
    "profile", "paper", "panel", "method", "variant", "seed", "task",
    "adapt_step", "adapt_env_steps", "adapt_episodes", "metric", "value",
)  # fmt: skip
CURVE_COLUMNS = (
    "profile", "paper", "panel", "method", "variant", "seed", "iteration",
    "train_env_steps", "pre_episodes", "post_episodes", "updates",
    "expert_env_steps", "demos", "metric", "value",
)  # fmt: skip
NOISE_COLUMNS = (  # the meta-gradient of a run at fixed weights, over batches of tasks
    "profile", "paper", "panel", "method", "variant", "seed",
    "weights",  # untrained or trained
    "module",  # of the weights; `all` of them together
    "batches",  # independent ones
    "norm",  # of the mean gradient
    "deviation",  # root of the sum of the variances of its entries over batches
)  # fmt: skip
TRACE_COLUMNS = (  # where the roll-outs of a trained run go
    "profile", "paper", "panel", "method", "variant", "seed", "task", "goal_x", "goal_y",
    "phase",  # before or after adaptation: MAME's mu, and pi
    "episode", "step", "x", "y",  # step 0 is the start
)  # fmt: skip
WEIGHTS = ("untrained", "trained")
WHOLE = "all"  # the module that stands for all weights together
PHASES = ("before", "after")  # adaptation


@dataclass(frozen=True)
class Run:
    """One curve of a panel: a method, perhaps in a variant; `method` or `method-variant`."""

    method: str
    variant: str = ""

    @classmethod
    def parse(cls, name: str) -> "Run":
        method, _, variant = name.partition("-")
        return cls(method, variant)

    def __str__(self) -> str:
        return f"{self.method}-{self.variant}" if self.variant else self.method
