"""Adaptation of a head: its gradients, and features that are found once instead of each time."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from torch.autograd import gradcheck
from torch.func import grad
from torch.testing import assert_close

from remeta.core import gaussian
from remeta.core.adapt import gradient_step
from remeta.core.episodes import Batch, Pictured, PicturedBatch, PicturedDemos
from remeta.core.returns import with_advantages
from remeta.core.weights import module_weights
from remeta.experience.inner import RATE
from remeta.frozen import Advice
from remeta.methods.gmps import GMPS
from remeta.nets.vision import SeeingShape, VisionPolicy
from tests.methods.samples import a_gmps, a_maml_with_rates, near, of_task

TASKS, EPISODES, TIME, SAMPLES, SIZE = 2, 2, 3, 4, (48, 64, 3)
SHAPE = SeeingShape(3, 2, (5, 4), -9.0, "tanh")


@pytest.fixture
def policy(generator) -> VisionPolicy:
    return VisionPolicy(SHAPE, 2, generator).double()


def images(generator, *shape: int) -> torch.Tensor:
    return torch.randint(0, 256, (*shape, *SIZE), dtype=torch.uint8, generator=generator)


def draw(generator, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.fixture
def support(policy, generator) -> PicturedBatch:
    grid = TASKS, EPISODES, TIME
    obs, act, seen = draw(generator, *grid, 6), draw(generator, *grid, 2), images(generator, *grid)
    parts = obs, act, draw(generator, *grid), torch.ones(*grid, dtype=torch.float64)
    batch = PicturedBatch(*parts, torch.zeros(*grid, dtype=torch.float64), seen)
    mean, log_std = policy.distribution(policy.initial_weights(), batch.seen)
    return replace(batch, log_prob=gaussian.log_prob(act, mean, log_std).detach())


@pytest.fixture
def demos(generator) -> PicturedDemos:
    obs, act = draw(generator, TASKS, SAMPLES, 6), draw(generator, TASKS, SAMPLES, 2)
    return PicturedDemos(obs, act, images(generator, TASKS, SAMPLES))


def by_sight(policy: VisionPolicy, **changes) -> GMPS:
    """Rates that make a difference, and weights that do."""
    return a_gmps(policy, **{"adapted": "head", "inner_rate": 0.3} | changes)


def start_of(method: GMPS, generator):
    return near(method.weights, generator)


def test_gradcheck_through_the_heads_adaptation(policy, support, demos, generator):
    method = by_sight(policy)
    start, task = start_of(method, generator), (of_task(support, 0), of_task(demos, 0))
    names = ["mean.layers.2.weight", "bias", f"{RATE}.mean.layers.2.bias", "eye.layers.2.bias"]

    def outer(*values: torch.Tensor) -> torch.Tensor:
        return method.outer_loss(start | dict(zip(names, values, strict=True)), *task)

    assert gradcheck(outer, [start[name].clone().requires_grad_() for name in names])


@pytest.mark.parametrize("correction", ["none", "per_step", "trajectory"])
def test_features_found_once_are_those_found_each_time(
    policy, support, demos, generator, correction
):
    """The loss and all its gradients, with the eye asked anew wherever the policy is."""
    method = by_sight(policy, correction=correction)
    start, one, shown = start_of(method, generator), of_task(support, 0), of_task(demos, 0)

    def each_time(start):
        rates, own = module_weights(start, RATE), method.inner.acting(start)
        adapted = gradient_step(method.inner_loss, own, one, rates, method.inner.moving)
        mean, log_std = policy.distribution(adapted, shown.seen)
        return (mean - shown.act).square().mean() + torch.exp(2 * log_std).mean()

    once = partial(method.outer_loss, support=one, demos=shown)
    assert_close(once(start), each_time(start))
    assert_close(grad(once)(start), grad(each_time)(start))


def test_the_eye_looks_once_at_what_the_head_adapts_to(policy, support, generator, monkeypatch):
    looks = []
    monkeypatch.setattr(policy.eye, "forward", partial(_counted, looks, policy.eye.forward))
    method = by_sight(policy, correction="trajectory")
    start = start_of(method, generator)
    method.inner.adapt(method.inner_loss, start, of_task(support, 0))
    assert len(looks) == 1
    batch = method.inner.looked(start, of_task(support, 0))
    assert type(batch) is Batch and batch.obs.shape == (EPISODES, TIME, 35)


def _counted(looks, forward, image):
    looks.append(len(image))
    return forward(image)


def test_an_eye_that_moves_is_asked_each_time(policy, support, generator):
    method = by_sight(policy, adapted="all")
    one = of_task(support, 0)
    assert method.inner.looked(method.weights, one) is one


def test_the_eye_and_the_spread_stay_and_all_else_moves(policy, support, generator):
    method = by_sight(policy)
    start = start_of(method, generator)
    adapted = method.inner.adapt(method.inner_loss, start, of_task(support, 0))
    same = {name for name, value in adapted.items() if torch.equal(value, start[name])}
    assert same == {n for n in adapted if n.startswith("eye.")} | {"log_std"}


def test_the_outer_step_moves_the_eye_by_both_of_its_ways(policy, support, demos, generator):
    """Through what is imitated, and through what the head adapts to."""
    method = by_sight(policy)
    start, one, shown = start_of(method, generator), of_task(support, 0), of_task(demos, 0)
    still = method.inner.looked(start, one)
    both, one_way = (
        grad(partial(method.outer_loss, support=batch, demos=shown))(start)
        for batch in (one, still)
    )
    assert both["eye.layers.0.weight"].abs().max() > 0
    assert not torch.allclose(both["eye.layers.0.weight"], one_way["eye.layers.0.weight"])
    assert_close(both["mean.layers.2.bias"], one_way["mean.layers.2.bias"])


def test_mamls_inner_step_is_the_same(policy, support, generator):
    guided, maml = by_sight(policy), a_maml_with_rates(policy, adapted="head", inner_rate=0.3)
    start = start_of(guided, generator)
    on = of_task(support, 0)
    sampled = replace(on, log_prob=policy.log_prob(guided.inner.acting(start), on.seen, on.act))
    assert_close(
        maml.adapt_one(start, sampled), guided.inner.adapt(guided.inner_loss, start, sampled)
    )


def test_advantages_of_pictures_have_no_baseline(generator):
    """They are rewards to go, standardised."""
    grid = TASKS, EPISODES, TIME
    zeros, reward = torch.zeros(grid), torch.randn(grid, generator=generator)
    rest = torch.randn(*grid, 6, generator=generator), torch.zeros(*grid, 2), reward, zeros + 1
    batch = with_advantages(Pictured(*rest, zeros, images(generator, *grid)), 1.0)
    to_go = reward.flip(-1).cumsum(-1).flip(-1).double()
    centred = to_go - to_go.mean((1, 2), keepdim=True)
    expected = centred / centred.square().mean((1, 2), keepdim=True).sqrt()
    assert_close(batch.advantage, expected.float(), rtol=1e-5, atol=1e-5)
    assert isinstance(batch, PicturedBatch)


def test_by_sight_experts_are_not_asked(policy, generator):
    params = by_sight(policy, aggregate_every=1).params
    with pytest.raises(Advice, match="by sight it has to be 0"):
        GMPS.build(params, SHAPE, None, generator)
