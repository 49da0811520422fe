"""Observations on a scale of their own."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Standard(nn.Module):
    """What is seen, less its mean and by its standard deviation; as it is until it is fitted."""

    shift: Tensor
    spread: Tensor

    def __init__(self, size: int):
        super().__init__()
        self.register_buffer("shift", torch.zeros(size))
        self.register_buffer("spread", torch.ones(size))

    def forward(self, obs: Float[Tensor, "*batch size"]) -> Float[Tensor, "*batch size"]:
        """Standardised."""
        return (obs - self.shift) / self.spread

    def fit(self, rows: Float[Tensor, "row size"]) -> None:
        """To these rows; what is the same in all of them is only shifted."""
        spread = rows.std(0, correction=0)
        self.shift.copy_(rows.mean(0))
        self.spread.copy_(torch.where(spread > 0, spread, torch.ones_like(spread)))
