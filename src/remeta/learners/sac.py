"""Soft actor-critic (Haarnoja et al. 2018, with a learned temperature), goal-conditioned.

The policy sees the observation and the task; all rows of a world step together. One learner
replaces the papers' experts: TRPO with 40,000 steps per iteration, or one TRPO run per goal.
"""

import copy
import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.frozen import Frozen
from remeta.nets.critic import TwinCritic
from remeta.nets.policy import MLP

NETS = ("actor", "critic", "slow_critic")
LOG_STD_RANGE = (-5.0, 2.0)


class Params(Frozen):
    hidden: list[PositiveInt]
    rate: PositiveFloat  # Adam's, for actor, critics and temperature
    discount: PositiveFloat
    polyak: PositiveFloat  # share of the new critic in its slow copy, per update
    batch: PositiveInt
    rows: PositiveInt  # environments stepped together
    updates: PositiveInt  # per step of all rows
    warm_up: PositiveInt  # environment steps of uniform actions before the first update
    target_entropy: float  # per action dimension
    progress: NonNegativeFloat  # reward per metre gained; 0 trains on the task's own reward
    closeness: NonNegativeFloat  # reward per metre of distance, beside `progress`


class SAC:
    def __init__(self, params: Params, obs_size: int, act_size: int, generator: torch.Generator):
        self.params, self.act_size, self.generator = params, act_size, generator
        self.actor = MLP([obs_size, *params.hidden, 2 * act_size], generator)
        self.critic = TwinCritic(obs_size + act_size, params.hidden, generator)
        self.slow_critic = copy.deepcopy(self.critic).requires_grad_(False)
        self.log_temperature = torch.tensor(math.log(0.1), requires_grad=True)
        self._optimisers = [
            torch.optim.Adam(group, lr=params.rate, fused=True)
            for group in (
                self.actor.parameters(),
                self.critic.parameters(),
                [self.log_temperature],
            )
        ]

    def sample(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """A squashed Gaussian action and its log-probability."""
        mean, log_std = self.actor(obs).chunk(2, -1)
        log_std = log_std.clamp(*LOG_STD_RANGE)
        noise = torch.randn(mean.shape, generator=self.generator)
        raw = mean + noise * log_std.exp()
        log_prob = -(0.5 * noise * noise + log_std + 0.5 * math.log(2 * math.pi)).sum(-1)
        squash = 2 * (math.log(2) - raw - F.softplus(-2 * raw))  # log(1 - tanh(raw)^2), stable
        return torch.tanh(raw), log_prob - squash.sum(-1)

    @torch.no_grad()
    def mean_action(self, obs: Tensor) -> Tensor:
        return torch.tanh(self.actor(obs)[..., : self.act_size])

    def update(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """One step of critics, actor, temperature and slow critics on a batch from the replay."""
        actor_opt, critic_opt, temperature_opt = self._optimisers
        temperature = self.log_temperature.detach().exp()
        with torch.no_grad():
            ahead, ahead_log_prob = self.sample(batch["next_obs"])
            value = (
                self.slow_critic(batch["next_obs"], ahead).amin(0) - temperature * ahead_log_prob
            )
            lasting = 1 - batch["done"].squeeze(-1)
            target = batch["reward"].squeeze(-1) + self.params.discount * lasting * value
        error = F.mse_loss(self.critic(batch["obs"], batch["act"]), target.expand(2, -1)) * 2
        _step(critic_opt, error)

        self.critic.requires_grad_(False)
        act, log_prob = self.sample(batch["obs"])
        actor_loss = (temperature * log_prob - self.critic(batch["obs"], act).amin(0)).mean()
        _step(actor_opt, actor_loss)
        self.critic.requires_grad_(True)

        excess = log_prob.detach().mean() + self.params.target_entropy * self.act_size
        _step(temperature_opt, -self.log_temperature * excess)
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.slow_critic.parameters()),
                list(self.critic.parameters()),
                self.params.polyak,
            )
        return {"critic": error.detach(), "actor": actor_loss.detach(), "temperature": temperature}

    def state(self) -> dict[str, Any]:
        """All that its next update depends on."""
        return {
            "nets": {name: getattr(self, name).state_dict() for name in NETS},
            "log_temperature": self.log_temperature,
            "moments": [_moments(optimiser) for optimiser in self._optimisers],
            "generator": self.generator.get_state(),
        }

    @torch.no_grad()
    def restore(self, state: dict[str, Any]) -> None:
        for name in NETS:
            getattr(self, name).load_state_dict(state["nets"][name])
        self.log_temperature.copy_(state["log_temperature"])
        for optimiser, moments in zip(self._optimisers, state["moments"], strict=True):
            fixed = optimiser.state_dict()["param_groups"]
            optimiser.load_state_dict({"state": dict(enumerate(moments)), "param_groups": fixed})
        self.generator.set_state(state["generator"])


def _moments(optimiser: torch.optim.Optimizer) -> list[dict[str, Tensor]]:
    """Adam's state of every parameter, in their order; none before the first step."""
    return [moments for _, moments in sorted(optimiser.state_dict()["state"].items())]


def _step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()


def with_task(obs: np.ndarray, tasks: np.ndarray) -> Tensor:
    """What a goal-conditioned learner sees."""
    return torch.from_numpy(np.concatenate([obs, tasks], -1).astype(np.float32))
