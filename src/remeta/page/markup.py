"""Templates, and what they may call."""

import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from remeta.page.bearing import deviations, power
from remeta.page.intervals import interval
from remeta.page.needs import price
from remeta.page.tiles import anchor
from remeta.report.claims.signs import MARKS
from remeta.report.pages.wording import claimed, effect
from remeta.report.text import number

HERE = Path(__file__).parent
CODE = re.compile(r"`([^`]+)`")


def templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names: dict[str, Any] = {
        "anchor": anchor,
        "claimed": claimed,
        "deviations": deviations,
        "effect": effect,
        "interval": interval,
        "marks": MARKS,
        "number": number,
        "power": power,
        "price": price,
        "inlined": inlined,
    }
    made.globals |= names
    made.filters["prose"] = prose
    return made


def prose(text: str) -> Markup:
    """Escaped; what stands between backticks is code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(Markup.escape(text))))


def inlined(name: str) -> Markup:
    """A style or script of our own, or of uPlot, as it is."""
    return Markup((HERE / name).read_text().replace("</script", "<\\/script"))


def embedded(value: Any) -> Markup:
    """JSON inside of a page, in which nothing can end the script it stands in."""
    if not value:
        return Markup("")
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))
