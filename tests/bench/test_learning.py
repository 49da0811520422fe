import pytest
import torch
from torch.func import grad, vmap
from torch.testing import assert_close
from torch.utils import _pytree as pytree

from remeta.bench import naive
from remeta.bench.learning import (
    batches,
    exploring,
    gradient_sides,
    imitation_step,
    naive_step,
    our_step,
    proximal,
    sampling_of,
    trust_region,
)
from remeta.core.batching import mean_gradient
from remeta.core.weights import flat


def exact(ground):
    """MAML in float64, where the two forms may differ by rounding only."""
    method = ground.method("maml", {"damping": 1e-3}, curvature_subsample=1)
    method.weights = {name: value.double() for name, value in method.weights.items()}
    return method, *pytree.tree_map(lambda leaf: leaf.double(), batches(ground))


def test_naive_and_shipped_gradients_are_one(point):
    method, trials, tests = exact(point)
    gradient, _ = mean_gradient(method.ascent.loss, method.weights, (trials, tests), size=4)
    plain = grad(lambda w: vmap(method.ascent.loss, (None, 0, 0))(w, trials, tests).mean())
    assert_close(flat(gradient), flat(plain(method.weights)), rtol=1e-6, atol=1e-9)


def test_naive_and_shipped_trust_region_steps_are_one(point):
    method, trials, tests = exact(point)
    before = flat(method.weights)
    plain = flat(naive.outer_step(method, trials, tests))
    metrics = method.trust_region_update(trials, tests)
    assert metrics["accepted"]
    assert (plain - before).norm() > 0
    assert_close(flat(method.weights) - before, plain - before, rtol=1e-4, atol=1e-8)


def test_naive_and_shipped_iterations_see_the_same_roll_outs(point):
    plain, shipped = (point.method("maml", curvature_subsample=1) for _ in range(2))
    ours, theirs = point.practice(), point.practice()
    shipped.meta_step(ours)
    naive.meta_step(plain, theirs)
    assert ours.counts.env_steps == theirs.counts.env_steps
    assert ours.rng.bit_generator.state == theirs.rng.bit_generator.state
    assert not torch.equal(flat(plain.weights), flat(plain.policy.initial_weights()))


def test_the_naive_side_leaves_the_chosen_precision(point):
    torch.set_float32_matmul_precision("medium")
    try:
        naive_step(point)
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_sides_of_the_imitation_step_see_equally_many_samples(point):
    trials, tests = batches(point)
    assert trials.mask.numel() == tests.mask.numel() == 6 * 3 * 11
    for side in gradient_sides(point).values():
        side()


def test_mame_is_measured_beside_the_samplings_that_it_makes(corner):
    both, practice = corner.practice(), corner.practice()
    corner.method("mame").meta_step(both)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(corner), "practice", lambda self: practice)
        sample = sampling_of(corner)
        before = practice.counts.env_steps
        sample()
    assert practice.counts.env_steps - before == both.counts.env_steps > 0
    entry = exploring(corner, 1)
    assert entry.name == "mame_point_corner" and entry.ratio.median > 0


def test_promp_is_measured_beside_maml_with_nets_of_its_own(corner):
    promp = corner.method("promp")
    maml = corner.method("maml-vpg", curvature_subsample=1)
    shapes = [method.weights["mean.layers.0.weight"].shape[0] for method in (promp, maml)]
    assert shapes == [64, 100]
    assert proximal(corner, 1).name == "promp_point_corner"


def test_learning_is_judged_by_its_ratios(point):
    our_step(point, every=2)
    names = [entry.name for entry in [*trust_region(point, 1), imitation_step(point, 1)]]
    assert names == [
        "trust_region_seconds",
        "trust_region",
        "trust_region_thin",
        "imitation_step",
    ]
