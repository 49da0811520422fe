"""Experts: learnt once, and asked for actions by whoever records or scores them."""

from functools import partial
from time import monotonic

import numpy as np
import torch

from remeta.core.weights import Weights
from remeta.experience.acting import MemorylessActor
from remeta.frozen import Advice
from remeta.learners.expert import ANALYTIC, Apprenticeship, Params, sac_expert
from remeta.learners.sac import SAC
from remeta.papers.dataset import Dataset
from remeta.papers.registry import dataset_named
from remeta.pipeline import machine, places
from remeta.pipeline.data import family_of, tasks_of, whole_named
from remeta.pipeline.models import read_model, write_model
from remeta.pipeline.resume import fingerprint
from remeta.pipeline.resume.checkpoint import Checkpoint
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings.params import Settings

SEED = 0  # of experts and demonstrations, which all seeds of a panel share


def learn_expert(name: str) -> None:
    """Train a data set's one expert, who sees the task, on its training tasks' dense reward."""
    settings, dataset = Settings.load(), whole_named(name)
    began, environment = monotonic(), machine.prepare()
    profile, params = settings.profile, _params(settings, dataset)
    env_steps = profile.experts[name].env_steps
    learning = Apprenticeship(
        family_of(dataset),
        tasks_of(settings, dataset).train,
        params,
        settings.data_size(dataset).horizon,
        env_steps,
        torch_stream(SEED, "expert", name),
        stream(SEED, "expert", name),
    )
    progress = Progress(f"expert {name}", env_steps)
    checkpoint = Checkpoint(
        f"expert {name}",
        places.checkpoints(profile.name, f"expert_{name}"),
        fingerprint.of_expert(settings, dataset, params, environment),
        {"expert": (learning, learning.LIVING)},
        began,
    )
    if checkpoint.resume():
        progress.resume(learning.taken)
    while learning.taken < env_steps:
        checkpoint.keep()
        learning.step()
        losses = {key: float(value) for key, value in learning.losses.items()}
        progress.show(learning.taken, losses)
    if not all(np.isfinite(float(value)) for value in learning.losses.values()):
        raise Advice(f"the expert of {name} diverged; lower hp.experts.{name}.rate.")
    actor: Weights = dict(learning.sac.actor.net.named_parameters())
    write_model(places.expert(profile.name, name), actor, {"family": dataset.family})
    checkpoint.end()


def expert_actors(settings: Settings, dataset: Dataset):
    """tasks, noise -> an actor that solves them."""
    if dataset.expert == "analytic":
        solve = ANALYTIC[dataset.family]
    else:
        solve = partial(sac_expert, _learnt(settings, dataset_named(dataset.taught_by)))

    def actor_for(tasks: np.ndarray, noise: float) -> MemorylessActor:
        act = solve(tasks)
        log_std = torch.tensor(noise).log()
        return lambda obs: (act(obs), log_std)

    return actor_for


def _learnt(settings: Settings, dataset: Dataset) -> SAC:
    name, family = dataset.name, family_of(dataset)
    task_size = family.draw(np.random.default_rng(0), 1).shape[1]
    learner = _params(settings, dataset).learner(family, task_size, torch.Generator())
    like: Weights = dict(learner.actor.net.named_parameters())
    path, about = places.expert(settings.profile.name, name), {"family": dataset.family}
    weights = read_model(path, about, like, f"run `dvc repro --force expert_{name}`")
    learner.actor.net.load_state_dict(weights)
    return learner


def _params(settings: Settings, dataset: Dataset) -> Params:
    if dataset.name not in settings.hp.experts:
        where, choice = f"hp.experts.{dataset.name}", ", ".join(settings.hp.experts)
        raise Advice(f"params.yaml: there is no {where}, nobody learns it; choose among {choice}.")
    where = f"params.yaml: hp.experts.{dataset.name}"
    return Params.read(settings.hp.experts[dataset.name], where)
