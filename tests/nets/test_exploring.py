import torch
from torch.testing import assert_close

from remeta.core.weights import stacked
from remeta.nets.exploring import ExploringPolicy
from remeta.nets.policy import GaussianPolicy, Shape
from tests.core.differences import noise_like

OBS, ACT, TASKS, EPISODES, NUMBERS = 3, 2, 4, 4, 5
SHAPE = Shape(OBS, ACT, (6, 5), -9.0, "tanh")


def policy(seed=0):
    return ExploringPolicy(SHAPE, NUMBERS, torch.Generator().manual_seed(seed)).double()


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def net(weights, module, x):
    """Affine maps with tanh between."""
    for layer in range(3):
        weight, bias = (weights[f"{module}.layers.{layer}.{part}"] for part in ("weight", "bias"))
        x = x @ weight.T + bias
        x = x if layer == 2 else x.tanh()
    return x


def test_who_exploits_sees_the_embedding_and_who_explores_does_not(generator):
    ours, obs = policy(), drawn(generator, 6, OBS)
    act, weights = drawn(generator, 6, ACT), noise_like(ours.initial_weights(), generator)
    z = weights["embedding"].expand(6, -1)
    exploit, spread = ours.distribution(weights, obs)
    assert_close(exploit, net(weights, "exploit.mean", torch.cat([obs, z], -1)))
    assert_close(spread, weights["exploit.log_std"])
    explore, spread = ours.explore_distribution(weights, obs)
    assert_close(explore, net(weights, "explore.mean", obs))
    assert_close(spread, weights["explore.log_std"])
    seen = torch.cat([obs, act, z], -1)
    assert_close(ours.prediction(weights, obs, act), net(weights, "predict", seen).squeeze(-1))


def test_every_task_acts_by_its_own_embedding_or_by_weights_all_its_own(generator):
    ours, obs = policy(), drawn(generator, TASKS, EPISODES, OBS)
    shared = noise_like(ours.initial_weights(), generator)
    own = shared | {"embedding": drawn(generator, TASKS, NUMBERS)}
    mean, log_std = ours.distribution(own, obs)
    everything = stacked(shared, TASKS) | {"embedding": own["embedding"]}
    again, same = ours.distribution(everything, obs)
    assert_close(again, mean)
    assert_close(same.expand_as(mean), log_std.expand_as(mean))
    explore, _ = ours.explore_distribution(everything, obs)
    assert_close(explore, ours.explore_distribution(shared, obs)[0])
    for task in range(TASKS):
        alone = shared | {"embedding": own["embedding"][task]}
        assert_close(mean[task], ours.distribution(alone, obs[task])[0])


def test_an_embedding_starts_within_xaviers_bound_and_nets_unlike_one_another():
    ours = ExploringPolicy(SHAPE, 400, torch.Generator().manual_seed(0))
    start, bound = ours.initial_weights(), (6 / 401) ** 0.5
    assert 0.95 * bound < start["embedding"].abs().max() <= bound
    assert set(start) == set(dict(ours.named_parameters()))
    first, second = (start[f"{who}.mean.layers.1.weight"] for who in ("explore", "exploit"))
    assert (first != second).all()


def test_a_shape_makes_the_policy_it_describes():
    made = SHAPE.gaussian(torch.Generator().manual_seed(1))
    rest = SHAPE.hidden, SHAPE.min_log_std, torch.Generator().manual_seed(1), SHAPE.activation
    assert_close(
        made.initial_weights(), GaussianPolicy(OBS, ACT, *rest).initial_weights(), rtol=0, atol=0
    )


def test_the_bend_of_a_policy_is_that_of_its_name(generator):
    obs = drawn(generator, 6, OBS)
    for activation, function in (("relu", torch.relu), ("tanh", torch.tanh)):
        maker = torch.Generator().manual_seed(0)
        ours = GaussianPolicy(OBS, ACT, (6,), -9.0, maker, activation).double()
        w = noise_like(ours.initial_weights(), generator)
        hidden = function(obs @ w["mean.layers.0.weight"].T + w["mean.layers.0.bias"])
        expected = hidden @ w["mean.layers.1.weight"].T + w["mean.layers.1.bias"]
        assert_close(ours.distribution(w, obs)[0], expected)
