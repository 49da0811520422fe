"""A Gaussian policy that remembers what it did and what came of it."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call

from remeta.core.episodes import LastStep
from remeta.core.weights import Weights
from remeta.nets.policy import Linear, Policy, Shape

Trials = Float[Tensor, "task row time _"]


class RecurrentPolicy(Policy):
    """A gated recurrent unit sees the observation, the last action, its reward, and whether that
    ended an episode; the mean is linear in what it remembers, the log-std is constant.

    Its initial weights are uniform within 1 / sqrt(size), those of the mean Xavier-uniform.
    """

    def __init__(self, shape: Shape, size: int, generator: torch.Generator):
        super().__init__()
        self.size, self.min_log_std = size, shape.min_log_std
        inputs, bound = shape.obs_size + shape.act_size + 2, size**-0.5

        def drawn(*sizes: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(sizes).uniform_(-bound, bound, generator=generator))

        self.read, self.read_bias = drawn(3 * size, inputs), drawn(3 * size)
        self.kept, self.kept_bias = drawn(3 * size, size), drawn(3 * size)
        self.mean = Linear(size, shape.act_size)
        nn.init.xavier_uniform_(self.mean.weight, generator=generator)
        nn.init.zeros_(self.mean.bias)
        self.log_std = nn.Parameter(torch.zeros(shape.act_size))

    def forward(
        self, seen: Float[Tensor, "row time seen"], hidden: Float[Tensor, "row size"]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Means [row, time, act] of all steps, log-std [act], and what is remembered after them."""
        gates: list[Tensor] = [self.read, self.kept, self.read_bias, self.kept_bias]
        settings = True, 1, 0.0, False, False, True  # biases, one layer, rows before times
        outputs, after = torch.gru(seen, hidden.unsqueeze(0), gates, *settings)
        return self.mean(outputs), self.log_std.clamp_min(self.min_log_std), after.squeeze(0)

    def memory(self, weights: Weights, shape: tuple[int, int]) -> Float[Tensor, "task row size"]:
        """Before the first step of a trial."""
        return torch.zeros(*shape, self.size)

    def step(
        self, weights: Weights, obs: Tensor, last: LastStep, memory: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Mean and log-std of the actions in observations [task, row, obs], the memory after."""
        seen = torch.cat([obs, last.act, last.reward, last.done], -1).unsqueeze(2)
        mean, log_std, memory = self._from(weights, seen, memory)
        return mean.squeeze(2), log_std, memory

    def over_trials(self, weights: Weights, seen: Trials) -> tuple[Trials, Tensor]:
        """Means of all steps of trials that begin with an empty memory, and the log-std."""
        tasks, rows, *_ = seen.shape
        mean, log_std, _ = self._from(weights, seen, self.memory(weights, (tasks, rows)))
        return mean, log_std

    def _from(
        self, weights: Weights, seen: Trials, memory: Tensor
    ) -> tuple[Trials, Tensor, Tensor]:
        rows = seen.flatten(0, 1), memory.flatten(0, 1)
        mean, log_std, after = functional_call(self, weights, rows)
        return mean.unflatten(0, seen.shape[:2]), log_std, after.unflatten(0, seen.shape[:2])
