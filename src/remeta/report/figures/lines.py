"""Lines with bands, one per run: the part all learning curves share."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from remeta.report.files import where
from remeta.report.style import look

LETTERS, ROOM = 75, 6  # of a legend in one row; what a handle takes


def draw_lines(axes: Axes, rows: pd.DataFrame, panel: str, x: str, y: str) -> list[str]:
    """`mean` within `low` to `high` over `x` for every run; returns the runs, best end first."""
    last = rows.groupby("run")[y].last().to_dict()
    order = sorted(last, key=lambda run: -last[run])
    looks = {run: look(run, panel) for run in order}
    sns.lineplot(
        rows, x=x, y=y, hue="run", style="run", hue_order=order, style_order=order,
        palette={run: looks[run].colour for run in order},
        markers={run: looks[run].marker for run in order},
        dashes={run: looks[run].dash for run in order},  # type: ignore[arg-type]
        markeredgewidth=0.4, errorbar=None, estimator=None, legend=False, ax=axes,
    )  # fmt: skip
    for run in order:
        one = where(rows, run=run)
        axes.fill_between(
            one[x], one.low, one.high, color=looks[run].colour, alpha=0.15, linewidth=0
        )
    return order


def legend(figure: Figure, labels: dict[str, str], order: list[str], panel: str) -> None:
    """Above the axes, in this order of runs."""
    handles = []
    for run in order:
        style = look(run, panel)
        handles.append(
            figure.axes[0].plot(
                [], [], color=style.colour, marker=style.marker, markeredgecolor="white",
                markeredgewidth=0.4, dashes=style.dash or (None, None), label=labels[run],
            )[0]
        )  # fmt: skip
    letters = sum(len(labels[run]) + ROOM for run in order)
    columns = len(order) if letters <= LETTERS else (len(order) + 1) // 2
    figure.legend(
        handles=handles, loc="outside upper center", ncols=columns, columnspacing=1.0,
        handlelength=1.9, handletextpad=0.4, borderaxespad=0.1,
    )  # fmt: skip
