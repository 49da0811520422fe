"""Numbers and tables as text."""

import math
from collections.abc import Sequence

Cells = Sequence[Sequence[str]]


def number(value: float) -> str:
    """Three significant digits, and no more than a reader can use."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def ranged(value: float, low: float, high: float) -> str:
    return f"{number(value)} [{number(low)}, {number(high)}]"


def count(value: float) -> str:
    return f"{value:,.0f}"


def markdown(head: Sequence[str], rows: Cells) -> str:
    """A table of pipes; words to the left, and a bar in a cell does no harm."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def latex(head: Sequence[str], rows: Cells) -> str:
    """A booktabs table: the first column to the left, all others centred."""
    body = "".join(" & ".join(map(escaped, row)) + r" \\" + "\n" for row in rows)
    columns = "l" + "c" * (len(head) - 1)
    return (
        f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n"
        + " & ".join(map(escaped, head))
        + " \\\\\n\\midrule\n"
        + body
        + "\\bottomrule\n\\end{tabular}\n"
    )


def escaped(text: str) -> str:
    for sign in "&%$#_":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("∞", r"$\infty$")
