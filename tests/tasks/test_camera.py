"""Pictures of the pushing Sawyer; without GL only the advice is tested."""

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from copy import copy

import mujoco
import numpy as np
import pytest

from remeta.frozen import Advice
from remeta.tasks import camera
from remeta.tasks.camera import Camera, off_screen
from remeta.tasks.sawyer_push import VIEW, SawyerPush
from tests.tasks.scripts import episode, push
from tests.tasks.states import same_bytes

BLUE = np.array([0, 0, 1])
UNSEEN = """
import os, sys
from remeta.tasks import families
for name in families.FAMILIES:
    families.build(name)
assert "MUJOCO_GL" not in os.environ
loaded = {"OpenGL", "mujoco.egl", "mujoco.osmesa", "remeta.tasks.camera"} & set(sys.modules)
assert not loaded, loaded
"""
AGAIN = """
import hashlib
from tests.tasks.test_camera import VIEW, Camera, SawyerPush, poses
print(hashlib.sha1(Camera(SawyerPush().sim.model, VIEW)(poses(SawyerPush())).tobytes()).hexdigest())
"""


@pytest.fixture(scope="module")
def family():
    return SawyerPush()


@pytest.fixture(scope="module")
def view(family):
    try:
        return Camera(family.sim.model, VIEW)
    except Advice as advice:
        pytest.skip(str(advice))


def poses(family):
    """Blocks of five rows, some being pushed."""
    goals = family.draw(np.random.default_rng(0), 5)
    return family.sim.qpos(episode(family, goals, push, steps=20)[0])


def blue(pictures):
    """Where the block is: the mean row and column of what is more blue than anything else."""
    coloured = pictures.astype(int)
    seen = coloured[..., 2] > coloured[..., :2].max(-1) + 60
    return np.array([np.mean(np.nonzero(one), axis=1) for one in seen])


def projected(places):
    """Pixels of points by the camera's place, its two turns, and its angle of view."""
    lean, focal = -0.78, 42 / np.tan(np.pi / 8)
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(lean), -np.sin(lean)], [0, np.sin(lean), np.cos(lean)]]
    )
    x, y, z = ((places - [0, 1.3, 0.5]) @ about_x @ np.diag([-1, -1, 1])).T
    return np.stack([42 + focal * y / z, 42 - focal * x / z - 10], axis=-1) - 0.5


def test_a_picture_is_48_by_64_pixels_of_three_colours(view, family):
    pictures = view(poses(family))
    assert pictures.shape == (5, 48, 64, 3) and pictures.dtype == np.uint8
    assert (np.ptp(pictures.reshape(5, -1, 3), axis=1) > 100).all()  # light and dark in each


def test_what_is_drawn_is_a_part_of_the_whole_picture(view, family):
    """MuJoCo's own renderer draws all of it; edges may round differently."""
    model = copy(view.model)
    model.vis.global_.offwidth = model.vis.global_.offheight = 84
    data, whole = mujoco.MjData(model), []
    with closing(mujoco.Renderer(model, 84, 84)) as renderer:
        for flag in camera.NEEDLESS:
            renderer.scene.flags[flag] = False
        for qpos in poses(family):
            data.qpos[:] = qpos
            mujoco.mj_kinematics(model, data)
            mujoco.mj_camlight(model, data)
            renderer.update_scene(data, VIEW)
            whole.append(renderer.render())
    off = np.abs(np.stack(whole)[:, :48, 10:74].astype(int) - view(poses(family)))
    assert off.max() <= 2 and (off > 0).mean() < 0.01


def test_the_block_is_seen_where_geometry_has_it(view, family):
    qpos = np.repeat(poses(family)[:1], 12, axis=0)
    qpos[:, :9] = family.sim.model.qpos0[:9]  # an arm that is in nobody's way
    places = np.random.default_rng(1).uniform([-0.15, 0.55, 0.02], [0.15, 0.8, 0.1], (12, 3))
    qpos[:, 9:12] = places
    np.testing.assert_allclose(blue(view(qpos)), projected(places), atol=1.0)


def test_a_block_that_moves_moves_in_the_picture(view, family):
    qpos = np.repeat(poses(family)[:1], 3, axis=0)
    qpos[:, 9:12] = [[0, 0.6, 0.02], [0.05, 0.6, 0.02], [0, 0.7, 0.02]]
    still, aside, nearer = blue(view(qpos))
    assert abs(aside[1] - still[1]) > 3 and abs(aside[0] - still[0]) < 1
    assert nearer[0] > still[0] + 3


def test_a_hand_that_moves_moves_in_the_picture(view, family):
    qpos = np.repeat(poses(family)[:1], 2, axis=0)
    qpos[1, 0] += 0.1
    one, other = view(qpos).astype(int)
    assert 20 < (np.abs(one - other).max(-1) > 30).sum() < 1000


def test_the_goal_is_not_in_the_picture(view, family):
    """The same deeds under other goals; and no colour but those of arm, table, block and dark."""
    rng = np.random.default_rng(0)
    actions = rng.uniform(-1, 1, (10, 5, 3))
    found = []
    for seed in (1, 2):
        goals = family.draw(np.random.default_rng(seed), 5)
        state = family.start(rng, goals)
        for action in actions:
            state = family.advance(state, action, goals)[0]
        found.append(view(family.sim.qpos(state)))
    assert same_bytes(*found)
    green = found[0][..., 1].astype(int) - found[0][..., [0, 2]].max(-1)
    assert green.max() <= 0


def test_pictures_are_the_same_bytes_alone_together_and_with_other_threads(
    view, family, monkeypatch
):
    qpos = poses(family)
    pictures = view(qpos)
    assert not same_bytes(pictures[0], pictures[1])
    assert same_bytes(view(qpos), pictures)
    assert same_bytes(view(qpos[2:3]), pictures[2:3])
    assert same_bytes(view(qpos[::-1]), pictures[::-1])
    for threads in ("2", "3"):
        monkeypatch.setenv("REMETA_THREADS", threads)
        assert same_bytes(Camera(family.sim.model, VIEW)(qpos), pictures)


def test_another_process_draws_the_same_bytes(view, family):
    ours = hashlib.sha1(view(poses(family)).tobytes()).hexdigest()
    run = [sys.executable, "-c", AGAIN]
    theirs = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    assert theirs.strip() == ours


def test_no_row_gives_no_picture(view, family):
    assert view(poses(family)[:0]).shape == (0, 48, 64, 3)


def test_numbers_need_no_gl():
    bare = {key: value for key, value in os.environ.items() if key != "MUJOCO_GL"}
    subprocess.run([sys.executable, "-c", UNSEEN], check=True, env=bare)


@pytest.fixture
def fresh(monkeypatch):
    """Nothing is known yet of what draws here, and nothing is loaded."""
    monkeypatch.setattr(camera, "reload", lambda module: None)
    monkeypatch.setattr(os, "environ", {k: v for k, v in os.environ.items() if k != "MUJOCO_GL"})
    off_screen.cache_clear()
    yield monkeypatch
    off_screen.cache_clear()


def test_without_gl_the_advice_names_the_package(fresh, family):
    fresh.setattr(camera, "_draws", lambda kind, told: False)
    with pytest.raises(Advice, match="install Debian's package libosmesa6") as told:
        Camera(family.sim.model, VIEW)
    assert str(told.value).count(". ") == 0 and str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("asked", "able", "found"),
    [
        (None, {"egl", "osmesa"}, "egl"),
        (None, {"osmesa"}, "osmesa"),
        ("osmesa", {"egl", "osmesa"}, "osmesa"),
        ("OSMesa", {"egl", "osmesa"}, "osmesa"),
        ("glfw", {"egl", "osmesa"}, "egl"),
        ("egl", {"osmesa"}, None),
    ],
)
def test_egl_is_taken_or_else_osmesa_unless_one_is_asked_for(fresh, asked, able, found):
    fresh.setattr(camera, "_draws", lambda kind, told: kind in able)
    if asked:
        fresh.setitem(os.environ, "MUJOCO_GL", asked)
    if found is None:
        with pytest.raises(Advice):
            off_screen()
    else:
        assert off_screen() == found == os.environ["MUJOCO_GL"]


def test_what_cannot_be_loaded_does_not_draw():
    assert not camera._draws("no_such_kind", dict(os.environ))
