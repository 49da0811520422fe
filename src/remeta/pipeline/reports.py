"""What the stages after evaluation hand to `remeta.report`: paths and sizes, and never torch."""

from pathlib import Path
from typing import Any

from remeta.pipeline import places
from remeta.pipeline.names import paper_named
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings import Settings, panel_named
from remeta.tasks.tasksets import TaskSets

Handed = tuple[Any, ...]


def table(panel: str) -> Handed:
    profile = Settings.load().profile
    return panel_named(panel), profile.name, profile.seeds, RESULTS


def figure(panel: str) -> Handed:
    profile = Settings.load().profile
    return panel_named(panel), profile.name, profile.seeds, RESULTS, Path(profile.figures)


def claims(paper: str) -> Handed:
    profile = Settings.load().profile
    return paper_named(paper), profile.name, profile.seeds, RESULTS


def report(paper: str) -> Handed:
    profile = Settings.load().profile
    return paper_named(paper), profile.name, RESULTS, Path(profile.figures)


def scoreboard() -> Handed:
    return RESULTS, Path("README.md"), Path("paper_figures")


def goals(paper: str) -> Handed:
    """Figure 2 (right) of MRI: where the ant is sent."""
    profile, paper = Settings.load().profile, paper_named(paper)
    sets = TaskSets.read(places.tasks(profile.name, "ant_goal"), "ant_goal")
    return sets.train, Path(profile.figures) / paper / "fig2_goals"
