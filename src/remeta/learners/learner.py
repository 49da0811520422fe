"""Nets that learn by an optimiser each, and everything that their next update depends on."""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.optim import Adam

from remeta.core.weights import Weights, detached, module_weights, prefixed


class Learner:
    """Its nets are the attributes that `NETS` names; those that learn have one Adam each."""

    NETS: ClassVar[tuple[str, ...]]

    def __init__(self, generator: torch.Generator):
        self.generator = generator
        self._optimisers: dict[str, Adam] = {}

    def _add_optimiser(self, name: str, rate: float, momentum: float) -> None:
        """`momentum` is the share of the old in Adam's mean of gradients."""
        net: nn.Module = getattr(self, name)
        self._optimisers[name] = Adam(net.parameters(), rate, (momentum, 0.999), fused=True)

    def _step(self, name: str, loss: Tensor) -> None:
        optimiser = self._optimisers[name]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    def state(self) -> dict[str, Any]:
        """Nets, optimisers and what the generator gives next."""
        nets = {name: getattr(self, name) for name in self.NETS}
        return {"nets": nets, "optimisers": self._optimisers, "generator": self.generator}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        for name, net in state["nets"].items():
            setattr(self, name, net)
        self._optimisers = state["optimisers"]
        self.generator.set_state(state["generator"].get_state())  # others may draw from it, too


def weights_of(**modules: nn.Module) -> Weights:
    """All that these know, each under its name: what a method meta-learns as a value."""
    found = [prefixed(name, detached(module.state_dict())) for name, module in modules.items()]
    return {name: value for part in found for name, value in part.items()}


def load_weights(weights: Weights, **modules: nn.Module) -> None:
    """The inverse."""
    for name, module in modules.items():
        module.load_state_dict(module_weights(weights, name))
