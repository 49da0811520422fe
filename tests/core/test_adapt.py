import torch
from torch.func import grad, vmap
from torch.testing import assert_close

from remeta.core.adapt import adapt, descend
from tests.core.differences import assert_slope, noise_like

LIKE = {"a": torch.zeros(2, dtype=torch.float64), "b": torch.zeros(3, dtype=torch.float64)}


def bowl(weights, drew, trial):
    """A loss whose slope in every weight depends on the other, on the trial, and on who drew."""
    inside = weights["a"].sum() * weights["b"].square().sum() + (weights["a"] ** 3).sum()
    return trial * inside * torch.cos(drew["a"].sum() + drew["b"].prod())


def test_a_step_goes_against_the_gradient_with_whoever_drew_held_fixed(generator):
    weights, trial = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)
    slope = grad(lambda w: bowl(w, weights, trial))(weights)
    stepped = descend(bowl, weights, trial, 0.1)
    assert_close(stepped, {n: weights[n] - 0.1 * slope[n] for n in weights})


def test_meta_gradients_pass_through_the_step_and_through_who_drew(generator):
    weights, trial = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)

    def after(start):
        moved = descend(bowl, start, trial, 0.1)
        return (moved["a"].exp()).sum() + moved["b"].sin().sum()

    assert_slope(after, weights, grad(after)(weights), generator)


def test_only_what_is_named_moves(generator):
    weights, trial = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)
    everything = descend(bowl, weights, trial, 0.1)
    some = descend(bowl, weights, trial, 0.1, only=["b"])
    assert_close(some["a"], weights["a"], rtol=0, atol=0)
    assert_close(some["b"], everything["b"])
    assert (some["b"] != weights["b"]).all()


def test_every_parameter_may_have_its_own_rate(generator):
    weights, trial = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)
    rates = {"a": torch.tensor([0.1, 0.0], dtype=torch.float64), "b": 0.3}
    stepped = descend(bowl, weights, trial, rates)
    fast, slow = (descend(bowl, weights, trial, rate) for rate in (0.3, 0.1))
    assert_close(stepped["b"], fast["b"])
    assert_close(stepped["a"][0], slow["a"][0])
    assert_close(stepped["a"][1], weights["a"][1])


def test_rates_can_be_learned(generator):
    weights, trial = noise_like(LIKE, generator), torch.tensor(0.7, dtype=torch.float64)

    def after(rates):
        return descend(bowl, weights, trial, rates)["a"].exp().sum()

    rates = {name: torch.full_like(value, 0.1) for name, value in weights.items()}
    assert_slope(after, rates, grad(after)(rates), generator)


def test_adaptation_is_one_step_for_every_trial_from_where_the_last_one_ended(generator):
    weights = noise_like(LIKE, generator)
    trials = torch.tensor([0.7, -0.4, 0.2], dtype=torch.float64)
    by_hand = weights
    for trial in trials:
        slope = grad(lambda w, drew=by_hand, t=trial: bowl(w, drew, t))(by_hand)
        by_hand = {name: by_hand[name] - 0.1 * slope[name] for name in by_hand}
    assert_close(adapt(bowl, weights, list(trials), 0.1), by_hand)
    assert_close(adapt(bowl, weights, [], 0.1), weights, rtol=0, atol=0)


def test_all_tasks_at_once_adapt_like_one_after_the_other(generator):
    weights = noise_like(LIKE, generator)
    trials = torch.randn(4, generator=generator, dtype=torch.float64)
    together = vmap(lambda trial: adapt(bowl, weights, [trial, trial], 0.1))(trials)
    for task, trial in enumerate(trials):
        alone = adapt(bowl, weights, [trial, trial], 0.1)
        assert_close({n: v[task] for n, v in together.items()}, alone)
