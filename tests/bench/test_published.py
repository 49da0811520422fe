"""Imitators beside published figures, at sizes that take a second."""

import pytest
import torch
from torch.testing import assert_close

from remeta.bench import published
from remeta.bench.published import Trial, bench_imitators, table
from remeta.frozen import Advice
from remeta.pipeline.probes.project import PLAIN
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml
from tests.contracts.graph import ROOT


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trial(Settings.of(PLAIN.sized(read_yaml(ROOT / PARAMS)), "tiny"), "half_cheetah")


def test_demonstrations_are_what_the_expert_does_from_starts_that_nobody_is_tested_from(trial):
    demos = trial.demos
    mean, log_std = trial.expert(demos.obs.flatten(1, 2))
    assert_close(demos.act.flatten(1, 2), mean.clamp(-1, 1))
    assert log_std.exp() == 0
    tested = trial.rollouts(trial.expert, 2, "test").obs
    assert (demos.obs[0, :, 0] != tested[0, :, 0]).any(-1).all()


def test_random_actions_are_worth_nothing_and_the_expert_everything(trial, monkeypatch):
    act_size = trial.world.act_size

    def randomly(obs):
        return torch.zeros(*obs.shape[:-1], act_size), torch.zeros(())

    for actor, deterministic, share in ((trial.expert, True, 1.0), (randomly, False, 0.0)):
        value = trial.returns_of(actor, deterministic)
        monkeypatch.setattr(Trial, "imitated", lambda *_, value=value: value)
        assert trial.share("bc", 0) == pytest.approx(share)


def test_every_learner_is_held_against_its_published_figure(trial):
    lines = [line.split(" | ") for line in table(trial, seeds=2).splitlines()[2:]]
    assert [(line[0].strip("| "), line[2]) for line in lines] == [
        ("SAC", "9,535"), ("BC", "0.92"), ("GAIL", "0.96"), ("AIRL", "0.63"),
    ]  # fmt: skip
    means = [float(line[1].split()[0]) for line in lines[1:]]
    for method, mean in zip(published.SHARES["half_cheetah"], means, strict=True):
        both = [trial.share(method, seed) for seed in range(2)]
        assert both[0] != both[1]
        assert mean == pytest.approx(sum(both) / 2, abs=0.5, rel=0.01)


def test_a_robot_of_which_nothing_is_published_is_advised():
    with pytest.raises(Advice, match="nothing is published of ant"):
        bench_imitators("ant")
