"""How runs that other panels train adapt to tasks they were not trained on.

Sweeps of a metric over steps of adaptation, or over what the tasks of a grid vary in.
"""

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from remeta.report.figures.sides import Picture
from remeta.report.kinds import sweep
from remeta.report.kinds.sweep import Sweep, by_point, looks, words
from remeta.report.kinds.training.drawing import columns

ROOM = 0.35  # above and below all means, as a share of their range


class Adaptations(Sweep):
    evidence = "adaptations"


def plot(axes: Axes, results: Sweep) -> list[str]:
    """With a tick at every point."""
    order, points = sweep.plot(axes, results), by_point(results)
    axes.set_xticks(sorted(points[results.panel.over].unique()))
    axes.xaxis.set_major_formatter("{x:g}")
    around_means(axes, points["mean"])
    return order


def around_means(axes: Axes, means: ArrayLike) -> None:
    """Bands of few seeds are wider than what there is to see: they may leave the picture."""
    low, high = np.min(means), np.max(means)
    room = ROOM * (high - low) or 1.0
    axes.set_ylim(low - room, high + room)


KIND = replace(
    sweep.KIND,
    name="adaptations",
    stages=("adaptations",),
    reads=("adaptations",),
    read=Adaptations,
    draw=Picture(2.75, plot, looks, words, columns).draw,
)
