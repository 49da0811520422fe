"""A discriminator that learns to tell an expert from a policy, and pays the policy for confusion.

    L_f = L(f; expert, policy) + lambda E[(|grad_x f(x, z)| - 1)^2],  x between both

The penalty (Gulrajani et al. 2017) is by what is seen and not by the context z, which it leaves
alone. It is of f without its bound, where the official code's is zero beyond the bound: an f
that has run away is still made flatter. That code also cuts gradients at a norm of 100,
which they do not reach.
"""

import torch
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor

from remeta.core.adversarial import Loss, Reward, discriminator_loss, gradient_penalty, reward
from remeta.frozen import Frozen
from remeta.learners.learner import Learner
from remeta.nets.discriminator import INPUT_NAMES, Discriminator, InputKind
from remeta.nets.policy import Activation, joined

Transitions = dict[str, Tensor]  # [row, size] or, of many tasks, [task, row, size]


class Params(Frozen):
    """What a run of it may choose."""

    hidden: list[PositiveInt]
    activation: Activation
    rate: PositiveFloat  # Adam's
    momentum: NonNegativeFloat  # Adam's share of the old in its mean of gradients
    bound: PositiveFloat  # of the logit, on either side of zero
    penalty: NonNegativeFloat  # lambda
    loss: Loss
    reward: Reward


class Adversary(Learner):
    """f, its optimiser, and what it pays."""

    NETS = ("net",)

    def __init__(
        self,
        params: Params,
        input_kind: InputKind,
        sizes: dict[str, int],  # of `obs` and `act`
        generator: torch.Generator,
        context: int = 0,
    ):
        super().__init__(generator)
        sizes = sizes | {"next_obs": sizes["obs"]}
        self.params, self.input_names = params, INPUT_NAMES[input_kind]
        self.input_size = sum(sizes[name] for name in self.input_names)
        shape = params.hidden, params.activation, params.bound
        self.net = Discriminator(self.input_size + context, *shape, generator)
        self._add_optimiser("net", params.rate, params.momentum)

    def update(
        self, expert: Transitions, policy: Transitions, context: Tensor | None = None
    ) -> dict[str, Tensor]:
        """One step on as many transitions of the one as of the other, task by task.

        The gradient of L by a `context` [task, size] that wants one is found at `context.grad`.
        """
        expert_inputs, policy_inputs = self._inputs(expert), self._inputs(policy)
        logits = self.net(_with_context(torch.cat([expert_inputs, policy_inputs], -2), context))
        expert_logits, policy_logits = logits.chunk(2, -1)
        loss = discriminator_loss(self.params.loss, expert_logits, policy_logits)
        penalty = torch.zeros(())
        if self.params.penalty:
            shape, dtype = (*policy_inputs.shape[:-1], 1), policy_inputs.dtype
            share = torch.rand(shape, generator=self.generator, dtype=dtype)
            between = torch.lerp(policy_inputs, expert_inputs, share)
            between = _with_context(between, context, fixed=True)
            penalty = gradient_penalty(self.net.input_gradient(between)[..., : self.input_size])
        self._step("net", loss + self.params.penalty * penalty)
        accuracy = ((expert_logits > 0).float().mean() + (policy_logits < 0).float().mean()) / 2
        return {
            "discriminator": loss.detach(),
            "penalty": penalty.detach(),
            "accuracy": accuracy,
        }

    @torch.no_grad()
    def reward(self, transitions: Transitions, context: Tensor | None = None) -> Tensor:
        """What each transition earns, [..., row]."""
        logit = self.net(_with_context(self._inputs(transitions), context))
        return reward(self.params.reward, logit)

    def _inputs(self, transitions: Transitions) -> Tensor:
        return torch.cat([transitions[name] for name in self.input_names], -1)


def _with_context(x: Tensor, context: Tensor | None, fixed: bool = False) -> Tensor:
    if context is None:
        return x
    return joined(context.detach() if fixed else context, x)
