"""A policy that sees: convolutions, where each of their maps is brightest, and then as others."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor, nn
from torch.func import functional_call, vmap

from remeta.core.episodes import Sight
from remeta.core.weights import Weights, module_weights
from remeta.nets.biased import BiasedPolicy
from remeta.nets.policy import Shape

MAPS = 16
LAYERS = ((5, 3, (1, 2)), (3, 3, (1, 1)), (3, 1, (1, 1)))  # kernel, stride, margin of each
POINTS = 2 * MAPS  # numbers that come of a picture
SMALL = 0.01  # deviation of all weights but those of convolutions, at first
EYE = "eye"

Pictures = UInt8[Tensor, "*batch height width colour"]


@dataclass(frozen=True)
class SeeingShape(Shape):
    """Beside a picture only the first `obs_size` numbers of an observation are seen."""

    def gaussian(self, generator: torch.Generator, more_inputs: int = 0) -> "VisionPolicy":
        assert not more_inputs
        return VisionPolicy(self, 0, generator)


class Convolution(nn.Conv2d):
    """Kernels are shared, or with stacked weights [task, ...] there is a set for each task."""

    def forward(self, input: Tensor) -> Tensor:
        """Maps [row, out, height, width] or, with stacked weights, [task, row, ...]."""
        if self.weight.ndim == 4:
            return super().forward(input)
        return vmap(self._conv_forward)(input, self.weight, self.bias)


class Eye(nn.Module):
    """Three layers of kernels with rectifiers, and of the last one's maps where they are bright.

    Xavier-uniform kernels, zero biases.
    """

    def __init__(self, generator: torch.Generator):
        super().__init__()
        self.layers = nn.ModuleList()
        for (size, stride, margin), inputs in zip(LAYERS, (3, MAPS, MAPS), strict=True):
            layer = Convolution(inputs, MAPS, size, stride, margin)
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
            self.layers.append(layer)

    def forward(self, image: Pictures) -> Float[Tensor, "*batch points"]:
        """Two numbers for every map."""
        first: Tensor = self.layers[0].weight  # type: ignore[assignment]
        tasks = first.ndim - 4  # 1 if there are kernels for each
        maps = image.flatten(tasks, -4).movedim(-1, -3).to(first.dtype) / 255
        for layer in self.layers:
            maps = F.relu(layer(maps))
        return soft_argmax(maps).unflatten(-2, image.shape[tasks:-3])


def soft_argmax(maps: Float[Tensor, "*batch map row column"]) -> Float[Tensor, "*batch point"]:
    """Where each map is bright on average, by softmax: its columns, then its rows, in [-1, 1]."""
    rows, columns = maps.shape[-2:]
    weight = maps.flatten(-2).softmax(-1).unflatten(-1, (rows, columns))
    across = weight.sum(-2) @ torch.linspace(-1, 1, columns, dtype=maps.dtype)
    down = weight.sum(-1) @ torch.linspace(-1, 1, rows, dtype=maps.dtype)
    return torch.cat([across, down], -1)


class VisionPolicy(BiasedPolicy):
    """The head is as of other policies, on what the eye finds, some numbers, and z.

    The head's weights begin at N(0, 0.01^2), as in GMPS' official code. Adaptation moves the head
    and z; what there is to see is the same in all tasks, and the eye stays.
    """

    def __init__(self, shape: Shape, size: int, generator: torch.Generator):
        super().__init__(replace(shape, obs_size=POINTS + shape.obs_size), size, generator)
        self.eye, self.numbers = Eye(generator), shape.obs_size
        for layer in self.mean.layers:
            nn.init.normal_(layer.weight, 0.0, SMALL, generator=generator)  # type: ignore[arg-type]

    @property
    def head(self) -> tuple[str, ...]:
        return tuple(f"mean.{name}" for name, _ in self.mean.named_parameters())

    @property
    def tuned(self) -> tuple[str, ...]:
        return *self.head, "bias"

    def forward(self, obs: Sight | Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-std in sights, or in what was found in them."""
        if isinstance(obs, Sight):
            obs = self._with_numbers(self.eye(obs.image), obs)
        return super().forward(obs)

    def look(self, weights: Weights, sight: Sight) -> Float[Tensor, "*batch found"]:
        """What is found in sights, all that the head sees of them."""
        points = functional_call(self.eye, module_weights(weights, EYE), (sight.image,))
        return self._with_numbers(points, sight)

    def _with_numbers(self, points: Tensor, sight: Sight) -> Tensor:
        return torch.cat([points, sight.obs[..., : self.numbers]], -1)
