"""Meta-training of one method on one panel with one seed; Lightning keeps the rhythm."""

import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import asdict
from time import monotonic

import lightning.pytorch as pl
import numpy as np
import torch
from lightning.pytorch.plugins import CheckpointIO
from torch.utils.data import DataLoader

from remeta import methods
from remeta.core.weights import detached, finite
from remeta.experience.practice import Practice
from remeta.frozen import Advice
from remeta.pipeline import machine, places
from remeta.pipeline.curves import Curve
from remeta.pipeline.live import LiveCurve
from remeta.pipeline.models import write_model
from remeta.pipeline.panels import policy_of, practice_of, tasks_of, world_of
from remeta.pipeline.progress import Progress
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings import Settings, panel_named
from remeta.pipeline.validate import Validation
from remeta.records import Run
from remeta.storage import write_text


class MetaTraining(pl.LightningModule):
    """One Lightning epoch is one meta-iteration; the method owns its weights and its optimiser."""

    def __init__(
        self, method: methods.Method, practice: Practice, where: str, may_diverge: bool
    ) -> None:
        super().__init__()
        self.may_diverge, self.diverged = may_diverge, False
        self.automatic_optimization = False
        self.method, self.practice, self.where = method, practice, where
        self.last: dict[str, float] = {}

    def training_step(self, batch: torch.Tensor, batch_index: int) -> None:
        before = self.method.weights
        self.last = self.method.meta_step(self.practice)
        if all(np.isfinite(v) for v in self.last.values()) and finite(self.method.weights):
            return
        if self.may_diverge:  # then it is a result: the run ends with its last finite weights
            self.method.weights, self.last, self.diverged = before, {"diverged": 1.0}, True
            self.trainer.should_stop = True
        else:
            raise Advice(
                f"{self.where} lost its numbers at iteration {self.current_epoch + 1}: "
                f"{self.last}; lower its rates in params.yaml."
            )

    def train_dataloader(self) -> DataLoader:
        return DataLoader([0], num_workers=0)  # type: ignore[arg-type]

    def configure_optimizers(self) -> None:
        return None

    def on_save_checkpoint(self, checkpoint: dict) -> None:
        checkpoint["state_dict"] = self.method.weights


class SafeTensors(CheckpointIO):
    """Lightning's checkpoints as safetensors with a header: no pickle is written or read."""

    def __init__(self, about: dict):
        self.about = about

    def save_checkpoint(self, checkpoint, path, storage_options=None) -> None:
        write_model(places.Path(path), checkpoint["state_dict"], self.about)

    def load_checkpoint(self, path, map_location=None, weights_only=None):
        raise Advice(f"{path} is for evaluation; training starts anew.")

    def remove_checkpoint(self, path) -> None:
        places.Path(path).unlink(missing_ok=True)


class Telling(pl.Callback):
    """After every meta-iteration: the learning curve, the live curve, the progress line."""

    def __init__(
        self, curve: Curve, validate: Callable, every: int, progress: Progress, live: LiveCurve
    ):
        self.curve, self.validate, self.every = curve, validate, every
        self.progress, self.live = progress, live

    def tell(self, iteration: int, module: MetaTraining, last: bool = False) -> None:
        numbers = dict(module.last)
        if iteration % self.every == 0 or last:
            numbers |= self.validate(module.method.weights)
        self.curve.add(iteration, module.practice.counts, numbers)
        self.live.tell(numbers)
        if iteration:
            self.progress.show(iteration, numbers)

    def on_train_start(self, trainer: pl.Trainer, module: MetaTraining) -> None:  # type: ignore[override]
        self.tell(0, module)

    def on_train_epoch_end(self, trainer: pl.Trainer, module: MetaTraining) -> None:  # type: ignore[override]
        iteration = trainer.current_epoch + 1
        self.tell(iteration, module, last=iteration == trainer.max_epochs or module.diverged)


def train(panel_id: str, run: str, seed: int) -> None:
    began = monotonic()
    settings, panel = Settings.load(), panel_named(panel_id)
    settings.refuse_unknown(panel, run)
    environment = machine.prepare()
    profile, where = settings.profile.name, f"{panel.id} {run}-{seed}"
    values, iterations = settings.run_values(panel, run)
    world = world_of(settings, panel)
    policy = policy_of(settings, world, seed)
    params = methods.params_of(values, settings.place_of(panel, run))
    method = methods.build(params, policy)
    practice, demos = practice_of(settings, panel, world, run, seed, method.needs_demos)
    about = {"profile": profile, "panel": panel.id, "run": run, "seed": seed}
    curve = Curve(
        {"profile": profile, "paper": panel.paper, "panel": panel.name, "seed": seed}
        | asdict(Run.parse(run)),
        expert_env_steps=demos.expert_env_steps if demos else 0,
        demos=int(np.prod(demos.mask.shape[:2])) if demos else 0,
    )
    validate = Validation(
        world,
        policy,
        tasks_of(settings, panel).validation,
        settings.world_size(panel.family).roll_outs,
        settings.first_rate(panel, run),
        settings.panel_params(panel).test.discount,
        stream(seed, panel.id, "validation").integers(2**32, size=4).tolist(),
    )
    live = LiveCurve(places.scratch(profile, panel, run, seed))
    telling = Telling(
        curve,
        validate,
        settings.panel_size(panel).validate_every,
        Progress(where, iterations),
        live,
    )
    may_diverge = run in settings.panel_params(panel).may_diverge
    trainer = _trainer(iterations, telling, about)
    trainer.fit(MetaTraining(method, practice, where, may_diverge))
    live.end()
    method.weights = detached(method.weights)
    curve.write(places.result(profile, panel, "curves", run, seed, "csv"))
    costs = environment | asdict(practice.counts) | {"wall_s": round(monotonic() - began, 1)}
    path = places.result(profile, panel, "costs", run, seed, "json")
    write_text(path, json.dumps(costs, indent=1) + "\n")
    trainer.save_checkpoint(places.model(profile, panel, run, seed))


def _trainer(iterations: int, telling: Telling, about: dict) -> pl.Trainer:
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", module="lightning")
    return pl.Trainer(
        accelerator="cpu",
        max_epochs=iterations,
        callbacks=[telling],
        plugins=[SafeTensors(about)],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
    )
