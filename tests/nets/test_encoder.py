import copy
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch.testing import assert_close

from remeta.nets.encoder import (
    INITIAL_LOG_STD,
    DemonstrationEncoder,
    NormalisedMLP,
    PosteriorEncoder,
)

TASKS, DEMOS, TIME, INPUTS, CONTEXT = 3, 4, 6, 5, 2


def drawn(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def reader(generator) -> DemonstrationEncoder:
    """An encoder in use, whose statistics are those of some batches."""
    maker = torch.Generator().manual_seed(0)
    made = DemonstrationEncoder(INPUTS, (7, 6), (5,), CONTEXT, maker).double()
    for _ in range(3):
        made(1 + 2 * drawn(generator, TASKS, DEMOS, TIME, INPUTS), torch.ones(TASKS, DEMOS, TIME))
    return made.eval()


def some(generator):
    """Demonstrations of different lengths, of which not all are shown."""
    steps, mask = drawn(generator, TASKS, DEMOS, TIME, INPUTS), torch.ones(TASKS, DEMOS, TIME)
    mask[0, 1, 3:] = 0
    mask[1, 2:] = 0
    return steps, mask.double()


def by_hand(made, steps, mask):
    """Step by step: means over time, sums over demonstrations."""
    total = []
    for task in range(TASKS):
        summary = 0.0
        for demo in range(DEMOS):
            lasting = int(mask[task, demo].sum())
            if lasting:
                summary = summary + made.read(steps[task, demo, :lasting]).mean(0)
        total.append(summary)
    mean, log_std = made.merge(torch.stack(total)).chunk(2, -1)
    return mean, log_std + INITIAL_LOG_STD


def test_steps_are_averaged_and_demonstrations_added_up(generator):
    made, (steps, mask) = reader(generator), some(generator)
    for ours, theirs in zip(made(steps, mask), by_hand(made, steps, mask), strict=True):
        assert_close(ours, theirs)


def test_what_is_under_the_mask_does_not_matter(generator):
    made, (steps, mask) = reader(generator), some(generator)
    other = torch.where(mask.unsqueeze(-1) > 0, steps, 100 * drawn(generator, *steps.shape))
    assert_close(made(other, mask), made(steps, mask))
    fewer = made(steps[:, :2], mask[:, :2])
    assert_close(fewer[0][1], made(steps, mask)[0][1])


def test_neither_the_order_of_demonstrations_nor_that_of_steps_matters(generator):
    made, (steps, mask) = reader(generator), some(generator)
    demo, time = torch.randperm(DEMOS, generator=generator), torch.randperm(TIME)
    assert_close(made(steps[:, demo], mask[:, demo]), made(steps, mask))
    assert_close(made(steps[:, :, time], mask[:, :, time]), made(steps, mask))
    assert not torch.equal(made(steps.flip(0), mask.flip(0))[0], made(steps, mask)[0])


def test_more_demonstrations_tell_more_and_not_the_same(generator):
    """A sum, no mean: the same demonstration twice is another summary."""
    made, (steps, mask) = reader(generator), some(generator)
    once, twice = (made(steps[:, [0] * n], mask[:, [0] * n])[0] for n in (1, 2))
    assert (once - twice).abs().min() > 0


def test_normalised_rows_have_the_statistics_that_it_says(generator):
    made = NormalisedMLP([INPUTS, 7, 2], torch.Generator().manual_seed(0)).double()
    x = 3 + 2 * drawn(generator, 4, 50, INPUTS)
    first, last = made.layers
    rows = F.linear(x.flatten(0, 1), first.weight, first.bias)
    scaled = (rows - rows.mean(0)) / (rows.var(0, correction=0) + 1e-5).sqrt()
    expected = F.linear(F.relu(scaled), last.weight, last.bias).unflatten(0, (4, 50))
    assert_close(made(x), expected)
    made.eval()
    assert (made(x) - expected).abs().max() > 0.1  # by what is known so far, which is one batch


def test_what_is_learned_of_statistics_is_no_use_to_the_net_that_only_looks(generator):
    made, (steps, mask) = reader(generator), some(generator)
    before = copy.deepcopy(made.state_dict())
    made(steps, mask)
    assert_close(dict(made.state_dict()), dict(before), rtol=0, atol=0)
    made.train()(steps, mask)
    assert (made.read.norms[0].running_mean != before["read.norms.0.running_mean"]).all()


def posterior() -> PosteriorEncoder:
    return PosteriorEncoder(INPUTS, (7,), CONTEXT, torch.Generator().manual_seed(0)).double()


def test_opinions_of_transitions_multiply(generator):
    made, steps = posterior(), drawn(generator, TASKS, TIME, INPUTS)
    mean, log_std = made(steps, torch.ones(TASKS, TIME))
    opinion, raw = made.net(steps).chunk(2, -1)
    precision = 1 / F.softplus(raw)
    assert_close(torch.exp(-2 * log_std), precision.sum(1))
    assert_close(mean, (opinion * precision).sum(1) / precision.sum(1))


def test_a_posterior_knows_no_order_and_nothing_that_is_masked(generator):
    made, steps = posterior(), drawn(generator, TASKS, TIME, INPUTS)
    mask = (torch.rand(TASKS, TIME, generator=generator) > 0.4).double()
    order = torch.randperm(TIME, generator=generator)
    expected = made(steps, mask)
    assert_close(made(steps[:, order], mask[:, order]), expected)
    other = torch.where(mask.unsqueeze(-1) > 0, steps, 9 * steps + 1)
    assert_close(made(other, mask), expected)


def test_a_posterior_of_more_is_never_less_certain_and_of_nothing_the_prior(generator):
    made, steps = posterior(), drawn(generator, TASKS, TIME, INPUTS)
    spreads = [
        made(steps, (torch.arange(TIME) < n).expand(TASKS, -1).double())[1] for n in range(1, 7)
    ]
    assert all((b < a).all() for a, b in pairwise(spreads))
    mean, log_std = made(steps, torch.zeros(TASKS, TIME))
    assert (mean == 0).all() and (log_std == 0).all()
