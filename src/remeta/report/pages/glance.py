"""All claims of a paper that were run, a line each."""

from collections.abc import Sequence

from remeta.report.claims.conditions import pairs
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.rules import EFFECTS, TRAINING
from remeta.report.claims.verdicts import Verdict
from remeta.report.pages.wording import both, claimed
from remeta.report.text import markdown


def glance(claims: Sequence[Verdict]) -> str:
    """A table, how to read it, and what was not run."""
    every = pairs(claims)
    found = [pair for pair in every if pair.row.verdict != NOT_RUN]
    told, lines = set(), []
    head, sides = both(found)
    for pair, side in zip(found, sides, strict=True):
        row = pair.row
        says = "" if row.claim in told else row.says
        told.add(row.claim)
        lines.append([pair.id, says, *side, claimed(row), str(row.seeds or "")])
    parts = [markdown(("claim", "statement", *head, "claimed", "seeds"), lines)] if lines else []
    parts += [f"{EFFECTS}\n"] if any(row.tasks for row in claims) else []
    parts += [f"{TRAINING}\n"] if any("gain" in row.unit for row in claims) else []
    missing = [pair.id for pair in every if pair not in found]
    parts += [f"Not run yet: {', '.join(missing)}.\n"] if missing else []
    return "\n".join(parts)
