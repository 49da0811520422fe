"""Where measurements are kept and shown: results/bench.json, and a table in README.md."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from remeta.bench.entry import Entry
from remeta.pipeline.processor import processor
from remeta.report.text import count, markdown, number, ranged
from remeta.storage import write_text

BOOK, README = Path("results/bench.json"), Path("README.md")
START, END = "<!-- bench -->", "<!-- /bench -->"
HEADER = ("what", "ours", "other", "ratio [min, max]", "target", "met")
PACKAGES = ("remeta", "torch", "mujoco", "gymnasium", "numpy")  # whose versions matter
OWN_KEYS = ("machine", "entries")  # keys written here; all others belong to someone else


def machine(
    environment: dict[str, float], load: float, packages: Sequence[str] = PACKAGES
) -> dict[str, Any]:
    """On what and with what was measured; `load` is how busy the machine was before."""
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        **environment,
        "load_before": round(load, 2),
        "versions": {"python": platform.python_version()} | {p: version(p) for p in packages},
    }


def record(path: Path, entries: Sequence[Entry], machine: dict[str, Any]) -> dict[str, Any]:
    """Write the measurements and return the whole book; keys of others stay as they were."""
    book = {name: value for name, value in read(path).items() if name not in OWN_KEYS}
    book |= {"machine": machine, "entries": [asdict(entry) for entry in entries]}
    write_text(path, json.dumps(book, indent=1) + "\n")
    return book


def read(path: Path) -> dict[str, Any]:
    """The book so far; an unreadable one is begun anew."""
    try:
        book = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return book if isinstance(book, dict) else {}


def table(book: dict[str, Any]) -> str:
    about = book["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    rows = [_row(entry) for entry in book["entries"]]
    if "quick" in book:
        rows.append(_quick(book["quick"]))
    title = f"{about['processor']}, {about['threads']:.0f} threads; {versions}."
    return f"{title}\n\n{markdown(HEADER, rows)}"


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    ratio, other, unit = entry["ratio"], entry["other"], entry["unit"]
    return (
        entry["what"],
        _shown(entry["ours"], unit),
        _shown(other, unit),
        "" if ratio is None else ranged(ratio["median"], ratio["min"], ratio["max"]),
        entry["target"],
        _mark(entry["met"]),
    )


def _quick(quick: dict[str, float]) -> tuple[str, ...]:
    seconds, target = quick["wall_s"], quick["target"]
    what = "`make repro` of the quick profile, from scratch"
    met = seconds <= target
    return what, _shown(seconds, "s"), "", "", f"ours <= {target:g}", _mark(met)


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{count(value) if value >= 1000 else number(value)} {unit}"


def _mark(met: bool) -> str:
    return "✓" if met else "✗"


def show(readme: Path, text: str) -> None:
    """Put `text` between the marks of a page; a page without them is left alone, with advice."""
    page = readme.read_text() if readme.exists() else ""
    before, opened, rest = page.partition(START)
    _, closed, after = rest.partition(END)
    if opened and closed:
        write_text(readme, f"{before}{START}\n{text}{END}{after}")
    else:
        print(f"{readme} has no {START} ... {END}; put these marks where the table shall stand.")
