"""Whose doing this is, the expert's or a policy's: one number, the higher the more the expert's."""

from collections.abc import Callable, Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from remeta.nets.policy import MLP, Activation

InputKind = Literal["state_action", "states", "state"]
INPUT_NAMES = {"state_action": ("obs", "act"), "states": ("obs", "next_obs"), "state": ("obs",)}
DERIVATIVES: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": lambda out: (out > 0).to(out),
    "tanh": lambda out: 1 - out * out,
    "identity": torch.ones_like,
}


class Discriminator(nn.Module):
    """f, a logit no further than `bound` from zero."""

    def __init__(
        self,
        inputs: int,
        hidden: Sequence[int],
        activation: Activation,
        bound: float,
        generator: torch.Generator,
    ):
        super().__init__()
        self.net = MLP([inputs, *hidden, 1], generator, activation)
        self.activation, self.bound = activation, bound

    def forward(self, x: Tensor) -> Tensor:
        """The logit [...] of inputs [..., input]."""
        return self.net(x).squeeze(-1).clamp(-self.bound, self.bound)

    def input_gradient(self, x: Tensor) -> Tensor:
        """df/dx, as if there were no bound: what lies beyond it has a gradient, too.

        Written out, layer by layer from the last, so that its own gradient takes half as many
        products as differentiating twice, which walks through layers that have no part in it.
        """
        *hidden, last = (w for w in self.net.parameters() if w.ndim == 2)
        derivatives = []
        for layer in self.net.layers[:-1]:
            x = self.net.activation(layer(x))
            derivatives.append(DERIVATIVES[self.activation](x))
        gradient = last.expand(*x.shape[:-1], -1)
        for weight, derivative in zip(reversed(hidden), reversed(derivatives), strict=True):
            gradient = (gradient * derivative) @ weight
        return gradient
