"""A method of another kind: it owns a module and an optimiser, learns off its policy from what it
keeps, asks an expert, and adapts by watching. Nothing in the pipeline knows it."""

import csv
import json
from typing import ClassVar, Literal

import numpy as np
import pytest
import torch

from remeta import methods
from remeta.core.weights import detached
from remeta.experience.contexts import DemonstrationAdaptation
from remeta.frozen import Frozen
from remeta.nets.policy import MLP
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.data import tasks_of
from remeta.pipeline.resume import checkpoint
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.demos import record_context
from remeta.records import shared
from tests.pipeline.kills import killed, written
from tests.pipeline.tiny import PANEL, PROFILE, SEED, change, drop, status

RUN, TUNED = f"train {PANEL} mri {SEED}", "mri_fig4_reacher_tuned"


class Params(Frozen):
    kind: Literal["watcher"]
    rate: float


class Watcher:
    """Clones what an expert answers in states that the clone met, beside the mean demonstration."""

    needs: ClassVar = ("demos", "expert", "context")
    STATE_ATTRIBUTES: ClassVar = ("net", "optimiser", "kept")

    def __init__(self, params, practice, generator):
        self.params, world = params, practice.world
        self.net = MLP([world.obs_size + world.act_size, 8, world.act_size], generator)
        self.optimiser = torch.optim.Adam(self.net.parameters(), params.rate)
        self.kept = {}  # states and answers of every task, by its index

    @classmethod
    def build(cls, params, shape, bare, generator):
        return cls(params, bare(), generator)

    @property
    def weights(self):
        return detached(self.net.state_dict())

    @weights.setter
    def weights(self, weights):
        self.net.load_state_dict(weights)

    def adaptation(self, schedule):
        return DemonstrationAdaptation(self, schedule.demos, schedule.shown)

    def encode(self, weights, demos):
        count = demos.mask.sum((1, 2)).clamp_min(1).unsqueeze(-1)
        mean = (demos.act * demos.mask.unsqueeze(-1)).sum((1, 2)) / count
        return mean, torch.zeros_like(mean)

    def actor(self, weights, context):
        def act(obs):
            beside = context.expand(*obs.shape[:-1], -1)
            seen = torch.cat([obs, beside], -1)
            return torch.func.functional_call(self.net, weights, (seen,)), torch.full((1,), -1.0)

        return act

    def meta_step(self, practice):
        indices = practice.draw_tasks()
        shown = practice.demonstrations(indices, 1)
        context = self.encode({}, shown)[0].unsqueeze(1)
        obs = practice.rollouts(self.actor(self.weights, context), indices).obs.flatten(1, 2)
        answers = practice.ask(indices, obs)
        for at, index in enumerate(indices.tolist()):
            self.kept[str(index)] = (obs[at], answers[at], context[at])
        losses = [self._update(practice) for _ in range(3)]
        practice.counts.updates += len(losses)
        return {"loss": losses[-1]}

    def _update(self, practice):
        rows = [self.kept[name] for name in sorted(self.kept)]
        obs, answers, context = (torch.stack(part) for part in zip(*rows, strict=True))
        pick = torch.from_numpy(practice.rng.integers(obs.shape[1], size=16))
        mean, _ = self.actor(dict(self.net.named_parameters()), context)(obs[:, pick])
        loss = (mean - answers[:, pick]).square().mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return float(loss.detach())


@pytest.fixture
def watcher(project, monkeypatch):
    monkeypatch.setitem(methods.REGISTRY, "watcher", (Params, Watcher))
    monkeypatch.setattr(checkpoint, "EVERY", 0)
    change(f"hp.panels.{PANEL}.runs.mri", {"kind": "watcher", "rate": 0.01})
    for key in ("imitation_steps", "demo_samples"):
        drop(f"profile.panels.{PANEL}.runs.mri.{key}")
    record_context("point")


def result(kind):
    path = places.result(PROFILE, panel_named(PANEL), kind, "mri", SEED, "csv")
    return [*csv.DictReader(shared(path.read_text())[1].splitlines())]


def test_it_is_killed_anywhere_resumed_and_comes_to_the_same_bytes(watcher, capsys):
    whole = written(RUN)
    for call in (1, 2):
        with killed(Watcher, "meta_step", call):
            status(*RUN.split())
        capsys.readouterr()
        assert written(RUN) == whole
        assert f"resumes at {call - 1}/2" in capsys.readouterr().err


def test_what_it_asked_is_counted_beside_what_it_spent(watcher):
    """Two iterations, of three tasks, five rollouts and twelve steps each."""
    assert status(*RUN.split()) == 0
    rows = result("curves")
    queries = [float(row["expert_queries"]) for row in rows if row["expert_queries"]]
    assert queries == [180, 360]
    assert (rows[-1]["train_env_steps"], rows[-1]["updates"]) == ("360", "6")


def test_its_scores_say_that_it_watched_and_took_no_step(watcher):
    assert status(*RUN.split()) == 0
    assert status("evaluate", PANEL, "mri", str(SEED)) == 0
    rows = [row for row in result("scores") if row["metric"] == "return"]
    steps = sorted({int(row["adapt_step"]) for row in rows})
    assert steps == list(range(len(steps))) and len(steps) > 1
    assert {(row["adapt_env_steps"], row["adapt_episodes"]) for row in rows} == {("0", "0")}
    by_step = [[row["value"] for row in rows if row["adapt_step"] == str(step)] for step in (0, 1)]
    assert by_step[0] != by_step[1]


def test_it_watches_the_tasks_in_which_it_is_scored(watcher, monkeypatch):
    """Demonstrations of the point end at its goal: those of validation, then those of the test."""
    watched, honest = [], Watcher.adaptation

    def noting(self, schedule):
        watched.append(schedule.demos)
        return honest(self, schedule)

    monkeypatch.setattr(Watcher, "adaptation", noting)
    known = tasks_of(Settings.load(), panel_named(PANEL).data)
    for words, goals in ((RUN, known.validation), (f"evaluate {PANEL} mri {SEED}", known.test)):
        watched.clear()
        assert status(*words.split()) == 0 and watched
        for demos in watched:
            ends = demos.obs[:, :, -1, :2].numpy()
            assert np.linalg.norm(ends - goals[:, None], axis=-1).max() < 0.1
            others = np.linalg.norm(known.train[:, None] - goals, axis=-1)
            assert others.min() > 0.1  # none of training would pass for one of these


def test_it_is_tuned_on_demonstrations_of_training_tasks(watcher):
    assert status("demos", "reacher") == 0
    change(f"hp.panels.{TUNED}.runs.mri", {"kind": "watcher", "rate": 0.01})
    for key in ("imitation_steps", "demo_samples"):
        drop(f"profile.panels.{TUNED}.runs.mri.{key}")
    change("hp.tuning.watcher", {"rate": [0.001, 0.01, 0.1]})
    assert status("tune", TUNED, "mri") == 0
    (choice,) = (places.RESULTS / PROFILE).rglob("tuning/mri.json")
    assert json.loads(choice.read_text())["rate"]["published"] == 0.01
