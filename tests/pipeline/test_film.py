"""A trained run on film: of the tasks that it is tested on, again without its model."""

from pathlib import Path

import numpy as np

from remeta.page.films.film import LARGEST
from remeta.page.films.poses import Poses, path_of
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.data import tasks_of
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.stages.film import _frames
from tests.pipeline.tiny import PANEL, PROFILE, SEED, status

WORDS = ("film", PANEL, "mri", str(SEED))


def test_a_run_is_filmed_on_held_out_tasks_before_and_after_every_update(project, capsys):
    assert status(*WORDS) == 0
    told = capsys.readouterr().out
    path = Path(f"results/{PROFILE}/mri/films/fig3_point-mri-{SEED}.npz")
    poses, settings, panel = Poses.read(path), Settings.load(), panel_named(PANEL)
    np.testing.assert_allclose(poses.tasks, tasks_of(settings, panel.tested).test[:20], rtol=1e-6)
    assert poses.held_out and str(path) in told and path.stat().st_size < 20_000
    protocol = settings.panel_params(panel).test
    assert protocol and poses.steps == tuple(range(protocol.steps + 1))
    assert len(poses.returns) == len(poses.steps) and np.isfinite(poses.poses).all()
    moved = np.abs(np.diff(poses.poses, axis=2)).max()
    assert 0 < moved <= 0.1 * settings.horizon(panel, "mri") + 1e-3  # 0.1 a step and axis
    drawn = [*Path(settings.profile.figures, "films").glob("*.webp")]
    assert {film.stem for film in drawn} == {f"{PANEL}-mri-{SEED}", f"{PANEL}-mri-{SEED}-all"}
    assert all(0 < film.stat().st_size <= LARGEST for film in drawn)


def test_norml_is_filmed_as_it_adapts_in_training_and_moves(project):
    """Where nothing is held out, too, an episode ends where its robot is and not where it began."""
    panel, words = panel_named("norml_point_sparse"), ("norml_point_sparse", "norml", str(SEED))
    assert status("tasks", panel.data.name) == 0
    assert status("train", *words) == 0 and status("film", *words) == 0
    poses = Poses.read(path_of(Path("results"), PROFILE, panel, "norml", SEED))
    assert poses.steps == tuple(range(panel.updates + 1))
    assert (poses.poses[:, :, 0] == 0).all()
    assert (np.abs(poses.poses[:, :, -1]).max((1, 2)) > 0).all()


def test_filmed_again_it_is_the_same_to_the_byte_and_needs_no_model(project):
    def files() -> dict[str, bytes]:
        found = [*Path("results").rglob("films/*"), *Path("figures").rglob("films/*")]
        return {str(path): path.read_bytes() for path in found}

    assert status(*WORDS) == 0
    first = files()
    assert status(*WORDS) == 0 and files() == first
    places.model(PROFILE, panel_named(PANEL), "mri", SEED).unlink()
    assert status(*WORDS) == 0 and files() == first


def test_who_ends_early_stands_still_until_all_have_ended():
    short, long = np.arange(3.0).reshape(1, 3, 1), np.arange(5.0).reshape(1, 5, 1)
    found = _frames([short, long], 3)
    assert found[..., 0].tolist() == [[[0, 2, 2]], [[0, 2, 4]]]


def test_a_run_is_filmed_where_it_was_trained(refused):
    refused("film mri_point_variants mri 0", "trained in mri_fig3_point", "film it there")


def test_without_model_and_poses_the_way_to_them_is_told(project, refused):
    places.model(PROFILE, panel_named(PANEL), "mri", SEED).unlink()
    refused(f"film {PANEL} mri {SEED}", "is missing", "dvc repro")
