import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.learners.expert import ExpertTraining, Params, shaped
from remeta.tasks.point import Point
from tests.evidence import assert_better

HORIZON, ENV_STEPS = 6, 60
EXPERT = {
    "hidden": [8, 8], "rate": 3e-3, "discount": 0.9, "polyak": 0.02, "batch": 16, "rows": 4,
    "updates": 3, "warm_up": 16, "target_entropy": -1.0, "progress": 0.0, "closeness": 0.0,
}  # fmt: skip
TASKS = Point().draw(np.random.default_rng(0), 5)


def an_apprentice(seed=1, env_steps=ENV_STEPS, **changes):
    params = Params(**EXPERT | changes)
    maker, rng = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
    return ExpertTraining(Point(), TASKS, params, HORIZON, env_steps, maker, rng)


def plain(steps, **changes):
    """The same, written out: one ring, one goal-conditioned learner, rows that restart."""
    params, family, rng = Params(**EXPERT | changes), Point(), np.random.default_rng(1)
    sac = params.learner(family, 2, torch.Generator().manual_seed(1))
    most, ring, rows = ENV_STEPS + params.rows, [], params.rows
    goals = TASKS[rng.integers(len(TASKS), size=rows)]
    state, age, taken = family.start(rng, goals), np.arange(rows) * HORIZON // rows, 0
    for _ in range(steps):
        seen, warm = np.float32(np.column_stack([state, goals])), taken >= params.warm_up
        act = rng.uniform(-1, 1, (rows, 2)) if not warm else explored(sac, seen)
        state, reward, _ = family.advance(state, act, goals)
        after = np.float32(np.column_stack([state, goals]))
        reward = shaped(family, seen, after, goals, reward, params)
        zeros = np.zeros((rows, 1))
        ring += np.column_stack([seen, after, act, reward, zeros]).astype(np.float32).tolist()
        age, taken = age + 1, taken + rows
        if (over := np.flatnonzero(age >= HORIZON)).size:
            goals[over] = TASKS[rng.integers(len(TASKS), size=len(over))]
            state[over], age[over] = family.start(rng, goals[over]), 0
        for _ in range(params.updates if warm else 0):
            kept = ring_of(ring, most)[rng.integers(min(len(ring), most), size=params.batch)]
            names = "obs", "next_obs", "act", "reward", "done"
            parts = torch.from_numpy(kept).split([4, 4, 2, 1, 1], -1)
            sac.update({name: part.contiguous() for name, part in zip(names, parts, strict=True)})
    return sac


@torch.no_grad()
def explored(sac, seen):
    return sac.sample(torch.from_numpy(seen))[0].numpy()


def ring_of(written, most):
    """Where each of the last rows lies after all have been written one after the other."""
    ring = [None] * min(len(written), most)
    for number, row in enumerate(written):
        ring[number % most] = row
    return np.array(ring, dtype=np.float32)


@pytest.mark.parametrize("changes", [{}, {"progress": 5.0, "closeness": 0.5}])
def test_an_apprentice_learns_as_one_conditioned_learner_written_out_to_the_byte(changes):
    ours, steps = an_apprentice(**changes), 25  # by then its ring has gone round
    for _ in range(steps):
        ours.step()
    theirs = plain(steps, **changes)
    for net in ("actor", "critic", "slow_critic"):
        one, other = (dict(getattr(sac, net).named_parameters()) for sac in (ours.sac, theirs))
        assert_close(one, other, rtol=0, atol=0)
    assert ours.taken == steps * EXPERT["rows"] > ENV_STEPS + EXPERT["rows"]


def test_progress_is_what_was_gained_and_closeness_what_is_left(rng):
    obs, after, goals = (rng.normal(size=(9, 2)) for _ in range(3))
    params = Params(**EXPERT | {"progress": 3.0, "closeness": 0.5})
    before_gap, gap = (np.linalg.norm(place - goals, axis=1) for place in (obs, after))
    paid = shaped(Point(), obs, after, goals, np.zeros(9), params)
    np.testing.assert_allclose(paid, 3 * (before_gap - gap) - 0.5 * gap)
    own = shaped(Point(), obs, after, goals, goals[:, 0], Params(**EXPERT))
    np.testing.assert_array_equal(own, goals[:, 0])


def test_an_apprentice_learns_to_go_where_it_is_told(rng):
    def left(ours):
        """How far from unseen goals it is in the end."""
        goals = Point().draw(np.random.default_rng(9), 40)
        place = np.zeros((40, 2))
        for _ in range(HORIZON):
            seen = torch.from_numpy(np.float32(np.column_stack([place, goals])))
            place, reward, _ = Point().advance(place, ours.sac.mean_action(seen).numpy(), goals)
        return reward

    ours = an_apprentice(env_steps=1000, hidden=[32, 32], rows=8, updates=4, batch=64)
    for _ in range(100):
        ours.step()
    assert_better(left(ours), left(an_apprentice(hidden=[32, 32])), rng)
