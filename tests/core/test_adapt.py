import torch
from torch.func import grad, vmap
from torch.testing import assert_close

from remeta.core.adapt import adapt, gradient_step
from tests.core.differences import assert_gradient, noise_like

LIKE = {"a": torch.zeros(2, dtype=torch.float64), "b": torch.zeros(3, dtype=torch.float64)}


def bowl(weights, sampler, batch):
    """A loss whose gradient depends on the other weights, on the batch, and on who sampled it."""
    inside = weights["a"].sum() * weights["b"].square().sum() + (weights["a"] ** 3).sum()
    return batch * inside * torch.cos(sampler["a"].sum() + sampler["b"].prod())


def test_a_step_goes_against_the_gradient_with_whoever_drew_held_fixed(generator):
    weights, batch = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)
    gradient = grad(lambda w: bowl(w, weights, batch))(weights)
    stepped = gradient_step(bowl, weights, batch, 0.1)
    assert_close(stepped, {n: weights[n] - 0.1 * gradient[n] for n in weights})


def test_meta_gradients_pass_through_the_step_and_through_who_drew(generator):
    weights, batch = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)

    def after(start):
        moved = gradient_step(bowl, start, batch, 0.1)
        return (moved["a"].exp()).sum() + moved["b"].sin().sum()

    assert_gradient(after, weights, grad(after)(weights), generator)


def test_only_what_is_named_moves(generator):
    weights, batch = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)
    everything = gradient_step(bowl, weights, batch, 0.1)
    some = gradient_step(bowl, weights, batch, 0.1, only=["b"])
    assert_close(some["a"], weights["a"], rtol=0, atol=0)
    assert_close(some["b"], everything["b"])
    assert (some["b"] != weights["b"]).all()


def test_every_parameter_may_have_its_own_rate(generator):
    weights, batch = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)
    rates = {"a": torch.tensor([0.1, 0.0], dtype=torch.float64), "b": 0.3}
    stepped = gradient_step(bowl, weights, batch, rates)
    fast, slow = (gradient_step(bowl, weights, batch, rate) for rate in (0.3, 0.1))
    assert_close(stepped["b"], fast["b"])
    assert_close(stepped["a"][0], slow["a"][0])
    assert_close(stepped["a"][1], weights["a"][1])


def test_rates_can_be_learned(generator):
    weights, batch = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)

    def after(rates):
        return gradient_step(bowl, weights, batch, rates)["a"].exp().sum()

    rates = {name: torch.full_like(value, 0.1) for name, value in weights.items()}
    assert_gradient(after, rates, grad(after)(rates), generator)


def test_adaptation_is_one_step_for_every_trial_from_where_the_last_one_ended(generator):
    weights = noise_like(LIKE, generator)
    batches = torch.tensor([0.7, -0.4, 0.2], dtype=torch.float64)
    by_hand = weights
    for batch in batches:
        gradient = grad(lambda w, sampler=by_hand, t=batch: bowl(w, sampler, t))(by_hand)
        by_hand = {name: by_hand[name] - 0.1 * gradient[name] for name in by_hand}
    assert_close(adapt(bowl, weights, list(batches), 0.1), by_hand)
    assert_close(adapt(bowl, weights, [], 0.1), weights, rtol=0, atol=0)


def test_all_tasks_at_once_adapt_like_one_after_the_other(generator):
    weights = noise_like(LIKE, generator)
    batches = torch.randn(4, generator=generator, dtype=torch.float64)
    together = vmap(lambda batch: adapt(bowl, weights, [batch, batch], 0.1))(batches)
    for task, batch in enumerate(batches):
        alone = adapt(bowl, weights, [batch, batch], 0.1)
        assert_close({n: v[task] for n, v in together.items()}, alone)
