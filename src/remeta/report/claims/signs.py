"""How a verdict looks wherever it is shown: a square of a colour, and a mark on it.

The page's styles (`page/templates/page.css`) have the same colours in daylight, others in the dark.
"""

from dataclasses import dataclass

from remeta.report.claims.outcome import CONTRADICTED, INCONCLUSIVE, NOT_RUN, SUPPORTED, UNIT_TEST


@dataclass(frozen=True)
class Sign:
    mark: str  # so that no verdict is told by colour alone
    face: str
    ink: str


SIGNS = {
    SUPPORTED: Sign("✓", "#0b5fa5", "#ffffff"),
    CONTRADICTED: Sign("✗", "#a63d00", "#ffffff"),
    INCONCLUSIVE: Sign("~", "#5f666e", "#ffffff"),
    UNIT_TEST: Sign("=", "#dbe9f5", "#0b4a80"),
    NOT_RUN: Sign("·", "#ffffff", "#5f666e"),
}
MARKS = {verdict: sign.mark for verdict, sign in SIGNS.items()}
