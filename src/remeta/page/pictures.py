"""Figures as the page carries them: small, and the same bytes from the same picture."""

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.report.kinds import kind_of

TREE = Image.Quantize.FASTOCTREE  # of flat colours it keeps as much as slower ways do


@dataclass(frozen=True)
class Carried:
    uri: str
    alt: str
    width: int  # in points of the page: half of what there are in the file
    height: int


def carried(panel: Panel, figures: Path) -> list[Carried]:
    """All pictures of a panel that are there."""
    paths = [
        figures / panel.paper / f"{panel.name}{part}.png" for part in kind_of(panel).pictures(panel)
    ]
    alts = [f"Our {panel.title}", f"{panel.title}: what goes on inside"]
    return [_carried(path, alt) for path, alt in zip(paths, alts, strict=False) if path.exists()]


def _carried(path: Path, alt: str) -> Carried:
    try:
        with Image.open(path) as image:
            flat = image.convert("RGB").quantize(128, TREE, dither=Image.Dither.NONE)
    except (OSError, ValueError) as broken:
        remedy = "draw it again by `remeta figure`"
        raise Advice(f"{path} is no picture ({broken}); {remedy}.") from broken
    buffer = BytesIO()
    flat.save(buffer, "png")
    uri = f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
    return Carried(uri, alt, flat.width // 2, flat.height // 2)
