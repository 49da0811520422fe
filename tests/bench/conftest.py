"""Grounds as small as they can be while every task, episode and step still differs."""

from pathlib import Path

import pytest

from remeta.bench.ground import Ground, Sizes
from remeta.pipeline.settings.params import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(monkeypatch):
    monkeypatch.chdir(ROOT)
    return Settings.load()


@pytest.fixture
def point(settings):
    return Ground(settings, "mri_fig3_point", Sizes(tasks=6, episodes=3, horizon=11))


@pytest.fixture
def corner(settings):
    return Ground(settings, "mame_fig2_corner", Sizes(tasks=6, episodes=3, horizon=11))


@pytest.fixture(params=["mri_fig3_ant", "mri_fig3_reacher", "mame_fig2_cheetah_dir"])
def simulated(settings, request):
    return Ground(settings, request.param, Sizes(tasks=2, episodes=3, horizon=5))
