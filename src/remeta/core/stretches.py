"""Rows of equally many steps, in which one episode follows another."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from remeta.core.episodes import Episodes, record


@record
class Stretches(Episodes):
    """Rollouts by a budget of steps; only whole episodes count, what was cut off is masked."""

    after: Float[Tensor, "*task episode time obs"]  # what was seen after each step
    last: Float[Tensor, "*task episode time"]  # 1 at the last step of every episode

    @property
    def env_steps(self) -> Float[Tensor, "*task"]:
        """All that were taken, those of the episodes that were cut off included."""
        return torch.ones_like(self.mask).sum((-2, -1))

    @property
    def episodes(self) -> Float[Tensor, "*task"]:
        """Whole ones only."""
        return self.last.sum((-2, -1))

    @property
    def age(self) -> Int[Tensor, "*task episode time"]:
        """How many steps of its episode came before each step."""
        first = torch.cat([torch.ones_like(self.last[..., :1]), self.last[..., :-1]], -1)
        clock = torch.arange(first.shape[-1], device=first.device)
        return clock - (clock * first).cummax(-1).values.long()

    def mean_return(self) -> Float[Tensor, "*task"]:
        """Mean over whole episodes of the undiscounted sum of rewards."""
        return (self.reward * self.mask).sum((-2, -1)) / self.last.sum((-2, -1))

    def discounts(self, discount: float) -> Float[Tensor, "*task episode time"]:
        """What the rewards after each step count for in it: none of another episode's."""
        return discount * (1 - self.last)


def finished(last: Float[Tensor, "*batch time"]) -> Float[Tensor, "*batch time"]:
    """1 for every step of an episode that ends before the row does."""
    return last.flip(-1).cummax(-1).values.flip(-1)
