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
