"""Who solves a data set's tasks: here the policy that a run of a panel came to."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from remeta.experience.acting import Agent
from remeta.experience.adaptation import adaptation_curve
from remeta.experience.demos import DemoFile
from remeta.frozen import Advice
from remeta.methods import adaptation_of
from remeta.papers.mri.panels import POINT
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.data import tasks_of
from remeta.pipeline.experts import expert_actors, expert_env_steps
from remeta.pipeline.panels import method_of, schedule_of, trained_weights, world_of
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.demos import record_demos
from remeta.records import shared
from tests.pipeline import tiny

SCHOLAR = replace(POINT, name="scholar", expert="run", expert_run=(tiny.PANEL, "mri"))


@pytest.fixture(autouse=True)
def _seed_of_the_tiny_project(monkeypatch):
    monkeypatch.setattr("remeta.pipeline.experts.SEED", tiny.SEED)


def test_it_acts_as_the_run_does_after_its_last_step_on_every_task(project):
    settings, panel = Settings.load(), panel_named(tiny.PANEL)
    tasks, world = tasks_of(settings, POINT).train, world_of(Settings.load(), panel, "mri")
    method = method_of(settings, panel, world, "mri", tiny.SEED)
    start = trained_weights(settings, panel, "mri", tiny.SEED, method.weights)
    schedule = schedule_of(settings, panel, POINT, settings.rates(panel, "mri"))
    rng = stream(tiny.SEED, "expert", SCHOLAR.name)
    *_, (spent, rollouts) = adaptation_curve(
        world, adaptation_of(method, schedule), start, tasks, schedule, rng
    )
    assert spent.steps == len(settings.rates(panel, "mri"))
    mean, _ = expert_actors(settings, SCHOLAR)(tasks, 0.1)(rollouts.obs.flatten(1, 2))
    gap = (rollouts.act.flatten(1, 2) - mean).double().square()
    for log_prob, square in zip(rollouts.log_prob.flatten(1, 2).double(), gap, strict=True):
        # A Gaussian around these means and no others: its logarithm is linear in their squares.
        features = torch.cat([torch.ones_like(square[:, :1]), square], -1)
        fit = features @ torch.linalg.lstsq(features, log_prob[:, None]).solution
        torch.testing.assert_close(fit[:, 0], log_prob, atol=1e-4, rtol=1e-4)


def test_it_demonstrates_and_its_training_is_on_the_bill(project, monkeypatch):
    known = Settings.load()
    data, shown = known.profile.data, known.hp.data
    profile = known.profile.model_copy(update={"data": data | {"scholar": data["point"]}})
    hyper = known.hp.model_copy(update={"data": shown | {"scholar": shown["point"]}})
    settings = known.model_copy(update={"profile": profile, "hp": hyper})
    monkeypatch.setattr(Settings, "load", lambda: settings)
    monkeypatch.setattr("remeta.papers.registry.DATASETS", (POINT, SCHOLAR))
    tasks = places.tasks(tiny.PROFILE, "scholar")
    tasks.write_bytes(places.tasks(tiny.PROFILE, "point").read_bytes())
    record_demos("scholar")
    file = DemoFile.read(places.demos(tiny.PROFILE, "scholar"), "point", file_tasks(settings))
    panel = panel_named(tiny.PANEL)
    curve = places.result(tiny.PROFILE, panel, "curves", "mri", tiny.SEED, "csv").read_text()
    header, *_, last = shared(curve)[1].splitlines()
    spent = dict(zip(header.split(","), last.split(","), strict=True))["train_env_steps"]
    assert file.expert_env_steps == expert_env_steps(settings, SCHOLAR) == int(spent)


def file_tasks(settings: Settings) -> np.ndarray:
    return tasks_of(settings, SCHOLAR).train


def test_a_run_of_another_world_is_refused(project):
    stranger = replace(SCHOLAR, expert_run=("mri_fig3_reacher", "mri"))
    with pytest.raises(Advice, match="mri of mri_fig3_reacher lives in another world"):
        expert_actors(Settings.load(), stranger)


def test_a_run_that_remembers_is_refused(project, monkeypatch):
    monkeypatch.setattr("remeta.pipeline.experts.adapted_actor", lambda *_: Agent(lambda *_: ()))
    with pytest.raises(Advice, match="needs a memory"):
        expert_actors(Settings.load(), SCHOLAR)(np.zeros((1, 2)), 0.0)
