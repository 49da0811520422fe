"""Nets that learn by an optimiser each, and everything that their next update depends on."""

from typing import Any, ClassVar

import torch
from torch import Tensor, nn


class Learner:
    """Its nets are the attributes that `NETS` names; those that learn have one Adam each."""

    NETS: ClassVar[tuple[str, ...]]

    def __init__(self, generator: torch.Generator):
        self.generator = generator
        self._optimisers: dict[str, torch.optim.Adam] = {}

    def _add_optimiser(self, name: str, rate: float, momentum: float) -> None:
        """`momentum` is the share of the old in Adam's mean of gradients."""
        net: nn.Module = getattr(self, name)
        betas = momentum, 0.999
        self._optimisers[name] = torch.optim.Adam(net.parameters(), rate, betas, fused=True)

    def _step(self, name: str, loss: Tensor) -> None:
        optimiser = self._optimisers[name]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    def state(self) -> dict[str, Any]:
        """Nets, moments and what the generator gives next."""
        return {
            "nets": {name: getattr(self, name).state_dict() for name in self.NETS},
            "moments": {name: _moments(one) for name, one in self._optimisers.items()},
            "generator": self.generator.get_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        for name in self.NETS:
            getattr(self, name).load_state_dict(state["nets"][name])
        for name, optimiser in self._optimisers.items():
            fixed, moments = optimiser.state_dict()["param_groups"], state["moments"][name]
            optimiser.load_state_dict({"state": dict(enumerate(moments)), "param_groups": fixed})
        self.generator.set_state(state["generator"])


def _moments(optimiser: torch.optim.Adam) -> list[dict[str, Tensor]]:
    """Adam's state of every parameter, in their order; none before the first step."""
    return [moments for _, moments in sorted(optimiser.state_dict()["state"].items())]
