"""Training itself, nothing being held out: return after adaptation over environment steps."""

from collections.abc import Sequence
from pathlib import Path

from remeta.papers.panel import Panel
from remeta.report.claims.rules import ON_SEEDS
from remeta.report.kinds.by_measure import values
from remeta.report.kinds.kind import Kind
from remeta.report.kinds.sight import Seeds, Sight
from remeta.report.kinds.training import diagnostics
from remeta.report.kinds.training.curves import AFTER
from remeta.report.kinds.training.drawing import PICTURE
from remeta.report.kinds.training.results import Training
from remeta.report.kinds.training.tables import by_iteration, by_run, cells

READING = """Curves are undiscounted returns of training tasks after one step of adaptation;
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
update, 1 the best run's final return)."""
READING += ON_SEEDS


def draw(conditions: Sequence[Training], stem: Path) -> None:
    """Curves, and where MAME trains what goes on inside it as published."""
    PICTURE.draw(conditions, stem)
    if diagnostics.fit(conditions[0].panel):
        diagnostics.draw(conditions[0], stem.with_name(f"{stem.name}_diagnostics"))


def pictures(panel: Panel) -> tuple[str, ...]:
    return ("", "_diagnostics") if diagnostics.fit(panel) else ("",)


SPENT = "train_env_steps"
SIGHTS = (
    Sight(
        "Training tasks after adaptation",
        part="_curves",
        x=SPENT,
        label="environment steps in meta-training",
        seeds=Seeds("curves", SPENT, AFTER),
    ),
)

KIND = Kind(
    name="training",
    stages=("train",),
    reads=("curves",),
    read=Training,
    frames={"": by_run, "_curves": by_iteration},
    cells=cells,
    draw=draw,
    summary=lambda training: values(by_run(training)),
    reading=READING,
    pictures=pictures,
    sights=SIGHTS,
)
