"""The stages after evaluation: they hand `remeta.report` its paths and sizes, and import no torch."""

from pathlib import Path

from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings import Settings, panel_named
from remeta.report import build


def table(panel: str) -> None:
    profile = Settings.load().profile
    build.table(panel_named(panel), profile.name, profile.seeds, RESULTS)


def figure(panel: str) -> None:
    profile = Settings.load().profile
    build.figure(panel_named(panel), profile.name, profile.seeds, RESULTS, Path(profile.figures))


def claims(paper: str) -> None:
    profile = Settings.load().profile
    build.claims(paper, profile.name, profile.seeds, RESULTS)


def report(paper: str) -> None:
    profile = Settings.load().profile
    build.report(paper, profile.name, RESULTS, Path(profile.figures))


def scoreboard() -> None:
    build.scoreboard(RESULTS, Path("README.md"), Path("paper_figures"))
