"""Who reads the files of each kind of panel, and how a reader of its report reads its numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from remeta.papers.panel import Panel
from remeta.report.noise import Noise
from remeta.report.results import Results
from remeta.report.traces import Traces
from remeta.report.training import Training

READERS = {
    "adaptation": Results,
    "training": Training,
    "variance": Noise,
    "trajectories": Traces,
}
HELD_OUT = """R_k is the undiscounted return of held-out tasks after k updates, s_k the same on the
expert scale (0: the random start before any update, 1: the expert). Tables give interquartile
means; their intervals (95 %, bootstrap) redraw seeds and held-out tasks together: they cover
another training, and other tasks of the same kind. Bands in figures redraw seeds only. Claims
compare runs paired by seed and task, and a verdict needs the whole interval on one side of what is
claimed: what lies across is inconclusive. A bootstrap over 2 or 3 seeds gives intervals that are
too narrow, over one seed none: each verdict names its seeds.
"""
TRAINING = """Curves are undiscounted returns of training tasks after one step of adaptation;
nothing is held out. Final is the mean of the last tenth of training; peak the highest mean of 10
iterations, of fewer at either end; drawdown the way from there to the end; scatter the standard
deviation around such means; jitter what of it is left if each iteration's own luck is taken out,
the root of what neighbours deviate by together, negative where that is noise below zero. All three
are shares of what the run rose by itself, from its first iteration to its peak. Scatter is mostly
the draw of tasks: a policy that never changes but solves only some of them scatters, too, and its
drawdown, the highest of many means being lucky, is not quite 0. Dropped is the share of seeds that
end a quarter of their rise below their peak; five seeds decide it only where all or none did. Who
did not rise beyond three times its scatter, or trained for less than 20 iterations, has none of
these. Claims on returns are on the panel's scale (gain: 0 is the first iteration, before any
update, 1 the best run's final return). Intervals (95 %) redraw seeds, runs paired by seed, and are
widened to those of Student's t; that of a share of seeds is Jeffreys'. A verdict needs the whole
interval on one side of what is claimed; a claim of several tests is supported by all, contradicted
by one, which makes false contradictions likelier the more it has. With 5 seeds, equals are told
apart on a given side 4 times in 100 (2.5 by name), with 4 seeds 6 times, with 3 13 times and with 2
25 times; with one, nothing is decided.
"""


def reader(panel: Panel, profile: str, seeds: Sequence[int], root: Path) -> Any:
    return READERS[panel.kind](panel, profile, tuple(seeds), Path(root))


def reading(panel: Panel) -> str:
    return HELD_OUT if panel.kind == "adaptation" else TRAINING
