"""An expert is judged in every task, by the measure of its paper, before it teaches anybody."""

from contextlib import chdir

import numpy as np
import pandas as pd
import pytest

from remeta.experience.collect import collect
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.papers.smile.panels import ANT, CHEETAH, CLASSIFY
from remeta.pipeline import places, probes
from remeta.pipeline.data import family_of, tasks_of
from remeta.pipeline.experts import SEED, expert_actors
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import PARAMS, PROFILES, Settings, read_yaml
from remeta.pipeline.stages.demos import record_demos
from remeta.pipeline.stages.expert import learn_expert
from remeta.pipeline.stages.tasks import draw_tasks
from remeta.tasks.ant_reach import AntReach
from remeta.tasks.tasksets import SPLITS
from tests.pipeline.tiny import PROFILE, ROOT, change, drop


@pytest.fixture(scope="module")
def taught():
    """Two ants' tasks, and an expert of 24 steps."""
    with chdir(ROOT), probes.tiny_project():
        for data in (ANT, CLASSIFY):
            draw_tasks(data.name)
        learn_expert(ANT.name)
        yield


@pytest.fixture(autouse=True)
def _as_it_was(taught):
    tasks = places.tasks(PROFILE, ANT.name)
    kept = {path: path.read_bytes() for path in (PARAMS, tasks)}
    yield
    for path, content in kept.items():
        path.write_bytes(content)


def marks(data):
    return pd.read_csv(places.exam(PROFILE, data.name))


def asks(data, quality):
    change(f"profile.exams.{data.name}.quality", float(quality))


def refused(data) -> str:
    demos = places.demos(PROFILE, data.name)
    demos.unlink(missing_ok=True)
    with pytest.raises(Advice) as advice:
        record_demos(data.name)
    assert not demos.exists()
    return str(advice.value)


def test_its_table_has_what_it_was_measured_at_in_every_task_of_every_set():
    record_demos(ANT.name)
    settings, table = Settings.load(), marks(ANT)
    size = settings.profile.exams[ANT.name]
    sets = tasks_of(settings, ANT)
    for split, tasks in zip(SPLITS, sets.parts, strict=True):
        own = table[table.split == split]
        actor, rng = expert_actors(settings, ANT)(tasks, 0.0), stream(SEED, "exam", split)
        world = World(family_of(ANT), size.steps)
        seen = collect(world, tasks, actor, size.episodes, rng, deterministic=True)
        gaps = np.linalg.norm(seen.obs[..., :2].numpy() - tasks[:, None, None], axis=-1)
        np.testing.assert_allclose(own.closest, gaps.min(-1).mean(-1), rtol=1e-4)
        assert own.task.tolist() == [*range(len(tasks))]
    assert len(table) == sum(map(len, sets.parts)) and table.passed.all()


def test_one_task_that_it_fails_in_is_enough_and_is_named():
    record_demos(ANT.name)
    worst, second = marks(ANT).closest.sort_values(ascending=False).iloc[:2]
    asks(ANT, worst + 1e-4)
    record_demos(ANT.name)
    asks(ANT, (worst + second) / 2)
    advice, table = refused(ANT), marks(ANT)
    (failed,) = table[table.passed == 0].itertuples()
    assert failed.closest == worst
    assert f"fails in 1 of {len(table)} tasks" in advice and "closest at most" in advice
    assert f": {failed.split} {failed.task} ({worst:.3g});" in advice
    assert "raise profile.experts.ant_reach.env_steps" in advice
    assert str(places.exam(PROFILE, ANT.name)) in advice


def test_who_learns_nothing_is_mended_where_its_expert_learns():
    """No ant of 24 steps has come to a target in 5: no episode is a success, and 1 is asked."""
    asks(CLASSIFY, 1)
    advice = refused(CLASSIFY)
    assert (marks(CLASSIFY).success == 0).all()
    assert "success at least 1" in advice
    assert "raise profile.experts.ant_reach.env_steps" in advice
    asks(CLASSIFY, 0)
    record_demos(CLASSIFY.name)


@pytest.mark.parametrize("profile", ["study", "paper"])
def test_what_is_to_be_believed_asks_for_what_the_paper_needs(profile):
    """Over the papers' own episodes, whatever is recorded; Meta-DAgger comes to 0.082 by asking."""
    exams = read_yaml(ROOT / PROFILES / f"{profile}.yaml")["exams"]
    assert exams["cheetah_run"]["quality"] <= 0.082 and exams["ant_reach"]["quality"] <= 0.3
    for data in (CHEETAH, ANT, CLASSIFY):
        assert exams[data.name]["steps"] == family_of(data).horizon


def test_tasks_are_of_the_list_that_is_chosen():
    """The official one has lost eight of its 32 goals; whoever wants it wants 24 tasks."""
    change(f"hp.listed.{ANT.name}", "official_24")
    change(f"profile.data.{ANT.name}.train_tasks", 24)
    draw_tasks(ANT.name)
    drawn = tasks_of(Settings.load(), ANT).train
    lost = AntReach().official_tasks["train"]
    found = (lost[:, None] == drawn).all(-1).any(-1)
    assert len(drawn) == 24 and found.sum() == 24 and (lost[~found][:, 0] < 0).all()
    change("hp.listed.reacher", "all_32")
    with pytest.raises(Advice, match=r"hp\.listed\.reacher is no known key"):
        Settings.load()


def test_an_exam_is_sat_where_there_is_one_and_nowhere_else():
    change("profile.exams.reacher", {"quality": 0, "steps": 5, "episodes": 2})
    with pytest.raises(Advice, match=r"profile\.exams\.reacher is no known key"):
        Settings.load()
    drop("profile.exams.reacher")
    change(f"profile.experts.{ANT.name}.quality", -100.0)  # one says, and not two
    with pytest.raises(Advice, match=r"quality\.ant_reach is no known key"):
        Settings.load()
