"""Experts that act where they have not learnt: by a script, as a base policy, and told twice."""

from contextlib import chdir

import numpy as np
import pandas as pd
import pytest
import torch

from remeta.experience.collect import collect
from remeta.experience.demos import DemoFile
from remeta.experience.world import World
from remeta.papers.smile.panels import ANT, BASE, CLASSIFY, D3, WALK, WALKER
from remeta.pipeline import places, probes
from remeta.pipeline.data import family_of, tasks_of
from remeta.pipeline.experts import expert_actors
from remeta.pipeline.panels import world_of
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.demos import record_demos
from remeta.pipeline.stages.evaluate import evaluate
from remeta.pipeline.stages.expert import learn_expert
from remeta.pipeline.stages.tasks import draw_tasks
from remeta.tasks.ant_classify import TARGETS
from tests.pipeline.tiny import PROFILE, ROOT, SEED


@pytest.fixture(scope="module")
def settings():
    with chdir(ROOT), probes.tiny_project():
        for data in (ANT, CLASSIFY, WALKER, BASE):
            draw_tasks(data.name)
        for data in (ANT, WALKER, BASE):
            learn_expert(data.name)
        yield Settings.load()


def returns(panel, run):
    """As they lie in the scores of a run."""
    evaluate(panel.id, run, SEED)
    path = places.result(PROFILE, panel, "scores", run, SEED, "csv")
    rows = pd.read_csv(path, skiprows=1)
    return rows[rows.metric == "return"].value.to_numpy()


def collected(settings, panel, run, actor):
    world, tasks = world_of(settings, panel, run), tasks_of(settings, panel.tested).test
    rng = stream(SEED, panel.id, run, "test")
    rollouts = collect(world, tasks, actor, 1, rng, deterministic=True)
    return rollouts.mean_return().numpy()


def test_the_expert_of_an_ant_that_classifies_walks_to_the_target_of_every_label(settings):
    record_demos(CLASSIFY.name)
    tasks = tasks_of(settings, CLASSIFY).train
    file = DemoFile.read(places.demos(PROFILE, CLASSIFY.name), CLASSIFY.family, tasks)
    labels = ((file.obs[:, :, 0, 33:37] * tasks[:, None]).sum(-1) >= 0).astype(int)
    assert 0 < labels.mean() < 1
    walk = expert_actors(settings, ANT)
    for task, episode in np.ndindex(*labels.shape):
        seen = file.obs[task, episode]
        reach = torch.from_numpy(np.concatenate([seen[:, :29], seen[:, :3]], -1))
        mean, _ = walk(TARGETS[labels[task, episode]][None], 0.0)(reach[None])
        np.testing.assert_allclose(file.act[task, episode], mean[0].numpy(), atol=1e-5)


def test_the_base_policy_takes_every_walker_for_the_unchanged_one(settings):
    tasks = tasks_of(settings, WALKER).test
    assert not (tasks == 1).all()
    actor = expert_actors(settings, BASE)(np.ones_like(tasks), 0.0)
    np.testing.assert_allclose(
        returns(WALK, "base"), collected(settings, WALK, "base", actor), rtol=1e-5
    )
    other = expert_actors(settings, BASE)(tasks, 0.0)
    assert not np.allclose(returns(WALK, "base"), collected(settings, WALK, "base", other))


def test_experts_learn_and_demonstrate_with_ends_and_imitators_and_scores_have_none(settings):
    assert family_of(WALKER).ends == family_of(BASE).ends == "usual"
    assert world_of(settings, WALK, "smile").family.ends == "fixed"


def test_an_expert_is_told_a_goal_once_even_where_everybody_sees_it(settings):
    plain = World(family_of(ANT, (("reward", "sparse"),)), world_of(settings, D3, "expert").horizon)
    tasks, rng = tasks_of(settings, ANT).test, stream(SEED, D3.id, "expert", "test")
    actor = expert_actors(settings, ANT)(tasks, 0.0)
    seen = collect(plain, tasks, actor, 1, rng, deterministic=True)
    told = collected(settings, D3, "expert", actor)
    np.testing.assert_array_equal(told, seen.mean_return().numpy())
    np.testing.assert_allclose(returns(D3, "expert"), told, rtol=1e-5)
