"""Soft actor-critic (Haarnoja et al. 2018), for one task or for many at once.

    y        = c r + gamma (1 - done) [min_j slow Q_j(s', a') - alpha log pi(a'|s')],  a' ~ pi(.|s')
    L_Q      = sum_j E[(Q_j(s, a) - y)^2]
    L_pi     = E[alpha log pi(a|s) - min_j Q_j(s, a)] + w E[mean^2 + log_std^2],       a ~ pi(.|s)
    L_alpha  = -log alpha (E[log pi(a|s)] + target_entropy)

alpha is learned, or fixed, and then the scale of the rewards c takes its place. What tells the
tasks apart is seen by all nets: it stands in the observations, or beside them as a context.

Differs from SMILe's and PEARL's own learners, which hold a third net V(s) and take the mean over
a ~ pi of [min_j Q_j(s, a) - log pi(a|s)] from it: here it is one sample of the slow critics.
"""

import copy
import math

import torch
import torch.nn.functional as F
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor, nn

from remeta.frozen import Frozen
from remeta.learners.learner import Learner
from remeta.nets.critic import TwinCritic
from remeta.nets.policy import joined
from remeta.nets.squashed import SquashedPolicy, sample_action


class Params(Frozen):
    """What a run of it may choose."""

    hidden: list[PositiveInt]
    rate: PositiveFloat  # Adam's, for actor, critics and temperature
    momentum: NonNegativeFloat  # Adam's share of the old in its mean of gradients
    discount: PositiveFloat
    polyak: PositiveFloat  # share of the new critic in its slow copy, per update
    reward_scale: PositiveFloat  # c
    temperature: PositiveFloat  # alpha, where it begins or, without a target, stays
    target_entropy: float | None  # per action dimension
    min_log_std: float
    regularisation: NonNegativeFloat  # w


class Temperature(nn.Module):
    """alpha, by its logarithm."""

    def __init__(self, start: float):
        super().__init__()
        self.log = nn.Parameter(torch.tensor(math.log(start)))


class SAC(Learner):
    """Actor, twin critics and their slow copies, temperature."""

    NETS = ("actor", "critic", "slow_critic", "temperature")

    def __init__(self, params: Params, obs_size: int, act_size: int, generator: torch.Generator):
        """`obs_size` counts what stands beside the observations, too."""
        super().__init__(generator)
        self.params, self.act_size = params, act_size
        shape = obs_size, act_size, params.hidden, params.min_log_std
        self.actor = SquashedPolicy(*shape, generator)
        self.critic = TwinCritic(obs_size + act_size, params.hidden, generator)
        self.slow_critic = copy.deepcopy(self.critic).requires_grad_(False)
        self.temperature = Temperature(params.temperature)
        learning = ("actor", "critic") + ("temperature",) * (params.target_entropy is not None)
        for name in learning:
            self._add_optimiser(name, params.rate, params.momentum)

    def sample(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """A squashed Gaussian action and its log-probability."""
        return self.actor.sample(obs, self.generator)

    def mean_action(self, obs: Tensor) -> Tensor:
        """What it does when it does not explore."""
        return self.actor.mean_action(obs)

    def update(self, batch: dict[str, Tensor], context: Tensor | None = None) -> dict[str, Tensor]:
        """One step of everything on transitions [row, size] or, of many tasks, [task, row, size].

        Rows without `done` never end. Of a `context` [task, size] only the critics' loss is
        differentiated, as in PEARL: a leaf that wants a gradient finds it at `context.grad`.
        """
        obs, next_obs = (_with_context(batch[name], context) for name in ("obs", "next_obs"))
        batch = {name: value.flatten(0, -2) for name, value in batch.items()}
        temperature = self.temperature.log.detach().exp()
        target = self._target(batch, next_obs, temperature)
        error = F.mse_loss(self.critic(obs, batch["act"]), target.expand(2, -1)) * 2
        self._step("critic", error)
        self.critic.requires_grad_(False)  # they are no part of what follows
        loss, log_prob = self._actor_loss(obs.detach(), temperature)
        self._step("actor", loss)
        self.critic.requires_grad_(True)
        if self.params.target_entropy is not None:
            excess = log_prob.detach().mean() + self.params.target_entropy * self.act_size
            self._step("temperature", -self.temperature.log * excess)
        self._update_slow_critic()
        return {"critic": error.detach(), "actor": loss.detach(), "temperature": temperature}

    @torch.no_grad()
    def _target(self, batch: dict[str, Tensor], next_obs: Tensor, temperature: Tensor) -> Tensor:
        """y."""
        act, log_prob = self.sample(next_obs)
        value = self.slow_critic(next_obs, act).amin(0) - temperature * log_prob
        if "done" in batch:
            value = (1 - batch["done"].squeeze(-1)) * value
        return self.params.reward_scale * batch["reward"].squeeze(-1) + self.params.discount * value

    def _actor_loss(self, obs: Tensor, temperature: Tensor) -> tuple[Tensor, Tensor]:
        """L_pi and log pi(a|s)."""
        mean, log_std = self.actor(obs)
        act, log_prob = sample_action(mean, log_std, self.generator)
        loss = (temperature * log_prob - self.critic(obs, act).amin(0)).mean()
        if self.params.regularisation:
            size = mean.square().mean() + log_std.square().mean()
            loss = loss + self.params.regularisation * size
        return loss, log_prob

    @torch.no_grad()
    def _update_slow_critic(self) -> None:
        torch._foreach_lerp_(
            list[Tensor](self.slow_critic.parameters()),
            list[Tensor](self.critic.parameters()),
            self.params.polyak,
        )


def _with_context(obs: Tensor, context: Tensor | None) -> Tensor:
    return (obs if context is None else joined(context, obs)).flatten(0, -2)
