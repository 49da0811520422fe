"""The fault drill in short: one panel, a few kills. See drill.py for the long form."""

import random

import pytest

from tests.runner.drill import SHORT, Round, undisturbed
from tests.runner.study import Study

KILLS = 3


@pytest.fixture(scope="session")
def alone(tmp_path_factory) -> tuple[Study, float]:
    return undisturbed(tmp_path_factory.mktemp("alone") / "study", SHORT)


def test_a_study_that_was_left_alone_is_clean_and_ran_once(alone):
    study, _ = alone
    assert sorted(study.ran()) == sorted(study.recorded())
    assert study.status() == {}


def test_a_study_under_fire_comes_out_as_if_left_alone(alone, tmp_path):
    reference, seconds = alone
    study = Study(tmp_path / "study", SHORT)
    fire = Round(study, random.Random(0), KILLS, latest=seconds / KILLS)
    toll = fire.run()
    assert toll.kills == KILLS and toll.runner_kills and toll.stage_kills
    assert toll.again == [] and toll.orphans == [] and toll.status == []
    assert fire.compare(reference).unlike == []
