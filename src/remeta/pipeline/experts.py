"""Experts: who solves a data set's tasks, asked by whoever records, scores or learns from it."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor

from remeta import methods
from remeta.core.weights import Weights
from remeta.experience.acting import Agent, MemorylessActor
from remeta.experience.adaptation import adapted_actor
from remeta.frozen import Advice
from remeta.learners.analytic import ANALYTIC
from remeta.learners.expert import Params, sac_expert, scripted_expert
from remeta.learners.sac import SAC
from remeta.papers.dataset import Dataset
from remeta.papers.registry import dataset_named, panel_named
from remeta.pipeline import places
from remeta.pipeline.data import family_of
from remeta.pipeline.models import read_model
from remeta.pipeline.panels import method_of, schedule_of, trained_weights, world_of
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings

SEED = 0  # of experts and demonstrations, which all seeds of a panel share
Solve = Callable[[ndarray], Callable[[Tensor], Tensor]]  # tasks -> observations -> mean actions


def expert_actors(
    settings: Settings, dataset: Dataset
) -> Callable[[ndarray, float], MemorylessActor]:
    """tasks, noise -> an actor that solves them"""
    solve = _solver(settings, dataset)

    def actor_for(tasks: ndarray, noise: float) -> MemorylessActor:
        act = solve(tasks)
        log_std = torch.tensor(noise).log()
        return lambda obs: (act(obs), log_std)

    return actor_for


def expert_file(settings: Settings, dataset: Dataset) -> Path:
    """Where its weights lie, of whoever has learnt."""
    profile = settings.profile.name
    if dataset.expert == "run":
        return places.model(
            profile, panel_named(dataset.expert_run[0]), dataset.expert_run[1], SEED
        )
    return places.expert(profile, dataset.taught_by)


def expert_env_steps(settings: Settings, dataset: Dataset) -> int:
    """What it took to learn to be the expert."""
    profile = settings.profile
    if dataset.expert == "run":
        panel, run = panel_named(dataset.expert_run[0]), dataset.expert_run[1]
        costs = places.result(profile.name, panel, "costs", run, SEED, "json")
        return int(json.loads(costs.read_text())["env_steps"])
    expert = profile.experts.get(dataset.taught_by)
    return expert.env_steps if expert else 0


def expert_params(settings: Settings, dataset: Dataset) -> Params:
    """The hyper-parameters of a learning expert."""
    if dataset.name not in settings.hp.experts:
        key, choice = f"hp.experts.{dataset.name}", ", ".join(settings.hp.experts)
        raise Advice(f"params.yaml: there is no {key}, nobody learns it; choose among {choice}.")
    key = f"params.yaml: hp.experts.{dataset.name}"
    return Params.read(settings.hp.experts[dataset.name], key)


def _solver(settings: Settings, dataset: Dataset) -> Solve:
    if dataset.expert == "analytic":
        return ANALYTIC[dataset.family]
    if dataset.expert == "run":
        return _adapted_run(settings, dataset)
    taught_by = dataset_named(dataset.taught_by)
    sac, script = _learnt(settings, taught_by), getattr(family_of(dataset), "script", None)
    if script:
        return partial(scripted_expert, sac, script)
    return partial(sac_expert, sac, family_of(taught_by).obs_size)


def _learnt(settings: Settings, dataset: Dataset) -> SAC:
    name, family = dataset.name, family_of(dataset)
    task_size = family.draw(np.random.default_rng(0), 1).shape[1]
    learner = expert_params(settings, dataset).learner(family, task_size, torch.Generator())
    like: Weights = dict(learner.actor.net.named_parameters())
    path, about = expert_file(settings, dataset), {"family": dataset.family}
    weights = read_model(path, about, like, f"run `dvc repro --force expert_{name}`")
    learner.actor.net.load_state_dict(weights)
    return learner


def _adapted_run(settings: Settings, dataset: Dataset) -> Solve:
    """A trained run that adapts to the tasks in its own panel's world, by that panel's protocol."""
    panel, run = panel_named(dataset.expert_run[0]), dataset.expert_run[1]
    world = world_of(settings, panel, run)
    if panel.family != dataset.family or world.obs_size != family_of(dataset).obs_size:
        raise Advice(f"{dataset.name}: {run} of {panel.id} lives in another world; choose a run.")
    method = method_of(settings, panel, world, run, SEED)
    start = trained_weights(settings, panel, run, SEED, method.weights)
    schedule = schedule_of(settings, panel, panel.tested, settings.rates(panel, run))
    adaptation = methods.adaptation_of(method, schedule)

    def solve(tasks: ndarray) -> Callable[[Tensor], Tensor]:
        rng = stream(SEED, "expert", dataset.name)
        actor = adapted_actor(world, adaptation, start, tasks, schedule, rng)
        if isinstance(actor, Agent):
            raise Advice(f"{dataset.name}: {run} of {panel.id} needs a memory; choose another run.")
        return lambda obs: actor(obs)[0]

    return solve
