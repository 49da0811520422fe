"""What a long stage depends on, in a few letters: a changed run never resumes an unchanged one."""

import json
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path
from typing import Any

from remeta.learners import expert
from remeta.methods import Need
from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel
from remeta.pipeline import places
from remeta.pipeline.experts import expert_file
from remeta.pipeline.settings.params import Settings
from remeta.storage import digest

PACKAGES = ("remeta", "torch", "numpy", "mujoco", "gymnasium")


def of_training(
    settings: Settings,
    panel: Panel,
    run: str,
    seed: int,
    machine: dict[str, float],
    needs: Collection[Need],
) -> str:
    """Of one run of a panel, and of the files of what its method `needs`."""
    profile, data = settings.profile.name, panel.data
    params, size = settings.panel_params(panel), settings.panel_size(panel)
    nets = settings.nets(panel, run)
    inputs = {
        "run": ["train", profile, panel.id, run, seed, *settings.run_values(panel, run)],
        "policy": [nets.hidden, nets.activation, settings.hp.policy.min_log_std],
        "panel": [panel.options, params.modes, run in params.may_diverge],
        "size": [size.batch, size.episodes, size.validate_every],
        "world": [data.name, data.family, data.options, settings.horizon(panel, run)],
        "part": settings.data_size(data).model_dump() if data.part_of else {},
        "validation": _validation(settings, panel, run) if size.validate_every else [],
    }
    shown = settings.shown(panel, run)
    if shown.demos or shown.every > 1:
        inputs["shown"] = [shown.demos, shown.every]
    files = [places.probe(f"train_{panel.probed}_{run}"), places.tasks(profile, data.files)]
    file_of = {
        "demos": places.demos(profile, data.files),
        "expert": expert_file(settings, data),
        "context": places.context(profile, data.files, "validation"),
    }
    return _fingerprint(inputs, files + [file_of[need] for need in needs], machine)


def _validation(settings: Settings, panel: Panel, run: str) -> list[float]:
    rate, protocol = settings.first_rate(panel, run), settings.protocol(panel)
    return [settings.data_size(panel.data).roll_outs, protocol.discount, rate]


def of_expert(
    settings: Settings, dataset: Dataset, params: expert.Params, machine: dict[str, float]
) -> str:
    profile, name = settings.profile, dataset.name
    sizes = [profile.experts[name].env_steps, settings.data_size(dataset).horizon]
    inputs = {"run": ["expert", profile.name, name, *sizes], "params": params.model_dump()}
    files = [places.probe(f"expert_{name}"), places.tasks(profile.name, name)]
    return _fingerprint(inputs, files, machine)


def _fingerprint(inputs: dict[str, Any], files: list[Path], machine: dict[str, float]) -> str:
    about = {
        "read": inputs,
        "files": {str(path): digest(path.read_bytes()) for path in files if path.exists()},
        "machine": machine,
        "versions": {name: version(name) for name in PACKAGES},
    }
    return digest(json.dumps(about, sort_keys=True).encode())
