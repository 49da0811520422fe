"""`remeta bench`: everything measured, one after the other, in this one process."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from remeta.bench import book, learning, products, sampling, stages, vector
from remeta.bench.entry import Entry
from remeta.bench.ground import Ground, Sizes
from remeta.frozen import Advice
from remeta.pipeline import machine
from remeta.pipeline.settings.blocks import Profile
from remeta.pipeline.settings.params import PROFILES, Settings, read_yaml

CHEETAH, CORNER, RUNNING = "mame_fig2_cheetah_dir", "mame_fig2_corner", "smile_table1"
BY_SIGHT = "gmps_fig5_vision"
BUSY = 0.5  # processes waiting for a core, above which ratios are not worth much
SIMULATED = {
    "mri_fig3_ant": 0.85,
    "mri_fig3_reacher": 0.6,
    CHEETAH: 0.6,
}  # least share of physics in sampling
VECTOR = {"sync": 3.0, "async": 5.0}  # times as fast at least
HEAVY = {"mri_fig3_ant": ("mri", "maml"), "mri_fig3_point": ("mri", "maml")}


@dataclass(frozen=True)
class Extent:
    """How much is measured, and how often."""

    sampling: Sizes
    learning: Sizes
    imitating: Sizes  # the tasks of an update, and what is known of them
    envs: int
    resets: int
    rounds: int
    long_rounds: int


FULL = Extent(
    sampling=Sizes(tasks=40, episodes=20, horizon=50),  # long enough for feet to meet the floor
    learning=Sizes(tasks=40, episodes=20, horizon=100),
    imitating=Sizes(tasks=8, episodes=1, horizon=1000),
    envs=16,
    resets=4,
    rounds=5,
    long_rounds=3,
)


def bench() -> None:
    load = os.getloadavg()[0]
    if load > BUSY:
        print(f"The machine is busy (load {load:.1f}): measure again when quiet.", file=sys.stderr)
    settings, environment = Settings.load(), machine.prepare()
    path = PROFILES / "paper.yaml"
    paper = Profile.read(read_yaml(path), path.name)
    entries = []
    for entry in measured(settings, paper, FULL):
        ratio = "" if entry.ratio is None else f", ratio {entry.ratio.median:.3g}"
        print(f"{entry.name}: {entry.ours:.4g} {entry.unit}{ratio}", file=sys.stderr, flush=True)
        entries.append(entry)
    about = book.machine(environment, load)
    text = book.table(book.record(book.BOOK, entries, about))
    book.show(book.README, text)
    print(text)


def measured(settings: Settings, heavy: Profile, extent: Extent) -> Iterator[Entry]:
    """Every entry, as soon as it is known; memory at the sizes of `heavy`."""
    for panel, share in SIMULATED.items():
        ground = Ground(settings, panel, extent.sampling)
        yield sampling.against_physics(ground, extent.rounds, share)
        yield from vector.against_gymnasium(
            ground, extent.envs, extent.resets, extent.rounds, VECTOR
        )
    with suppress(Advice):  # where nothing draws off screen
        yield sampling.drawing(BY_SIGHT, extent.envs * 25, extent.rounds, 1000)
    ground = Ground(settings, stages.POINT, extent.learning)
    yield from learning.trust_region(ground, extent.long_rounds)
    yield learning.imitation_step(ground, extent.rounds)
    yield learning.exploring(Ground(settings, CHEETAH, extent.learning), extent.long_rounds)
    yield learning.proximal(Ground(settings, CORNER, extent.learning), extent.long_rounds)
    yield products.imitating(Ground(settings, RUNNING, extent.imitating), extent.rounds)
    yield stages.start_up(extent.rounds)
    yield stages.fixed_cost(extent.long_rounds)
    for panel, runs in HEAVY.items():
        yield from stages.memory(panel, runs, heavy)
