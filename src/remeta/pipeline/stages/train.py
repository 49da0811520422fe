"""Meta-training of one method on one panel with one seed; Lightning keeps the rhythm."""

import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import asdict
from time import monotonic

import numpy as np
import pytorch_lightning as pl
import torch
from pytorch_lightning.plugins import CheckpointIO
from torch.utils.data import DataLoader

from remeta import methods
from remeta.core.weights import all_finite, detached
from remeta.experience.practice import Practice
from remeta.frozen import Advice
from remeta.papers.registry import panel_named
from remeta.pipeline import machine, places
from remeta.pipeline.curves import Curve, write_result
from remeta.pipeline.models import write_model
from remeta.pipeline.processor import processor
from remeta.pipeline.resume import fingerprint
from remeta.pipeline.resume.checkpoint import Checkpoint
from remeta.pipeline.resume.live import LiveCurve
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.teaching import pupil_of, validation_of
from remeta.pipeline.tuning import as_chosen
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
        self.iteration, self.last_metrics = 0, {}

    def training_step(self, batch: torch.Tensor, batch_index: int) -> None:
        self.iteration += 1
        before = self.method.weights
        self.last_metrics = self.method.meta_step(self.practice)
        finite = all(np.isfinite(value) for value in self.last_metrics.values())
        if finite and all_finite(self.method.weights):
            return
        if self.may_diverge:  # then it is a result: the run ends with its last finite weights
            self.method.weights, self.last_metrics, self.diverged = before, {"diverged": 1.0}, True
            self.trainer.should_stop = True
        else:
            raise Advice(
                f"{self.where} lost its numbers at iteration {self.iteration}: "
                f"{self.last_metrics}; lower its rates in params.yaml."
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
        raise Advice(f"{path} is for evaluation; training resumes from .scratch.")

    def remove_checkpoint(self, path) -> None:
        places.Path(path).unlink(missing_ok=True)


class MetricsRecorder(pl.Callback):
    """After every meta-iteration: the learning curve, the live curve, the progress line."""

    def __init__(
        self,
        curve: Curve,
        validate: Callable | None,
        every: int,
        progress: Progress,
        live: LiveCurve,
    ):
        self.curve, self.validate, self.every = curve, validate, every
        self.progress, self.live = progress, live

    def record(self, module: MetaTraining, last: bool = False) -> None:
        iteration, metrics = module.iteration, dict(module.last_metrics)
        if self.validate and (iteration % self.every == 0 or last):
            metrics |= self.validate(module.method.weights)
        self.curve.add(iteration, module.practice.counts, metrics)
        self.live.record(metrics)
        if iteration:
            self.progress.show(iteration, metrics)

    def resume(self, iteration: int) -> None:
        """What was told before a kill: live curves begin anew with every process."""
        self.progress.resume(iteration)
        for metrics in self.curve.metrics():
            self.live.record(metrics)

    def on_train_start(self, trainer: pl.Trainer, module: MetaTraining) -> None:  # type: ignore[override]
        if not self.curve.rows:
            self.record(module)

    def on_train_epoch_end(self, trainer: pl.Trainer, module: MetaTraining) -> None:  # type: ignore[override]
        self.record(module, last=module.iteration == self.progress.total or module.diverged)


class Checkpointing(pl.Callback):
    """Before a meta-iteration: a checkpoint, if it is time for one."""

    def __init__(self, checkpoint: Checkpoint):
        self.checkpoint = checkpoint

    def on_train_epoch_start(self, trainer: pl.Trainer, module: MetaTraining) -> None:  # type: ignore[override]
        self.checkpoint.keep()


def train(panel_id: str, run: str, seed: int) -> None:
    began = monotonic()
    panel = panel_named(panel_id)
    settings = as_chosen(Settings.load(), panel, run)
    settings.refuse_unknown(panel, run)
    environment = machine.prepare()
    profile, where = settings.profile.name, f"{panel.id} {run}-{seed}"
    _, iterations = settings.run_values(panel, run)
    method, practice, demos = pupil_of(settings, panel, run, seed)
    about = {"profile": profile, "panel": panel.id, "run": run, "seed": seed}
    curve = Curve()
    live = LiveCurve(places.scratch(profile, panel, run, seed))
    recorder = MetricsRecorder(
        curve,
        validation_of(settings, panel, practice.world, method, run, seed),
        settings.panel_size(panel).validate_every,
        Progress(where, iterations),
        live,
    )
    may_diverge = run in settings.panel_params(panel).may_diverge
    module = MetaTraining(method, practice, where, may_diverge)
    checkpoint = Checkpoint(
        where,
        places.checkpoints(profile, f"train_{panel.id}-{run}-{seed}"),
        fingerprint.of_training(settings, panel, run, seed, environment, method.needs),
        {
            "loop": (module, ["iteration"]),
            "method": (method, methods.state_attributes(method)),
            "practice": (practice, Practice.STATE_ATTRIBUTES),
            "curve": (curve, ["rows"]),
        },
        began,
    )
    if checkpoint.resume():
        recorder.resume(module.iteration)
    trainer = _trainer(iterations - module.iteration, [recorder, Checkpointing(checkpoint)], about)
    trainer.fit(module)
    live.end()
    method.weights = detached(method.weights)
    expert_steps = demos.expert_env_steps if demos else 0
    demo_count = int(np.prod(demos.mask.shape[:2])) if demos else 0
    expert_costs = {"expert_env_steps": expert_steps, "demos": demo_count}
    write_result("curves", profile, panel, run, seed, curve.table, **expert_costs)
    spent = {"wall_s": round(checkpoint.wall_s, 1), "processor": processor()}
    seen = 0 if practice.shown is None else int(practice.shown.mask.sum())
    costs = environment | asdict(practice.counts) | {"expert_steps": seen} | spent
    path = places.result(profile, panel, "costs", run, seed, "json")
    write_text(path, json.dumps(costs, indent=1) + "\n")
    trainer.save_checkpoint(places.model(profile, panel, run, seed))
    checkpoint.end()


def _trainer(iterations: int, callbacks: list[pl.Callback], about: dict) -> pl.Trainer:
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", module="pytorch_lightning")
    return pl.Trainer(
        accelerator="cpu",
        max_epochs=iterations,
        callbacks=callbacks,
        plugins=[SafeTensors(about)],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
    )
