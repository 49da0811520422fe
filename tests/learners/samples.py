"""Learners of a size at which their losses can be written out, and transitions for them."""

from typing import Any

import torch
from torch import Tensor

from remeta.learners import adversary, clone, sac

OBS, ACT, TASKS, ROWS, CONTEXT = 3, 2, 3, 5, 4

SAC = {
    "hidden": [7, 6],
    "rate": 0.01,
    "momentum": 0.9,
    "discount": 0.9,
    "polyak": 0.1,
    "reward_scale": 3.0,
    "temperature": 0.3,
    "target_entropy": -0.5,
    "min_log_std": -5.0,
    "regularisation": 0.0,
}
ADVERSARY = {
    "hidden": [7, 6],
    "activation": "tanh",
    "rate": 0.01,
    "momentum": 0.5,
    "bound": 10.0,
    "penalty": 2.0,
    "loss": "cross_entropy",
    "reward": "log_odds",
}
CLONE = {
    "hidden": [7, 6],
    "rate": 0.01,
    "momentum": 0.9,
    "min_log_std": -5.0,
    "loss": "squared_error",
}


def maker(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def doubled(learner: Any) -> Any:
    for name in learner.NETS:
        getattr(learner, name).double()
    return learner


def a_sac(more: int = 0, seed: int = 0, **changes: Any) -> sac.SAC:
    return doubled(sac.SAC(sac.Params(**SAC | changes), OBS + more, ACT, maker(seed)))


def an_adversary(sees="state_action", more: int = 0, seed: int = 0, **changes: Any):
    params = adversary.Params(**ADVERSARY | changes)
    sizes = {"obs": OBS, "act": ACT}
    return doubled(adversary.Adversary(params, sees, sizes, maker(seed), more))


def a_clone(more: int = 0, seed: int = 0, **changes: Any) -> clone.Clone:
    return doubled(clone.Clone(clone.Params(**CLONE | changes), OBS + more, ACT, maker(seed)))


def transitions(generator: torch.Generator, *shape: int) -> dict[str, Tensor]:
    def drawn(size: int) -> Tensor:
        return torch.randn(*shape, size, generator=generator, dtype=torch.float64)

    return {
        "obs": drawn(OBS),
        "next_obs": drawn(OBS),
        "act": torch.tanh(drawn(ACT)),
        "reward": drawn(1),
        "done": (drawn(1) > 0.5).double(),
    }


def weights_of(learner: Any) -> dict[str, Tensor]:
    """All its nets, as they are."""
    return {
        f"{net}.{name}": value.detach().clone()
        for net in learner.NETS
        for name, value in getattr(learner, net).state_dict().items()
    }
