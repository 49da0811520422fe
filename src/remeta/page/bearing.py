"""What bears on a verdict: what so many seeds can find, and where we differ from the paper."""

import math
import re
from collections.abc import Sequence

from scipy.special import stdtrit

from remeta.page.intervals import RATIO
from remeta.papers.panel import Panel
from remeta.report.claims.verdicts import Verdict
from remeta.report.figures.style import look
from remeta.report.statistics.power import smallest
from remeta.report.statistics.redraws import LEVEL
from remeta.report.text import number


def power(row: Verdict) -> str:
    """By the width of the interval, taken as Student's; nothing is told of ratios."""
    width = row.high - row.low
    if row.seeds < 2 or not math.isfinite(width) or width <= 0 or row.unit in RATIO:
        return ""
    spread = width / 2 / stdtrit(row.seeds - 1, (1 + LEVEL) / 2) * math.sqrt(row.seeds)
    least = number(smallest(float(spread), row.seeds))
    return f"{row.seeds} seeds that differ so find 8 of 10 differences of {least}"


def deviations(row: Verdict, panel: Panel | None, all_of: Sequence[str]) -> list[int]:
    """Places of those that name the claim, its panel or figure, or in their topic a run of it."""
    names = {f"`{panel.name}`"} if panel else set()
    runs = (*panel.runs, *panel.lenders) if panel else ()
    labels = {look(run.partition("-")[0]).label for run in runs}
    topics = {label for label in labels if not label.islower()}
    return [
        place
        for place, text in enumerate(all_of)
        if any(name in text for name in names)
        or _word(row.claim, text)
        or text.startswith(f"{row.place.partition(',')[0]}:")
        or any(_word(topic, text.partition(":")[0]) for topic in topics)
    ]


def _word(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))
