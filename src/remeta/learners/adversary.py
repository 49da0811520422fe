"""A discriminator that learns to tell an expert from a policy, and pays the policy for confusion.

    L_f = L(f; expert, policy) + lambda E[(|grad_x f(x, z)| - 1)^2],  x between both

The penalty (Gulrajani et al. 2017) is by what is seen and not by the context z, which it leaves
alone. It is of f without its bound, where the official code's is nought beyond the bound: an f
that has run away is still made flatter. That code also cuts gradients at a norm of 100, which
none of them has.
"""

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core.adversarial import Loss, Reward, discrimination, gradient_penalty, reward
from remeta.frozen import Frozen
from remeta.learners.learner import Learner
from remeta.nets.discriminator import SEEN, Discriminator, Sees
from remeta.nets.policy import Activation, joined

Transitions = dict[str, Tensor]  # [row, size] or, of many tasks, [task, row, size]


class Params(Frozen):
    hidden: list[PositiveInt]
    activation: Activation
    rate: PositiveFloat  # Adam's
    momentum: NonNegativeFloat  # Adam's share of the old in its mean of gradients
    bound: PositiveFloat  # of the logit, on either side of nought
    penalty: NonNegativeFloat  # lambda
    loss: Loss
    reward: Reward


class Adversary(Learner):
    NETS = ("net",)

    def __init__(
        self,
        params: Params,
        sees: Sees,
        sizes: dict[str, int],  # of `obs` and `act`
        generator: torch.Generator,
        context: int = 0,
    ):
        super().__init__(generator)
        sizes = sizes | {"next_obs": sizes["obs"]}
        self.params, self.sees = params, SEEN[sees]
        self.inputs = sum(sizes[name] for name in self.sees)
        shape = params.hidden, params.activation, params.bound
        self.net = Discriminator(self.inputs + context, *shape, generator)
        self._learns("net", params.rate, params.momentum)

    def update(
        self, expert: Transitions, policy: Transitions, context: Tensor | None = None
    ) -> dict[str, Tensor]:
        """One step on as many transitions of the one as of the other, task by task.

        The gradient of L by a `context` [task, size] that wants one is found at `context.grad`.
        """
        theirs, ours = self._seen(expert), self._seen(policy)
        high, low = self.net(_beside(context, torch.cat([theirs, ours], -2))).chunk(2, -1)
        loss = discrimination(self.params.loss, high, low)
        penalty = torch.zeros(())
        if self.params.penalty:
            share = torch.rand((*ours.shape[:-1], 1), generator=self.generator, dtype=ours.dtype)
            between = _beside(_fixed(context), torch.lerp(ours, theirs, share))
            penalty = gradient_penalty(self.net.slope(between)[..., : self.inputs])
        self._descend("net", loss + self.params.penalty * penalty)
        right = (high > 0).float().mean() + (low < 0).float().mean()
        return {"told_apart": loss.detach(), "penalty": penalty.detach(), "right": right / 2}

    @torch.no_grad()
    def reward(self, transitions: Transitions, context: Tensor | None = None) -> Tensor:
        """What each transition earns, [..., row]."""
        logit = self.net(_beside(context, self._seen(transitions)))
        return reward(self.params.reward, logit)

    def _seen(self, transitions: Transitions) -> Tensor:
        return torch.cat([transitions[name] for name in self.sees], -1)


def _beside(context: Tensor | None, x: Tensor) -> Tensor:
    return x if context is None else joined(context, x)


def _fixed(context: Tensor | None) -> Tensor | None:
    return None if context is None else context.detach()
