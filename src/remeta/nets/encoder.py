"""What a task is, from what was seen of it in any order: a Gaussian over contexts.

Both encoders return its mean and log-std, [task, context].
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from remeta.core import gaussian
from remeta.nets.policy import MLP

INITIAL_LOG_STD = -2.0  # of the log-std, beside what the net says: contexts begin nearly certain
MIN_VARIANCE = 1e-7  # of one factor of a product


class NormalisedMLP(MLP):
    """Batch normalisation before every bend, over all rows of whatever shape.

    By the statistics of the batch while training, which later are those of all batches so far.
    """

    def __init__(self, sizes: Sequence[int], generator: torch.Generator):
        super().__init__(sizes, generator)
        self.norms = nn.ModuleList(nn.BatchNorm1d(size) for size in sizes[1:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [..., out] of inputs [..., in]."""
        rows = x.flatten(0, -2)
        *hidden, last = self.layers
        for layer, norm in zip(hidden, self.norms, strict=True):
            rows = self.activation(norm(layer(rows)))
        return last(rows).unflatten(0, x.shape[:-1])


class DemonstrationEncoder(nn.Module):
    """SMILe's: every step of a demonstration is read, the steps averaged, demonstrations added up.

    A sum, for more demonstrations should tell more. Normalisation sees the steps under the mask,
    too, while training; they are of demonstrations of the same task that are merely not shown, or,
    where one was short, its own steps again.
    Xavier's initial weights, where the official code has torch's.
    """

    def __init__(
        self,
        inputs: int,
        read: Sequence[int],  # hidden sizes, then that of what is added up
        merged: Sequence[int],
        context: int,
        generator: torch.Generator,
    ):
        super().__init__()
        self.read = NormalisedMLP([inputs, *read], generator)
        self.merge = NormalisedMLP([read[-1], *merged, 2 * context], generator)

    def forward(
        self,
        steps: Float[Tensor, "task demo time inputs"],
        mask: Float[Tensor, "task demo time"],  # 1 where there is a step, of a demo that is shown
    ) -> tuple[Float[Tensor, "task context"], Float[Tensor, "task context"]]:
        """Mean and log-std of every task's context."""
        lasting = mask.sum(-1, keepdim=True).clamp_min(1)
        share = (mask / lasting).unsqueeze(-1)
        mean, log_std = self.merge((self.read(steps) * share).sum((1, 2))).chunk(2, -1)
        return mean, log_std + INITIAL_LOG_STD


class PosteriorEncoder(nn.Module):
    """PEARL's: every transition is a Gaussian opinion of the context, and opinions multiply.

    The prior N(0, 1) is what is left where there is no transition; it is no factor otherwise.
    """

    def __init__(
        self, inputs: int, hidden: Sequence[int], context: int, generator: torch.Generator
    ):
        super().__init__()
        self.net = MLP([inputs, *hidden, 2 * context], generator)

    def forward(
        self,
        transitions: Float[Tensor, "task sample inputs"],
        mask: Float[Tensor, "task sample"],
    ) -> tuple[Float[Tensor, "task context"], Float[Tensor, "task context"]]:
        """Mean and log-std of every task's context; transitions of mask 0 do not count."""
        mean, raw = self.net(transitions).chunk(2, -1)
        variance = F.softplus(raw).clamp_min(MIN_VARIANCE)
        return gaussian.product(mean, variance, mask)
