"""What a person who writes a paper takes along: figures, LaTeX tables, and what to cite."""

import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from remeta.frozen import Advice
from remeta.page.compose import Profile
from remeta.page.history import NEVER, History
from remeta.papers.panel import Panel
from remeta.papers.registry import PANELS, PAPERS, conditions
from remeta.report.figures.style import drawn_as
from remeta.report.kinds import kind_of, present
from remeta.storage import write_text

BIB = "remeta.bib"
ENTRY = """@software{{remeta,
  title = {{remeta: papers on agents that learn quickly, reproduced with intervals and verdicts}},
  author = {{{{The remeta authors}}}},
  version = {{{version}}},
  year = {{{year}}},
  note = {{results of profile {profile}, commit {commit}}},
}}
"""


def export(folder: Path, names: Sequence[str], profile: Profile) -> list[Path]:
    """Files of all panels that have a table, of these papers and panels, into a folder."""
    made = [path for panel in chosen(names) for path in _panel(panel, folder, profile)]
    if not made:
        at = profile.root / profile.name
        wanted = ", ".join(names) or "any panel"
        raise Advice(f"{at} has no table of {wanted}; run `remeta repro` of it, or name another.")
    write_text(folder / BIB, bibtex(profile))
    return [*made, folder / BIB]


def chosen(names: Sequence[str]) -> list[Panel]:
    """Those with figures of their own; all of them if none is named."""
    known = {*PAPERS, *(panel.id for panel in PANELS)}
    for name in names:
        if name not in known:
            raise Advice(f"{name} is no paper or panel; choose among {', '.join(sorted(known))}.")
    wanted = [panel for panel in PANELS if not names or {panel.paper, panel.id} & {*names}]
    return [panel for panel in wanted if not panel.published]


def bibtex(profile: Profile) -> str:
    last = History.of(profile.root / profile.name).newest
    commit, _, day = last.partition(" of ")
    year = day[:4] if last != NEVER else ""
    return ENTRY.format(
        version=version("remeta"), year=year or "n.d.", profile=profile.name, commit=commit
    )


def _panel(panel: Panel, folder: Path, profile: Profile) -> list[Path]:
    """Its tables, under both conditions if there are two, and its figure in three formats."""
    results = present(conditions(panel), profile.name, profile.seeds, profile.root)
    tables = profile.root / profile.name / panel.paper / "tables"
    ran = [name for name in results if (tables / f"{name}.csv").exists()]
    if panel.name not in ran:
        return []
    home = folder / panel.paper
    copied = [
        _copied(tables / f"{name}{end}", home)
        for name in ran
        for end in kind_of(panel).endings
        if not end.endswith(".md")
    ]
    with drawn_as("pdf", "png", "svg"):
        kind_of(panel).draw([results[name] for name in ran], home / panel.name)
    stems = [home / f"{panel.name}{part}" for part in kind_of(panel).pictures(panel)]
    for stem in stems:
        _carry(stem.with_suffix(".svg"), [path for path in copied if path.suffix == ".csv"])
    return copied + [stem.with_suffix(end) for stem in stems for end in (".pdf", ".png", ".svg")]


def _copied(path: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(path, folder / path.name))


def _carry(picture: Path, tables: Sequence[Path]) -> None:
    """Put the tables into a picture, as text that any editor shows and none draws."""
    text = picture.read_text()
    held = "".join(
        f"<metadata id={quoteattr(path.name)}>{escape(path.read_text())}</metadata>\n"
        for path in tables
    )
    before, end, after = text.rpartition("</svg>")
    write_text(picture, before + held + end + after)
