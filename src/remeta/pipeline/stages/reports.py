"""The stages after evaluation: paths and sizes for `remeta.report`; nothing here imports torch."""

from pathlib import Path

from remeta.page.front import readme
from remeta.papers.registry import panel_named, paper_named
from remeta.pipeline import places
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import Settings
from remeta.report import build
from remeta.report.figures.goals import draw_goals
from remeta.tasks.tasksets import TaskSets


def table(panel: str) -> None:
    profile = Settings.load().profile
    build.table(panel_named(panel), profile.name, profile.seeds, RESULTS)


def figure(panel: str) -> None:
    profile = Settings.load().profile
    build.figure(panel_named(panel), profile.name, profile.seeds, RESULTS, Path(profile.figures))


def goals(paper: str) -> None:
    """Figure 2 (right) of MRI: where the ant is sent."""
    profile, _ = Settings.load().profile, paper_named(paper)
    sets = TaskSets.read(places.tasks(profile.name, "ant_goal"), "ant_goal")
    draw_goals(sets.train, Path(profile.figures) / paper / "fig2_goals")


def claims(paper: str) -> None:
    profile = Settings.load().profile
    build.claims(paper, profile.name, profile.seeds, RESULTS)


def report(paper: str) -> None:
    profile = Settings.load().profile
    build.report(paper, profile.name, RESULTS, Path(profile.figures))


def scoreboard() -> None:
    readme.refresh(RESULTS, Path("README.md"), Path("paper_figures"))
