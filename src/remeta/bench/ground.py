"""What is measured on: a panel's world, policy and methods as params.yaml has them, at any size."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta import methods
from remeta.core.weights import Weights, stacked
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.nets.policy import GaussianPolicy
from remeta.papers.registry import panel_named
from remeta.pipeline.panels import shape_of, untrained_policy
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings.params import Settings
from remeta.tasks import families

SEED = 0


@dataclass(frozen=True)
class Sizes:
    tasks: int
    episodes: int
    horizon: int


@dataclass(frozen=True)
class Ground:
    """Everything here comes from one seed: the same tasks, weights and noise whenever asked."""

    settings: Settings
    panel: str
    sizes: Sizes

    @cached_property
    def world(self) -> World:
        """Without exploration inputs, which no other side has."""
        return World(families.build(panel_named(self.panel).family), self.sizes.horizon)

    @cached_property
    def policy(self) -> GaussianPolicy:
        return untrained_policy(self.settings, panel_named(self.panel), self.world, "random", SEED)

    @cached_property
    def tasks(self) -> Float[ndarray, "task _"]:
        return self.world.family.draw(self.rng(), self.sizes.tasks)

    def rng(self) -> np.random.Generator:
        return stream(SEED, "bench", self.panel)

    def practice(self) -> Practice:
        size = self.sizes
        return Practice(self.world, self.tasks, None, size.tasks, size.episodes, self.rng())

    def own_weights(self) -> Weights:
        """Weights of its own for every task, as after adaptation."""
        generator, start = torch_stream(SEED, "bench"), self.policy.initial_weights()
        return {
            name: value + 0.01 * value.new_empty(value.shape).normal_(generator=generator)
            for name, value in stacked(start, self.sizes.tasks).items()
        }

    def method(self, run: str, trust_region: dict[str, Any] | None = None, **sizes: int) -> Any:
        """A fresh method with the panel's parameters; sizes and trust region may be changed."""
        panel = panel_named(self.panel)
        values: dict[str, Any] = self.settings.panel_params(panel).runs[run]
        beside = ("policy", "demos", "every")  # what a method is handed, and no number of its own
        values = {key: value for key, value in values.items() if key not in beside} | sizes
        if trust_region:
            values["trust_region"] = values["trust_region"] | trust_region
        params = methods.params_of(values, f"params.yaml: hp.panels.{self.panel}.runs.{run}")
        shape = shape_of(self.settings, panel, self.world, run)
        return methods.build(params, shape, self.practice, torch_stream(SEED, "policy"))
