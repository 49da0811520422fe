import numpy as np
import torch
from torch.testing import assert_close

from remeta.core.search import Scaling, perturbed, search_step

DIRECTIONS = 6


def sample(generator):
    weights = {
        "a": torch.randn(2, 3, generator=generator),
        "b": torch.randn(2, generator=generator),
    }
    directions = {
        name: torch.randn(DIRECTIONS, *value.shape, generator=generator)
        for name, value in weights.items()
    }
    return weights, directions


def test_policies_lie_along_the_directions_and_then_against_them(generator):
    weights, directions = sample(generator)
    found = perturbed(weights, directions, 0.1)
    for name, value in found.items():
        for k in range(DIRECTIONS):
            assert_close(value[k], weights[name] + 0.1 * directions[name][k])
            assert_close(value[DIRECTIONS + k], weights[name] - 0.1 * directions[name][k])


def test_a_step_is_that_of_the_paper(generator):
    weights, directions = sample(generator)
    returns = torch.randn(2 * DIRECTIONS, generator=generator)
    found = search_step(weights, directions, returns, 4, 0.5)
    pairs = [(float(returns[k]), float(returns[DIRECTIONS + k])) for k in range(DIRECTIONS)]
    best = sorted(range(DIRECTIONS), key=lambda k: -max(pairs[k]))[:4]
    spread = np.std([earned for k in best for earned in pairs[k]])
    for name, value in weights.items():
        step = sum((pairs[k][0] - pairs[k][1]) * directions[name][k] for k in best)
        assert_close(found[name], value + 0.5 / (4 * spread) * step)


def test_returns_in_another_currency_lead_to_the_same_step(generator):
    weights, directions = sample(generator)
    returns = torch.randn(2 * DIRECTIONS, generator=generator)
    one, other = (search_step(weights, directions, r, 4, 0.5) for r in (returns, 100 * returns - 7))
    assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_where_all_earn_the_same_nothing_moves(generator):
    weights, directions = sample(generator)
    assert_close(search_step(weights, directions, torch.ones(12), 4, 0.5), weights)


def test_on_a_slope_the_step_climbs_along_the_gradient(generator):
    """Of many directions, the mean of (r+ - r-) delta is 2 noise times the gradient."""
    weights = {"a": torch.zeros(3)}
    directions = {"a": torch.randn(20_000, 3, generator=generator)}
    slope = torch.tensor([1.0, -2.0, 0.5])
    returns = perturbed(weights, directions, 0.1)["a"] @ slope
    step = search_step(weights, directions, returns, 20_000, 1.0)["a"]
    # sigma is noise times the slope's length, so the step is 2 slope / |slope|
    assert_close(step, 2 * slope / slope.norm(), atol=0.05, rtol=0)


def test_scales_do_not_depend_on_how_observations_were_cut_up(rng):
    rows = torch.from_numpy(rng.normal(3, [1, 5, 0.1], (60, 3)))
    whole = Scaling.zeros(3).updated(rows)
    cut = Scaling.zeros(3)
    for part in rows.split([1, 20, 39]):
        cut = cut.updated(part)
    for scaling in (whole, cut):
        assert_close(scaling.mean, rows.mean(0))
        assert_close(1 / scaling.scale, rows.std(0, correction=0))
        assert scaling.count == 60


def test_what_never_varied_keeps_its_scale():
    assert_close(Scaling.zeros(2).scale, torch.ones(2).double())
    still = Scaling.zeros(2).updated(torch.full((9, 2), 4.0))
    assert_close(still.scale, torch.ones(2).double())
    assert_close(still.mean, torch.full((2,), 4.0).double())
