"""The claims of all papers with what became of them, for the first page of the project."""

from collections.abc import Sequence
from pathlib import Path

from remeta.frozen import Advice
from remeta.papers.claim import Claim
from remeta.report.claims import Verdict, read_claims
from remeta.report.outcome import NOT_RUN
from remeta.report.statistics import FEW
from remeta.report.text import markdown
from remeta.report.wording import claimed, effect, verdict

START, END = "<!-- scoreboard -->", "<!-- /scoreboard -->"
PRIVATE = "quick"  # the profile whose results stay with whoever ran it
SMALL_TO_LARGE = ("study", "paper")
HEAD = ("claim", "statement", "verdict", "effect [95 %]", "claimed", "seeds", "profile")
LEGEND = (
    "Effects on held-out tasks are interquartile means over seeds and tasks: differences on the "
    "expert scale (0 a random start, 1 the expert); × are ratios of costs. A verdict needs the "
    "whole interval on one side of what is claimed; with fewer than "
    f"{FEW} seeds it is too narrow."
)

TRAINING = (
    "MAME's rows are of training itself, nothing being held out: means over seeds, intervals "
    "widened to Student's t. The best gain is the best run's of its panel, from the first "
    "iteration to the last tenth; a run's own gain is that to its peak."
)


def gather(root: Path, papers: Sequence[str], claims: Sequence[Claim]) -> list[Verdict]:
    """Every claim that was run, from the largest profile that ran it, in the papers' order."""
    found: dict[str, Verdict] = {}
    for profile in _profiles(root):
        for path in (root / profile / paper / "claims.csv" for paper in papers):
            rows = read_claims(path) if path.exists() else []
            found |= {row.id: row for row in rows if row.verdict != NOT_RUN}
    return [found[name] for claim in claims for name in claim.ids if name in found]


def _profiles(root: Path) -> list[str]:
    names = [folder.name for folder in root.iterdir() if folder.is_dir()] if root.exists() else []
    size = {name: place for place, name in enumerate(SMALL_TO_LARGE, start=1)}
    return sorted({*names} - {PRIVATE}, key=lambda name: (size.get(name, 0), name))


def block(rows: Sequence[Verdict], claims: Sequence[Claim]) -> str:
    """A table of what was run, and in one line what was not, of papers of which anything was."""
    told, lines = set(), []
    for row in rows:
        says = "" if row.claim in told else row.says
        told.add(row.claim)
        line = [row.id, says, verdict(row), effect(row), claimed(row), str(row.seeds or "")]
        lines.append([*line, row.profile])
    run = {row.id for row in rows}
    papers = {_paper(row.claim) for row in rows}
    begun = [claim for claim in claims if not papers or _paper(claim.id) in papers]
    missing = [name for claim in begun for name in claim.ids if name not in run]
    parts = [markdown(HEAD, lines), f"{LEGEND}\n"] if lines else []
    parts += [f"{TRAINING}\n"] if any("gain" in row.unit for row in rows) else []
    parts += [f"Not run yet: {', '.join(missing)}.\n"] if missing else []
    return "\n".join(parts)


def _paper(claim: str) -> str:
    return claim.partition("-")[0]


def renewed(readme: Path, text: str) -> str:
    """The page with `text` between the marks, and all else as it was."""
    try:
        page = readme.read_text()
    except OSError as missing:
        raise Advice(f"{readme} cannot be read ({missing}); restore it.") from missing
    before, opened, rest = page.partition(START)
    _, closed, after = rest.partition(END)
    if not opened or not closed:
        raise Advice(f"{readme} lacks the marks {START} and {END}; put them where claims go.")
    return f"{before}{START}\n{text}{END}{after}"
