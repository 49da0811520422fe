"""The claims of all papers with what became of them, for the first page of the project."""

from collections.abc import Sequence
from pathlib import Path

from remeta.frozen import Advice
from remeta.papers.claim import Claim
from remeta.papers.panel import TUNED, Panel
from remeta.report.claims.conditions import pairs
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.rules import SCOREBOARD, TRAINING
from remeta.report.claims.verdicts import Verdict, read_claims
from remeta.report.pages.wording import both, claimed
from remeta.report.text import markdown

START, END = "<!-- scoreboard -->", "<!-- /scoreboard -->"
PRIVATE = "quick"  # the profile whose results stay with whoever ran it
SMALL_TO_LARGE = ("study", "paper")
TRAINING = (
    f"{TRAINING} The best gain is the best run's of its panel, from the first "
    "iteration to the last tenth; a run's own gain is that to its peak."
)


def gather(root: Path, papers: Sequence[str], claims: Sequence[Claim]) -> list[Verdict]:
    """Every claim that was run, from the largest profile that ran it, in the papers' order."""
    found: dict[str, Verdict] = {}
    for profile in _profiles(root):
        for path in (root / profile / paper / "claims.csv" for paper in papers):
            rows = read_claims(path) if path.exists() else []
            found |= {row.id: row for row in rows if row.verdict != NOT_RUN}
    ids = [id + end for claim in claims for id in claim.ids for end in ("", TUNED)]
    return [found[id] for id in ids if id in found]


def _profiles(root: Path) -> list[str]:
    names = [folder.name for folder in root.iterdir() if folder.is_dir()] if root.exists() else []
    size = {name: place for place, name in enumerate(SMALL_TO_LARGE, start=1)}
    return sorted({*names} - {PRIVATE}, key=lambda name: (size.get(name, 0), name))


def block(
    rows: Sequence[Verdict], claims: Sequence[Claim], panels: Sequence[Panel], root: Path
) -> str:
    """A table of what was run, and in one line what was not, of papers of which anything was."""
    found, told, lines = pairs(rows), set(), []
    head, sides = both(found)
    for pair, side in zip(found, sides, strict=True):
        row = pair.row
        says = "" if row.claim in told else row.says
        told.add(row.claim)
        lines.append([pair.id, says, *side, claimed(row), str(row.seeds or ""), row.profile])
    run = {pair.id for pair in found}
    papers = {_paper(row.claim) for row in rows}
    begun = [claim for claim in claims if not papers or _paper(claim.id) in papers]
    missing = [name for claim in begun for name in claim.ids if name not in run]
    head = ["claim", "statement", *head, "claimed", "seeds", "profile"]
    parts = [markdown(head, lines), f"{SCOREBOARD}\n"] if lines else []
    parts += [f"{TRAINING}\n"] if any("gain" in row.unit for row in rows) else []
    home = {panel.name: panel.paper for panel in panels}
    folders = [root / pair.row.profile / home.get(pair.row.panel, "") for pair in found]
    deciding = [pair.sentence(folder) for pair, folder in zip(found, folders, strict=True)]
    parts += [f"{text}\n" for text in deciding if text]
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
