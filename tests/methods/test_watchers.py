"""Who acts by what was shown: what is learned, from what of the demonstrations, and goes on."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from remeta.core.weights import all_finite
from remeta.experience.adaptation import Schedule
from remeta.pipeline.resume.trees import gather, restore
from tests.evidence import assert_better
from tests.methods import imitators
from tests.methods.watchers import GOALS, QUICK, WATCHER, a_practice, made, returns, stepped

FEW = {"rhythm": {"rows": 4, "steps": 6, "updates": 2, "warm_up": 24}}
BRIEF = {"smile": FEW, "smile-states": FEW, "meta_bc": {"updates": 2}}
BRIEF |= {"meta_dagger": FEW, "meta_dagger-noisy": FEW}
ASKING = ("meta_dagger", "meta_dagger-noisy")


@pytest.mark.parametrize(
    ("name", "steps", "changes"),
    [("smile-states", 14, QUICK), ("meta_bc", 3, {}), ("meta_dagger", 3, {})],
)
def test_a_task_that_was_never_met_is_done_better_after_one_demonstration_than_after_none(
    name, steps, changes, rng
):
    experience = a_practice()
    _, method = stepped(name, experience, steps, **changes)
    unknown, known, _ = returns(method)
    assert_better(known, unknown, rng)
    assert experience.counts.updates > 0
    assert (experience.counts.expert_queries > 0) == (name in ASKING)


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
def test_a_constant_context_leaves_airl_to_the_last_bit():
    """Of no numbers, and on AIRL's scale of observations, which is that of the world."""
    airl = imitators.IMITATORS["airl"][2]
    shared = {name: airl[name] for name in ("discriminator", "sac", "replay", "batch")}
    shared |= {"discriminator_batch": airl["discriminator_batch"]} | FEW
    experience, other = a_practice(), a_practice()
    ours = made("smile", experience, watcher=WATCHER | {"context": 0}, **shared)
    theirs = imitators.made("airl", other, **FEW)
    ours.watcher.fitted = True
    for _ in range(4):
        assert ours.meta_step(experience) == theirs.meta_step(other)
    assert experience.counts.updates == 6
    for net in ("sac", "adversary"):
        for name in getattr(ours, net).NETS:
            one, two = (getattr(getattr(who, net), name) for who in (ours, theirs))
            assert_close(one.state_dict(), two.state_dict(), rtol=0, atol=0)


def test_the_encoder_follows_the_discriminators_loss_and_nothing_else():
    experience = a_practice()
    _, method = stepped("smile", experience, **FEW)
    indices = np.flatnonzero(method.replay.filled)
    before = copy.deepcopy(method.watcher.encoder.state_dict())
    method._imitate(experience, indices)
    assert_close(method.watcher.encoder.state_dict(), before, rtol=0, atol=0)
    twin, handed = copy.deepcopy(method), []
    update = method.adversary.update
    method.adversary.update = lambda *given: (handed.extend(given), update(*given))[1]
    method._discriminate(replace(experience, rng=np.random.default_rng(5)), indices)
    expert, ours, _ = handed
    context = twin.watcher.context(experience, indices, learning=True)
    logits = [twin.adversary.net(both(twin, batch, context)) for batch in (expert, ours)]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.cat(logits), torch.cat([torch.ones_like(logits[0]), torch.zeros_like(logits[1])])
    )
    parameters = list(twin.watcher.encoder.parameters())
    for parameter, gradient in zip(
        method.watcher.encoder.parameters(), torch.autograd.grad(loss, parameters), strict=True
    ):
        assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-7)


def both(method, batch, context):
    more = context.unsqueeze(1).expand(*batch["obs"].shape[:-1], -1)
    return torch.cat([batch["obs"], batch["act"], more], -1)


def test_state_only_never_reads_an_action_of_the_expert():
    plain, one = stepped("smile-states", a_practice(), **FEW)
    blind = a_practice()
    blind.shown = replace(blind.shown, act=torch.full_like(blind.shown.act, torch.nan))
    same, other = stepped("smile-states", blind, **FEW)
    assert same == plain
    assert_close(one.weights, other.weights, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["smile", "smile-states", "meta_bc", "meta_dagger"])
def test_what_is_masked_and_in_what_order_is_nothing_to_the_context(name):
    experience = a_practice()
    _, method = stepped(name, experience, **BRIEF[name])
    weights = method.weights
    net = method.adaptation(Schedule(1, 2, demos=experience.shown, shown=(1,))).net
    hidden = experience.shown.mask.clone()
    hidden[:, 2:], hidden[:, 0, 5:] = 0, 0
    some = replace(experience.shown, mask=hidden)
    spoilt = {
        part: torch.where(hidden.unsqueeze(-1) > 0, getattr(some, part), 77.0)
        for part in ("obs", "act", "next_obs")
    }
    order = torch.tensor([3, 1, 0, 2])
    turned = {part: value[:, order] for part, value in vars(some).items()}
    expected = net.encode(weights, some)
    assert_close(net.encode(weights, replace(some, **spoilt)), expected)
    assert_close(net.encode(weights, replace(some, **turned)), expected)


def test_all_that_is_seen_is_on_the_scale_of_the_demonstrations_which_goes_with_the_weights():
    experience = a_practice()
    _, method = stepped("meta_bc", experience, **BRIEF["meta_bc"])
    shown = experience.shown
    rows = torch.cat([shown.obs, shown.next_obs], -2).flatten(0, -2).numpy()
    assert_close(method.weights["scale.shift"].numpy(), rows.mean(0), rtol=1e-4, atol=1e-6)
    assert_close(method.weights["scale.spread"].numpy(), rows.std(0), rtol=1e-4, atol=1e-6)
    other = made("meta_bc", experience, seed=3)
    other.weights = method.weights
    assert_close(other.weights, method.weights, rtol=0, atol=0)
    assert_close(returns(other), returns(method), rtol=0, atol=0)


def test_a_row_keeps_its_context_for_an_episode():
    experience = a_practice()
    method = made("smile", experience, **FEW)
    found = []
    for _ in range(4):
        method.meta_step(experience)
        found.append((method.loop.stream.age.copy(), method.contexts))
        method.contexts = method.contexts.clone()
    assert not len(found[0][1])  # uniform actions need none
    (_, one), (age, two) = found[2:]
    kept = (one == two).all(-1).numpy()
    assert (kept == ((age > 6) | (age == 0))).all() and kept.any() and not kept.all()


@pytest.mark.parametrize("name", BRIEF)
def test_a_run_that_was_cut_at_any_step_goes_on_to_the_same_bytes(name):
    whole, method = stepped(name, a_practice(), steps=4, **BRIEF[name])
    assert all_finite(method.weights)
    for cut in range(4):
        experience = a_practice()
        before, first = stepped(name, experience, steps=cut, **BRIEF[name])
        tree, tensors = gather(stateful(first, experience))
        tree, tensors = copy.deepcopy(tree), {n: value.clone() for n, value in tensors.items()}
        experience = a_practice()
        experience.rng = np.random.default_rng(77)
        fresh = made(name, experience, seed=5, **BRIEF[name])
        restore(stateful(fresh, experience), tree, tensors)
        after = [fresh.meta_step(experience) for _ in range(4 - cut)]
        assert before + after == whole
        assert_close(fresh.weights, method.weights, rtol=0, atol=0)


def stateful(method, experience):
    return {
        "method": (method, method.STATE_ATTRIBUTES),
        "practice": (experience, experience.STATE_ATTRIBUTES),
    }


def test_a_row_acts_in_a_context_of_its_own_task_from_the_beginning_of_an_episode():
    experience = a_practice()
    method = made("smile", experience, **FEW)
    method.watcher.scale.shift.fill_(3)
    method.watcher.context = lambda _, tasks: torch.from_numpy(tasks).float()[:, None].expand(-1, 4)
    for tasks, age, known in (
        ([5, 2, 7, 2], [3, 0, 1, 9], [5, 2, 7, 2]),  # all, when it first acts
        ([1, 3, 7, 6], [4, 0, 2, 5], [5, 3, 7, 2]),
    ):
        seen = method.seen(experience, torch.zeros(4, 2), np.array(tasks), np.array(age))
        assert (seen[:, :2] == -3).all()
        assert seen[:, 2:].tolist() == [[float(n)] * 4 for n in known]


def test_who_acts_leaves_the_encoder_as_it_is():
    experience = a_practice()
    _, method = stepped("smile", experience, **FEW)
    before = copy.deepcopy(method.watcher.encoder.state_dict())
    method.seen(experience, torch.zeros(4, 2), np.arange(4), np.zeros(4, int))
    assert_close(method.watcher.encoder.state_dict(), before, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["smile", "smile-states", "meta_bc", "meta_dagger"])
def test_tests_read_and_act_as_was_learned(name):
    experience = a_practice()
    _, method = stepped(name, experience, **BRIEF[name])
    watcher = method.watcher
    watcher.scale.shift.fill_(3.0)
    watcher.scale.spread.fill_(0.5)
    net = method.adaptation(Schedule(1, 2, demos=experience.shown, shown=(1,))).net
    watcher.encoder.eval()
    belief = watcher.encoder(*watcher._read(experience.shown))
    assert_close(net.encode(method.weights, experience.shown), belief)
    obs, context = torch.rand(len(GOALS), 5, 2), belief[0].unsqueeze(1).expand(-1, 5, -1)
    mean, log_std, _ = net.actor(method.weights, context).step(obs, None, ())
    assert_close((mean, log_std), method.policy(torch.cat([(obs - 3) / 0.5, context], -1)))
    turned = replace(experience.shown, act=-experience.shown.act)
    one, other = (net.encode(method.weights, demos)[0] for demos in (experience.shown, turned))
    assert torch.equal(one, other) == (name == "smile-states")


@pytest.mark.parametrize("name", BRIEF)
def test_who_learns_and_judges_sees_the_scale_of_who_acts(name):
    """All of it a hundred away from the world's own numbers."""
    experience, seen = a_practice(), []
    method = made(name, experience, **BRIEF[name])
    method.watcher.fitted = True
    method.watcher.scale.shift.fill_(100)
    for who in (getattr(method, part, None) for part in ("sac", "adversary", "clone")):
        for what in {"update", "reward"} & set(dir(who)):
            honest = getattr(who, what)
            noting = lambda *given, do=honest: (seen.extend(given), do(*given))[1]  # noqa: E731
            setattr(who, what, noting)
    for _ in range(3):
        method.meta_step(experience)
    batches = [given for given in seen if isinstance(given, dict)]
    assert batches
    assert all((b[part] < -90).all() for b in batches for part in b.keys() & {"obs", "next_obs"})


def test_of_the_demonstrations_any_number_is_shown_as_often():
    experience = a_practice()
    method = made("meta_bc", experience)
    masks = [method.watcher._some(experience, np.arange(8)).mask for _ in range(100)]
    counts = torch.stack(masks).amax(-1).sum(-1).numpy()
    shares = [(counts == n).mean() for n in (1, 2, 3)]
    np.testing.assert_allclose(shares, 1 / 3, atol=5 * np.sqrt(2 / 9 / 800))


def test_a_policy_is_paid_in_the_contexts_that_it_learns_in():
    experience, told = a_practice(), {}
    _, method = stepped("smile", experience, **FEW)
    for who, what in ((method.adversary, "reward"), (method.sac, "update")):
        honest = getattr(who, what)
        noting = lambda *given, do=honest, key=what: (told.update({key: given}), do(*given))[1]  # noqa: E731
        setattr(who, what, noting)
    method._imitate(experience, np.flatnonzero(method.replay.filled))
    (judged, one), (learned, other) = told["reward"], told["update"]
    assert_close(one, other, rtol=0, atol=0)
    assert_close({name: learned[name] for name in judged}, dict(judged), rtol=0, atol=0)


def test_a_run_says_how_many_contexts_tests_take_and_whether_they_draw():
    experience = a_practice()
    method = made("meta_bc", experience, watcher=WATCHER | {"contexts": 5, "sampled": True})
    found = method.adaptation(Schedule(1, 2, demos=experience.shown, shown=(1,)))
    assert (found.contexts, found.sampled) == (5, True)
