"""Methods that own modules and optimisers go on after a kill as if there had been none."""

import json

import pytest
import torch
from torch import nn

from remeta.pipeline.resume.trees import pack, unpack


class Owner:
    """Regression on noise, by a normalised net whose rate decays."""

    def __init__(self, optimiser):
        self.generator = torch.Generator().manual_seed(0)
        self.net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
        for value in self.net.parameters():
            nn.init.normal_(value, generator=self.generator)
        first, second = self.net[0].parameters(), self.net[2].parameters()
        self.optimiser = optimiser([{"params": first}, {"params": second, "lr": 0.2}], lr=0.1)

    def step(self):
        for group in self.optimiser.param_groups:
            group["lr"] *= 0.9
        rows = torch.randn(8, 3, generator=self.generator)
        self.optimiser.zero_grad()
        (self.net(rows) - 1).square().mean().backward()
        self.optimiser.step()

    def content(self):
        return [value.numpy().tobytes() for value in self.net.state_dict().values()]


def kept(owner):
    """As a checkpoint has it, through JSON."""
    tensors = {}
    tree = pack(vars(owner), "owner", tensors)
    return json.loads(json.dumps(tree)), {name: value.clone() for name, value in tensors.items()}


@pytest.mark.parametrize(
    "optimiser",
    [
        torch.optim.Adam,
        lambda groups, lr: torch.optim.Adam(groups, lr, (0.25, 0.9), fused=True),
        lambda groups, lr: torch.optim.SGD(groups, lr, momentum=0.5),
    ],
)
@pytest.mark.parametrize("before", [0, 3])
def test_who_was_killed_and_resumed_comes_to_the_same_bytes(optimiser, before):
    unhurt, killed, resumed = Owner(optimiser), Owner(optimiser), Owner(optimiser)
    for _ in range(before):
        unhurt.step(), killed.step()
    tree, tensors = kept(killed)
    vars(resumed).update(unpack(tree, vars(resumed), tensors))
    for owner in (unhurt, resumed):
        for _ in range(4):
            owner.step()
    assert resumed.content() == unhurt.content() != killed.content()
    assert kept(resumed)[0] == kept(unhurt)[0]


def test_a_module_that_is_restored_stays_that_of_its_optimiser():
    owner = Owner(torch.optim.Adam)
    tree, tensors = kept(owner)
    net = owner.net
    vars(owner).update(unpack(tree, vars(owner), tensors))
    assert owner.net is net
    before = owner.content()
    owner.step()
    assert owner.content() != before
