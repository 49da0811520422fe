"""Two policies, one that explores and one that acts on what was found, tied by an embedding."""

import torch
from torch import Tensor, nn
from torch.func import functional_call

from remeta.core.weights import Weights, module_weights
from remeta.nets.policy import MLP, Policy, Shape, joined


class ExploringPolicy(Policy):
    """`explore` sees the state, `exploit` also the embedding, `predict` state, action, embedding.

    As a policy it is `exploit`. Of stacked weights only the embedding need be: [task, number].
    """

    def __init__(self, shape: Shape, embedding: int, generator: torch.Generator):
        super().__init__()
        self.exploit = shape.gaussian(generator, more_inputs=embedding)
        self.explore = shape.gaussian(generator)
        sizes = [shape.obs_size + shape.act_size + embedding, *shape.hidden, 1]
        self.predict = MLP(sizes, generator, shape.activation)
        bound = (6 / (1 + embedding)) ** 0.5  # Xavier's, of a row of as many numbers
        start = torch.empty(embedding).uniform_(-bound, bound, generator=generator)
        self.embedding = nn.Parameter(start)

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-std of what `exploit` does in observations [..., obs]."""
        return self.exploit(joined(self.embedding, obs))

    def explore_distribution(self, weights: Weights, obs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-std of what `explore` does in observations [..., obs]."""
        return self.explore.distribution(module_weights(weights, "explore"), obs)

    def prediction(self, weights: Weights, obs: Tensor, act: Tensor) -> Tensor:
        """A number for every step, as `predict` with these weights has it."""
        inputs = joined(weights["embedding"], obs, act)
        return functional_call(self.predict, module_weights(weights, "predict"), (inputs,)).squeeze(
            -1
        )
