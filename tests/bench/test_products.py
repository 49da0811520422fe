import pytest
import torch
from torch.testing import assert_close

from remeta.bench.ground import Ground, Sizes
from remeta.bench.products import Products, imitating, loop


@pytest.fixture
def running(settings):
    return Ground(settings, "smile_table1", Sizes(tasks=3, episodes=1, horizon=40))


def test_every_product_is_remembered_and_made_again_and_nothing_else_is(generator):
    """Two of a layer's forward pass and its backward one: by the weights, and by what it saw."""
    x, weight = torch.randn(5, 4, generator=generator), torch.randn(4, 3, generator=generator)
    x, weight = x.requires_grad_(), weight.requires_grad_()
    with Products() as products:
        (x @ weight).relu().sum().backward()
    assert len(products.calls) == 3
    assert_close(products.calls[0](), (x @ weight).detach())
    assert_close(products.calls[-1](), products.calls[-1]())
    with Products() as more:
        products.again()
    assert len(more.calls) == 3


def test_the_loop_learns_in_all_that_learns_and_is_judged_by_its_ratio(running):
    update = loop(running)
    method = update.func.__self__
    nets = method.watcher.encoder, method.adversary.net, method.sac.actor, method.sac.critic
    before = [[value.clone() for value in net.parameters()] for net in nets]
    update()
    for net, old in zip(nets, before, strict=True):
        moved = [not torch.equal(new, was) for new, was in zip(net.parameters(), old, strict=True)]
        assert any(moved)
    entry = imitating(running, 1)
    assert entry.name == "smile_loop" and entry.ours > 0 and entry.target == "ratio <= 1.4"
