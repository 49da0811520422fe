"""The page of the committed results, and pages of papers that nobody wrote."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import pytest

from remeta.page import compose
from remeta.page.compose import Profile
from remeta.papers.claim import Claim, more
from remeta.papers.mri.panels import POINT
from remeta.papers.panel import Panel
from remeta.pipeline.settings.params import read_yaml
from remeta.report.claims.verdicts import Verdict, table

ROOT = Path(__file__).parents[2]
STUDY = Profile(
    "study",
    read_yaml(ROOT / "profiles/study.yaml")["seeds"],
    ROOT / "results",
    ROOT / "paper_figures",
)


@pytest.fixture(scope="session")
def study() -> str:
    """As `remeta page --profile study` writes it."""
    return compose.page(STUDY)


def claim(id: str, says: str = "It is so.", panel: str = "one") -> Claim:
    tests = (more("s_1", "a", "b"),)
    return Claim(id, "Figure 1", says, "The interval lies above 0.", tests, (panel,))


def verdict(claim: Claim, **found) -> Verdict:
    """Of a claim on its one panel: supported, unless told otherwise."""
    (id,), (panel,) = claim.ids, claim.panels
    row = Verdict("tiny", id, claim.id, panel, claim.place, claim.says, "supported")
    held = {"effect": 0.5, "low": 0.2, "high": 0.8, "unit": "s", "least": 0.0}
    held |= {"most": float("inf"), "seeds": 5, "details": "a > b: 0.5 (supported)"}
    return replace(row, tested=claim.tested, **(held | found))


@pytest.fixture
def made(tmp_path) -> Callable[..., str]:
    """The page of one paper, of which these claims were judged so."""

    def page(claims: Sequence[Claim], judged: Sequence[Verdict] = (), **words) -> str:
        panel = Panel("made", "one", words.get("title", "A panel"), "It holds.", POINT, ("mri",))
        paper = SimpleNamespace(PANELS=(panel,), CLAIMS=tuple(claims), DEVIATIONS=("None: none.",))
        paper.ABOUT, paper.READING = words.get("about", "It is about nothing."), {}
        paper.__doc__ = words.get("doc", "A paper.")
        folder = tmp_path / "tiny/made"
        folder.mkdir(parents=True, exist_ok=True)
        table(judged).to_csv(folder / "claims.csv", index=False)
        profile = Profile("tiny", (0, 1), tmp_path, tmp_path / "figures")
        return compose.page(profile, {"made": cast(ModuleType, paper)})

    return page
