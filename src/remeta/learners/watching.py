"""Reading demonstrations: a context, a few numbers, for whoever acts or judges by it.

    z = mean + exp(log_std) noise,   (mean, log_std) = enc(all steps of what is shown)

Of a task some demonstrations are drawn, and of these a random number is shown, the others masked.
Every step is read as (s, a, s') or, where nobody is to look at actions, as (s, s'). The encoder
does not know what its contexts are for: it follows the gradient of whoever is handed them.

All that is seen is standardised by the mean and the deviation that demonstrations have in all
training tasks together, as in SMILe's official code; the scale goes wherever the weights go.

What is random here is drawn apart from all else: with contexts of no numbers, other learners do
not notice that anybody reads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor
from torch.func import functional_call

from remeta.core.episodes import Demonstrations
from remeta.core.squashed import squash
from remeta.core.weights import Weights, module_weights
from remeta.experience.acting import Agent
from remeta.experience.adaptation import Schedule
from remeta.experience.contexts import Belief, DemonstrationAdaptation
from remeta.experience.practice import Indices, Practice
from remeta.frozen import Frozen
from remeta.learners.learner import Learner, load_weights, weights_of
from remeta.learners.offpolicy import Metrics
from remeta.nets.encoder import DemonstrationEncoder
from remeta.nets.squashed import SquashedPolicy
from remeta.nets.standard import Standard

ReadKind = Literal["state_action", "states"]
READ: dict[str, tuple[str, ...]] = {
    "state_action": ("obs", "act", "next_obs"),
    "states": ("obs", "next_obs"),
}


class Params(Frozen):
    """What a run of it may choose."""

    reading: list[PositiveInt]  # hidden sizes of what reads a step, then that of what is added up
    merging: list[PositiveInt]  # hidden sizes of what reads the sum
    context: NonNegativeInt  # numbers
    rate: PositiveFloat  # Adam's
    momentum: NonNegativeFloat  # Adam's share of the old in its mean of gradients
    shown: PositiveInt  # demonstrations at most
    contexts: PositiveInt  # of every task in tests
    sampled: bool  # whether tests act on a draw and not on the mean


@dataclass(frozen=True)
class Watching:
    """A policy that acts by contexts, as its weights are at the moment."""

    scale: Standard
    encoder: DemonstrationEncoder
    policy: SquashedPolicy
    names: Sequence[str]  # what is read of a step

    def actor(self, weights: Weights, context: Tensor) -> Agent:
        """Who acts in these contexts [task, row, context]."""
        scale, own = module_weights(weights, "scale"), module_weights(weights, "policy")

        def act(obs: Tensor, _: Any, memory: Any) -> tuple[Tensor, Tensor, Any]:
            seen = functional_call(self.scale, scale, (obs,))
            return *self.policy.distribution(own, torch.cat([seen, context], -1)), memory

        return Agent(act, squash=squash)

    @torch.no_grad()
    def encode(self, weights: Weights, demos: Demonstrations) -> Belief:
        """What is believed after these demonstrations."""
        scale = module_weights(weights, "scale")
        parts = [
            part if name == "act" else functional_call(self.scale, scale, (part,))
            for name in self.names
            for part in [getattr(demos, name)]
        ]
        self.encoder.eval()
        read = torch.cat(parts, -1), demos.mask
        return functional_call(self.encoder, module_weights(weights, "encoder"), read)


class Watcher(Learner):
    """An encoder, its optimiser, and the scale of what is seen."""

    NETS = ("encoder", "scale")

    def __init__(
        self, params: Params, kind: ReadKind, sizes: dict[str, int], rng: np.random.Generator
    ):
        """`sizes` are those of `obs` and `act`."""
        super().__init__(torch.Generator().manual_seed(int(rng.integers(2**62))))
        self.params, self.rng, self.names = params, rng, READ[kind]
        self.scale, self.fitted = Standard(sizes["obs"]), False
        inputs = sum((sizes | {"next_obs": sizes["obs"]})[name] for name in self.names)
        shape = inputs, params.reading, params.merging, params.context
        self.encoder = DemonstrationEncoder(*shape, self.generator)
        self._add_optimiser("encoder", params.rate, params.momentum)

    def fit(self, practice: Practice) -> None:
        """The scale, to all demonstrations of the training tasks; once, for it stays the same."""
        self.fitted = self.fitted or self._fit(practice.shown)

    def _fit(self, shown: Demonstrations | None) -> bool:
        assert shown is not None
        taken = shown.mask > 0
        self.scale.fit(torch.cat([shown.obs[taken], shown.next_obs[taken]]))
        return True

    def scaled(self, transitions: dict[str, Tensor]) -> dict[str, Tensor]:
        """The same with standardised observations."""
        names = transitions.keys() & {"obs", "next_obs"}
        return transitions | {name: self.scale(transitions[name]) for name in names}

    def context(self, practice: Practice, indices: Indices, learning: bool = False) -> Tensor:
        """A draw for each of these tasks, [task, context].

        Who is `learning` normalises by what is read now; a single task has nothing that it could
        be normalised by.
        """
        self.encoder.train(learning and len(indices) > 1)
        with torch.set_grad_enabled(learning):
            mean, log_std = self.encoder(*self._read(self._some(practice, indices)))
            noise = torch.randn(mean.shape, generator=self.generator)
            return mean + noise * log_std.exp()

    def teach(
        self, practice: Practice, indices: Indices, learn: Callable[[Tensor], Metrics]
    ) -> Metrics:
        """A step of whoever learns in contexts of these tasks, and one of the encoder.

        That follows the gradient by the contexts of whatever loss they have contributed to.
        """
        context = self.context(practice, indices, learning=True)
        handed = context.detach().requires_grad_()
        metrics = learn(handed)
        assert handed.grad is not None
        self._step("encoder", (context * handed.grad).sum())
        return metrics

    def _some(self, practice: Practice, indices: Indices) -> Demonstrations:
        """Of each task, a random number of them shown and the others masked."""
        some = practice.demonstrations(indices, self.params.shown, self.rng)
        most = some.mask.shape[1]
        count = torch.from_numpy(self.rng.integers(1, most + 1, size=(len(indices), 1)))
        return replace(some, mask=some.mask * (torch.arange(most) < count).unsqueeze(-1))

    def _read(self, demos: Demonstrations) -> tuple[Tensor, Tensor]:
        parts = self.scaled({name: getattr(demos, name) for name in self.names})
        return torch.cat([parts[name] for name in self.names], -1), demos.mask

    def weights(self, policy: SquashedPolicy) -> Weights:
        """All that it takes to act after demonstrations."""
        return weights_of(policy=policy, encoder=self.encoder, scale=self.scale)

    def load(self, weights: Weights, policy: SquashedPolicy) -> None:
        """The inverse."""
        load_weights(weights, policy=policy, encoder=self.encoder, scale=self.scale)

    def adaptation(self, policy: SquashedPolicy, schedule: Schedule) -> DemonstrationAdaptation:
        """Acting on what demonstrations of the task say."""
        assert schedule.demos is not None
        net = Watching(self.scale, self.encoder, policy, self.names)
        contexts, sampled = self.params.contexts, self.params.sampled
        return DemonstrationAdaptation(net, schedule.demos, schedule.shown, contexts, sampled)

    def state(self) -> dict[str, Any]:
        """That of its nets, and what is drawn next."""
        return super().state() | {"rng": self.rng}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        super().restore(state)
        self.rng = state["rng"]
