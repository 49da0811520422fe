"""What a profile costs to run, from one meta-iteration of each run: seconds of one core.

A day of training is priced in a minute. Everything is as in training but the experts, who have
learned next to nothing: what a step costs does not depend on how good it is. Of many imitation
steps a few are timed, twice, since they cost the same each. Time is the processor's, with one
thread, so that a busy machine tells nearly the same as an idle one.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np
import torch

from remeta.papers.panel import Panel
from remeta.papers.registry import conditions, dataset_named
from remeta.pipeline.probes import panels_named, project
from remeta.pipeline.probes.run import datasets_of
from remeta.pipeline.processor import processor
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml, write_yaml
from remeta.pipeline.stages.demos import record_context, record_demos
from remeta.pipeline.stages.expert import expert_training, learn_expert
from remeta.pipeline.stages.tasks import draw_tasks
from remeta.pipeline.teaching import pupil_of, validation_of
from remeta.pipeline.tuning import halved
from remeta.report.evidence.prices import PRICES
from remeta.storage import write_text

LONG = 20.0  # seconds; who takes longer is timed once, all others again when they are warm
FEW, MORE = 2, 4  # imitation steps
PATIENCE = 200  # meta-iterations until the first update
ROUNDS = 20  # of an expert's
Prices = dict[str, Any]


def price(names: Sequence[str]) -> None:
    """Add what the panels' runs cost at the chosen profile to results/prices.json."""
    path, settings, panels = PRICES.resolve(), Settings.load(), panels_named([*names])
    torch.set_num_threads(1)
    known: dict[str, float] = {}
    for panel in (panel for panel in panels if panel.runs and not panel.published):
        with unlearned(panel):
            trained = settings.cells(panel).train
            seconds = {run: _known(settings, panel, run, known) for run in trained}
            learning = {name: expert_seconds(settings, name) for name in experts_of(panel)}
        for one in conditions(panel):
            found = totals(settings, one, seconds) | {"experts": learning}
            _save(path, settings.profile.name, one.id, found)
            print(f"{one.id}: {found['hours']:.3g} core-hours", flush=True)


@contextmanager
def unlearned(panel: Panel) -> Iterator[None]:
    """A folder with this project's parameters, the panel's data sets, and raw experts."""
    params = read_yaml(PARAMS)
    sizes = params["profile"]
    sizes["experts"] = {name: project.expert(name) | {"env_steps": 1} for name in sizes["experts"]}
    sizes["exams"] = {name: project.exam(name) for name in sizes["exams"]}
    with TemporaryDirectory(prefix="remeta-price-") as folder, chdir(folder):
        write_yaml(PARAMS, params)
        names = datasets_of([panel])
        for name in names:
            draw_tasks(name)
        for name in experts_of(panel):
            learn_expert(name)
        for dataset in map(dataset_named, names):
            if dataset.expert:
                record_demos(dataset.name)
            if dataset.context:
                record_context(dataset.name)
        yield


def experts_of(panel: Panel) -> list[str]:
    experts = Settings.load().profile.experts
    return [name for name in datasets_of([panel]) if name in experts]


def run_seconds(settings: Settings, panel: Panel, run: str) -> float:
    """What training takes with one seed, validation included."""
    values, iterations = settings.run_values(panel, run)
    steps = values.get("imitation_steps", 0)
    if steps > MORE:
        few, more = (iteration_seconds(settings, panel, run, n) for n in (FEW, MORE))
        each = few + (more - few) * (steps - FEW) / (MORE - FEW)
    else:
        each = iteration_seconds(settings, panel, run)
    every = settings.panel_size(panel).validate_every
    checks = 1 + -(-iterations // every) if every else 0
    return iterations * each + checks * validation_seconds(settings, panel, run)


def iteration_seconds(settings: Settings, panel: Panel, run: str, steps: int = 0) -> float:
    """The first meta-iteration that updates, or where that is short the one behind it."""
    instead = {"imitation_steps": steps} if steps else {}
    method, practice, _ = pupil_of(settings, panel, run, settings.profile.seeds[0], **instead)
    seconds = 0.0
    for _ in range(PATIENCE):
        seconds = _timed(method.meta_step, practice)
        if practice.counts.updates:
            break
    return seconds if seconds > LONG else _timed(method.meta_step, practice)


def validation_seconds(settings: Settings, panel: Panel, run: str) -> float:
    seed = settings.profile.seeds[0]
    method, practice, _ = pupil_of(settings, panel, run, seed)
    validate = validation_of(settings, panel, practice.world, method, run, seed)
    return _timed(validate, method.weights) if validate else 0.0


def expert_seconds(settings: Settings, name: str) -> float:
    """Of its steps some are timed, behind its warm-up."""
    training = expert_training(settings, dataset_named(name))
    while training.taken <= training.params.warm_up:
        training.step()
    before = training.taken
    seconds = _timed(lambda _: [training.step() for _ in range(ROUNDS)], None)
    return seconds * settings.profile.experts[name].env_steps / (training.taken - before)


def totals(settings: Settings, panel: Panel, seconds: dict[str, float]) -> Prices:
    """Seconds of each run with each seed, and core-hours of all, the choice of numbers included."""
    seeds = len(settings.profile.seeds)
    trainings = seeds + (tuning_share(settings) if panel.published else 0)
    hours = sum(seconds.values()) * trainings / 3600
    rounded = {run: float(f"{value:.3g}") for run, value in seconds.items()}
    return {
        "hours": float(f"{hours:.3g}"),
        "seeds": seeds,
        "processor": processor(),
        "runs": rounded,
    }


def tuning_share(settings: Settings) -> float:
    """How many trainings the search for a run's numbers is worth."""
    size = settings.profile.tuning
    left, share = size.candidates, 0.0
    for rung in size.rungs:
        share += left * rung
        left = len(halved(np.zeros(left), size.keep))
    return share


def _known(settings: Settings, panel: Panel, run: str, known: dict[str, float]) -> float:
    """Many panels share a run and its sizes."""
    size = settings.panel_size(panel).model_dump(exclude={"runs"})
    own = settings.run_values(panel, run), panel.data.name, panel.options, settings.nets(panel, run)
    key = repr((own, size, settings.shown(panel, run), settings.horizon(panel, run)))
    if key not in known:
        known[key] = run_seconds(settings, panel, run)
    return known[key]


def _timed(call: Callable[[Any], object], argument: Any) -> float:
    began = process_time()
    call(argument)
    return process_time() - began


def _save(path: Path, profile: str, panel: str, found: Prices) -> None:
    known = json.loads(path.read_text()) if path.exists() else {}
    known.setdefault(profile, {})[panel] = found
    write_text(path, json.dumps(known, indent=1, sort_keys=True) + "\n")
