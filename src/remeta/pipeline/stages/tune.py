"""Step sizes, chosen on training tasks with a seed that no result uses.

Every candidate trains a third as long as the profile's runs do and is scored by the panel's
protocol on training tasks; validation and test tasks stay unseen. The choice is made by a person,
who writes it into params.yaml; the table says on what grounds.
"""

from statistics import fmean

import numpy as np

from remeta import methods
from remeta.core.weights import detached
from remeta.experience.adaptation import adaptation_curve
from remeta.papers.registry import panel_named
from remeta.pipeline import machine, places
from remeta.pipeline.panels import method_of, practice_of, schedule_of, world_of
from remeta.pipeline.resume.progress import Progress
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.teaching import context_demos_of, taught
from remeta.records import written
from remeta.storage import write_text

RATES = (0.1, 0.5, 1.0)  # what the paper's and MAML's official codes use somewhere
SEED = 1000
COLUMNS = ("panel", "run", "inner_rate", "test_rate", "iterations", "tasks", "step", "return")


def tune(panel_id: str, run: str) -> None:
    settings, panel = Settings.load(), panel_named(panel_id)
    settings.refuse_unknown(panel, run)
    settings.protocol(panel)  # what holds nothing out is not tuned by it
    machine.prepare()
    values, iterations = settings.run_values(panel, run)
    iterations = -(-iterations // 3)
    inner_rates = RATES if "inner_rate" in values else (None,)
    progress = Progress(f"tune {panel_id} {run}", max(1, iterations) * len(inner_rates))
    rows = []
    for index, inner_rate in enumerate(inner_rates):
        overrides = {} if inner_rate is None else {"inner_rate": inner_rate}
        world = world_of(settings, panel, run)
        method = method_of(settings, panel, world, run, SEED, **overrides)
        practice = practice_of(settings, panel, world, run, SEED)
        practice, _ = taught(settings, panel.data, practice, method.needs)
        for iteration in range(iterations):
            metrics = method.meta_step(practice)
            progress.show(index * iterations + iteration + 1, metrics)
        # Where training has an inner rate, tests take the same: another would test another method.
        for test_rate in RATES if inner_rate is None else (inner_rate,):
            returns = _returns(settings, panel, practice, method, test_rate)
            rows += [
                dict(
                    zip(
                        COLUMNS,
                        (panel.id, run, inner_rate, test_rate, iterations, "train", k, f"{r:.4g}"),
                        strict=True,
                    )
                )
                for k, r in enumerate(returns)
            ]
            print(
                run, inner_rate, test_rate, [round(r, 1) for r in returns], round(fmean(returns), 2)
            )
    path = places.RESULTS / settings.profile.name / panel.paper / panel.name / "tuning"
    write_text(path / f"{run}.csv", written(COLUMNS, rows, {}))


def _returns(settings, panel, practice, method, rate) -> list[float]:
    protocol, size = settings.protocol(panel), settings.data_size(panel.data)
    world, count, needs = practice.world, size.test_tasks, method.needs
    demos = context_demos_of(settings, world, panel.data, "train", count, needs)
    rates = [rate, *[rate / 2] * (protocol.steps - 1)]
    schedule = schedule_of(settings, panel, panel.data, rates, demos)
    curve = adaptation_curve(
        practice.world,
        methods.adaptation_of(method, schedule),
        detached(method.weights),
        practice.tasks[: size.test_tasks],
        schedule,
        np.random.default_rng(stream(SEED, panel.id, "tune").integers(2**32, size=4).tolist()),
    )
    return [float(rollouts.mean_return().mean()) for _, rollouts in curve]
