"""All claims in one picture: a dot and an interval each, right of a line where the claim holds."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from remeta.report.claims.verdicts import Verdict, beyond
from remeta.report.figures.style import (
    SMALL,
    VERDICT_LOOKS,
    caption,
    log_scale,
    save,
    sheet,
    styled,
)

LEGEND = "Effect and 95 % interval of the test that decides; right of the line is as claimed."
RATIO = "times the claimed"
KINDS = {
    "s": "above the claimed, expert scale",
    "times": RATIO,
    "iterations": RATIO,
    "coverage": "above the claimed, coverage",
    "gain": "from the claimed, of the best gain",
    "own gain": "from the claimed, of a run's gain",
    "noise": "from the claimed, noise",
    "of seeds": "from the claimed, of the seeds",
    "corners": "from the claimed, corners",
    "distance": "from the claimed, visits apart",
    "nats": "from the claimed, nats",
}


def draw(rows: Sequence[Verdict], stem: Path) -> None:
    """The verdicts from scores, by what they measure."""
    rows = [row for row in rows if row.verdict in VERDICT_LOOKS]
    kinds = dict.fromkeys([*KINDS.values(), *map(_kind, rows)])
    parts = {kind: [row for row in rows if _kind(row) == kind] for kind in kinds}
    parts = {kind: part for kind, part in parts.items() if part}
    with styled():
        figure = sheet(0.6 + 0.17 * len(rows) + 0.5 * len(parts))
        sizes = [len(part) + 0.5 for part in parts.values()]
        grid = figure.subplots(len(sizes), height_ratios=sizes, squeeze=False) if sizes else []
        for (axes,), (kind, part) in zip(grid, parts.items(), strict=True):
            _dots(axes, part, kind == RATIO)
            axes.set_xlabel(kind, fontsize=7)
            axes.axvline(kind == RATIO, color="#333333", linewidth=0.8, zorder=1)
            if kind == RATIO:
                log_scale(axes)
                axes.minorticks_off()
        count = Counter(row.verdict for row in rows)
        counts = ", ".join(f"{count[name]} {name}" for name in VERDICT_LOOKS)
        caption(figure, f"{counts}. {LEGEND}")
        save(figure, stem)


def _kind(row: Verdict) -> str:
    return KINDS.get(row.unit, f"from the claimed, {row.unit}")


def _dots(axes: Axes, rows: Sequence[Verdict], ratio: bool) -> None:
    for place, row in enumerate(rows):
        colour, marker = VERDICT_LOOKS[row.verdict]
        effect, low, high = beyond(row, ratio)
        axes.plot([low, high], [place, place], "|-", color=colour, markersize=5)
        axes.plot(effect, place, marker, color=colour, markersize=4, markeredgewidth=0)
    axes.set_yticks(range(len(rows)), labels=[row.id for row in rows], fontsize=SMALL)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="x", alpha=0.5)
    axes.tick_params(axis="y", length=0)
