"""An effect with its interval, drawn in place: where the claim wants it is shaded."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from remeta.report.claims.verdicts import Verdict
from remeta.report.pages.wording import claimed, effect

WIDTH, HEIGHT, EDGE = 240, 26, 10
ROOM = 0.15  # beside what there is to see, as a share of it
RATIO = ("times", "iterations")  # units that are drawn by their logarithm
SMALLEST = 1e-2
SHAPES = {
    "supported": "M{x} {y}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
    "contradicted": "M{x} {y}m-5-5l10 10m0-10l-10 10",
}
DIAMOND = "M{x} {y}m0-6l6 6l-6 6l-6-6z"


@dataclass(frozen=True)
class Scale:
    low: float
    high: float
    ratio: bool

    def __call__(self, value: float) -> float:
        """Where on the picture; what is beyond it is at its edge."""
        place = (self._of(value) - self._of(self.low)) / (self._of(self.high) - self._of(self.low))
        return EDGE + min(max(place, 0.0), 1.0) * (WIDTH - 2 * EDGE)

    def _of(self, value: float) -> float:
        return math.log(max(value, SMALLEST)) if self.ratio else value


def interval(row: Verdict, other: Verdict | None = None) -> Markup:
    """Nothing where there is no interval; on a scale that has room for another one's, too."""
    if math.isnan(row.low) or math.isnan(row.high):
        return Markup("")
    scale = _scale([row, *([other] if other and other.unit == row.unit else [])])
    low, high, middle = scale(row.low), scale(row.high), HEIGHT / 2
    parts = [_wanted(row, scale), f'<path class="whisker" d="M{low:.1f} {middle}H{high:.1f}"/>']
    for value, x, turn in ((row.low, low, -1), (row.high, high, 1)):
        off = math.isinf(value) or _beyond(value, scale)
        end = f"m{-6 * turn}-5l{6 * turn} 5l{-6 * turn} 5" if off else "m0-5v10"
        parts.append(f'<path class="whisker" d="M{x:.1f} {middle}{end}"/>')
    if math.isfinite(row.effect):
        shape = SHAPES.get(row.verdict, DIAMOND).format(x=f"{scale(row.effect):.1f}", y=middle)
        parts.append(f'<path class="dot {row.verdict}" d="{shape}"/>')
    told = Markup.escape(f"effect {effect(row)}, claimed {claimed(row) or 'nothing'}")
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    body = "".join(parts)
    return Markup(f'<svg class="interval" role="img" aria-label="{told}" {size}>{body}</svg>')


def _wanted(row: Verdict, scale: Scale) -> str:
    left = scale(row.least) if math.isfinite(row.least) else 0.0
    right = scale(row.most) if math.isfinite(row.most) else float(WIDTH)
    shade = f'<path class="wanted" d="M{left:.1f} 0H{right:.1f}V{HEIGHT}H{left:.1f}z"/>'
    bounds = [scale(b) for b in (row.least, row.most) if math.isfinite(b)]
    return shade + "".join(f'<path class="bound" d="M{x:.1f} 0V{HEIGHT}"/>' for x in bounds)


def _scale(rows: Sequence[Verdict]) -> Scale:
    ratio = rows[0].unit in RATIO
    told = [v for row in rows for v in (row.effect, row.low, row.high, row.least, row.most)]
    seen = [value for value in told if math.isfinite(value)]
    if ratio:
        seen = [max(value, SMALLEST) for value in seen]
        return Scale(min(seen, default=1) / 1.5, max(seen, default=1) * 1.5, ratio)
    room = ROOM * (max(seen, default=1) - min(seen, default=0)) or 1.0
    return Scale(min(seen, default=0) - room, max(seen, default=1) + room, ratio)


def _beyond(value: float, scale: Scale) -> bool:
    return scale.ratio and value < SMALLEST
