from pathlib import Path

import numpy as np
import pytest

from remeta.bench import stages
from remeta.experience.demos import DemoFile
from remeta.frozen import Advice
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.settings.blocks import Profile
from remeta.pipeline.settings.params import PROFILES, Settings, read_yaml


@pytest.fixture
def small(settings):
    return stages.smallest(settings.profile)


def test_memory_is_that_of_a_single_iteration_on_full_data(settings):
    paper = Profile.read(read_yaml(PROFILES / "paper.yaml"), "paper.yaml")
    short = stages.shortened(paper, "mri_fig3_ant")
    assert short.data == paper.data
    size, full = (profile.panels["mri_fig3_ant"] for profile in (short, paper))
    assert (size.batch, size.episodes) == (full.batch, full.episodes)
    assert size.runs["mri"] == {"iterations": 1, "imitation_steps": 2, "demo_samples": 0}
    assert size.runs["maml"] == {"iterations": 1, "curvature_subsample": 1}


def test_a_project_has_the_sizes_that_were_asked_for(small):
    with stages.project(stages.POINT, small):
        settings, panel = Settings.load(), panel_named(stages.POINT)
        assert settings.profile.data == small.data
        assert settings.run_values(panel, "mri")[1] == 1
        every = small.panels[stages.POINT].runs["maml"]["curvature_subsample"]
        assert settings.run_values(panel, "maml")[0]["curvature_subsample"] == every


def test_random_demos_pass_for_real_ones(small):
    with stages.project(stages.POINT, small):
        profile = Settings.load().profile
        tasks = stages.random_demos(panel_named(stages.POINT), profile).tasks
        demos = DemoFile.read(places.demos(profile.name, "point"), "point", tasks)
    world = stages.LEAST
    assert demos.mask.shape == (world.train_tasks, world.demos_per_task, world.horizon)


def test_a_project_leaves_no_trace(small):
    before = Path.cwd()
    with stages.project(stages.POINT, small):
        folder = Path.cwd()
    assert Path.cwd() == before
    assert not folder.exists()


def test_peak_memory_is_of_the_stage_and_not_of_its_starter(small):
    ballast = np.ones(150_000_000)
    (entry,) = stages.memory(stages.POINT, ("maml",), small)
    assert ballast.nbytes / 1e9 > entry.ours > 0.1
    assert entry.met


def test_help_takes_longer_than_nothing():
    entry = stages.start_up(rounds=2)
    assert entry.ours > entry.other > 0


def test_a_program_that_fails_is_told_of():
    with pytest.raises(Advice, match="no such thing"):
        stages.python("-c", "raise SystemExit('no such thing')")
