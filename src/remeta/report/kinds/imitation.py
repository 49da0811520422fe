"""Returns of those who imitate one expert, over how many demonstrations they were shown."""

from dataclasses import replace

from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray

from remeta.report.evidence.scores import SCALE
from remeta.report.figures.lines import lines
from remeta.report.figures.sides import Picture
from remeta.report.figures.style import Look, look
from remeta.report.figures.words import bands
from remeta.report.kinds import sweep
from remeta.report.kinds.adaptations import around_means
from remeta.report.kinds.sweep import OVERALL, Sweep, by_point
from remeta.report.kinds.training.drawing import columns

SHARE = "share"  # of the way from the untrained policy to the expert


class Imitation(Sweep):
    """A sweep over demonstrations, beside the expert and the untrained policy."""

    @property
    def all_runs(self) -> dict[str, str]:
        return super(Sweep, self).all_runs

    def unit(self, measure: str) -> str:
        return measure.partition(" ")[0]

    def also(self, measure: str) -> tuple[str, ...]:
        """On the same scale."""
        scaled = measure.startswith(SHARE) and measure != f"{SHARE} {OVERALL}"
        return (f"{SHARE} {OVERALL}",) if scaled else super().also(measure)

    def values(self, measure: str, run: str) -> Float[ndarray, "seed task"]:
        """`share at x` is the return there on the expert scale."""
        found = super().values(measure, run)
        return self.on_scale(found) if measure.startswith(SHARE) else found


def plot(axes: Axes, results: Imitation) -> list[str]:
    """The ends of the scale are lines across."""
    points = by_point(results)
    order = lines(axes, points, looks(results), results.panel.over, "mean")
    for run, level in zip(SCALE, results.scale, strict=True):
        one = look(run)
        axes.axhline(level, color=one.colour, dashes=(4, 2), linewidth=1.0, zorder=1)
    xs = sorted(points[results.panel.over].unique())
    axes.set(xlabel=results.panel.x, ylabel=results.panel.y, xscale="log")
    axes.set_xticks(xs, labels=[f"{x:g}" for x in xs])
    axes.minorticks_off()
    around_means(axes, [*points["mean"], *results.scale])
    return [*order, *SCALE[::-1]]


def looks(results: Imitation) -> dict[str, Look]:
    flat = {run: replace(look(run), marker="", dash=(4, 2)) for run in SCALE}
    return {run: look(run, results.panel) for run in results.lines} | flat


def words(results: Imitation) -> str:
    panel, seeds = results.panel, len(results.seeds)
    return (
        f"{panel.source}: {panel.shows} Every {panel.data.every}th step is shown; {bands(seeds)}."
    )


KIND = replace(
    sweep.KIND,
    name="imitation",
    stages=("train", "evaluate", "score"),
    read=Imitation,
    draw=Picture(2.75, plot, looks, words, columns).draw,
)
