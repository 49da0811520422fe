"""Adaptation of trained starts to held-out tasks: return over the number of updates."""

from remeta.report.claims.rules import ON_TASKS
from remeta.report.kinds.adaptation.curve import TRAINED
from remeta.report.kinds.adaptation.drawing import PICTURE
from remeta.report.kinds.adaptation.results import Results
from remeta.report.kinds.adaptation.tables import by_iteration, by_step, cells, looks, means
from remeta.report.kinds.kind import Kind
from remeta.report.kinds.sight import Seeds, Sight

READING = """R_k is the undiscounted return of held-out tasks after k updates, s_k the same on the
expert scale (0: the random start before any update, 1: the expert). Tables give interquartile
means; their intervals (95 %, bootstrap) redraw seeds and held-out tasks together: they cover
another training, and other tasks of the same kind. Bands in figures redraw seeds only."""

RETURNS = (("metric", "return"),)
SIGHTS = (
    Sight(
        "Held-out tasks, by the number of updates",
        x="adapt_step",
        label="updates",
        counts="average return",
        band=("mean_low", "mean_high"),
        only=RETURNS,
        seeds=Seeds("scores", "adapt_step", "value", RETURNS),
    ),
    Sight(
        "Validation tasks after one update, in meta-training",
        part="_curves",
        x="iteration",
        label="meta-iterations",
        counts="average return",
        seeds=Seeds("curves", "iteration", TRAINED),
    ),
)

KIND = Kind(
    name="adaptation",
    stages=("train", "evaluate", "score"),
    reads=("scores", "curves"),
    read=Results,
    frames={"": by_step, "_curves": by_iteration},
    cells=lambda results, table: cells(table, looks(results)),
    draw=PICTURE.draw,
    summary=means,
    reading=READING + ON_TASKS,
    sights=SIGHTS,
)
