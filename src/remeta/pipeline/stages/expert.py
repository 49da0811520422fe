"""Learning to be an expert: once for a data set, by whoever sees the task."""

from time import monotonic

import numpy as np

from remeta.core.weights import Weights
from remeta.frozen import Advice
from remeta.learners.expert import ExpertTraining
from remeta.papers.dataset import Dataset
from remeta.pipeline import machine, places
from remeta.pipeline.data import family_of, tasks_of, whole_named
from remeta.pipeline.experts import SEED, expert_params
from remeta.pipeline.models import write_model
from remeta.pipeline.resume import fingerprint
from remeta.pipeline.resume.checkpoint import Checkpoint
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings.params import Settings


def learn_expert(name: str) -> None:
    """Train a data set's one expert, who sees the task, on its training tasks' dense reward."""
    settings, dataset = Settings.load(), whole_named(name)
    began, environment = monotonic(), machine.prepare()
    profile, training = settings.profile, expert_training(settings, dataset)
    env_steps = profile.experts[name].env_steps
    progress = Progress(f"expert {name}", env_steps)
    checkpoint = Checkpoint(
        f"expert {name}",
        places.checkpoints(profile.name, f"expert_{name}"),
        fingerprint.of_expert(settings, dataset, training.params, environment),
        {"expert": (training, training.STATE_ATTRIBUTES)},
        began,
    )
    if checkpoint.resume():
        progress.resume(training.taken)
    while training.taken < env_steps:
        checkpoint.keep()
        training.step()
        losses = {key: float(value) for key, value in training.losses.items()}
        progress.show(training.taken, losses)
    if not all(np.isfinite(float(value)) for value in training.losses.values()):
        raise Advice(f"the expert of {name} diverged; lower hp.experts.{name}.rate.")
    actor: Weights = dict(training.sac.actor.net.named_parameters())
    write_model(places.expert(profile.name, name), actor, {"family": dataset.family})
    checkpoint.end()


def expert_training(settings: Settings, dataset: Dataset) -> ExpertTraining:
    """At its beginning."""
    name, params = dataset.name, expert_params(settings, dataset)
    return ExpertTraining(
        family_of(dataset),
        tasks_of(settings, dataset).train,
        params,
        settings.data_size(dataset).horizon,
        settings.profile.experts[name].env_steps,
        torch_stream(SEED, "expert", name),
        stream(SEED, "expert", name),
    )
