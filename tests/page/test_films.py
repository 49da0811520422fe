"""Films: poses that survive their file, lines that are as long as the robot's, drawn anywhere."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from remeta.frozen import Advice
from remeta.page import compose
from remeta.page.compose import Profile
from remeta.page.films import film as filming
from remeta.page.films import shelf
from remeta.page.films.film import GAP, HEAD, LARGEST, PACE, SIDE, _head, films, small
from remeta.page.films.flat import Window, flat
from remeta.page.films.poses import FINE, Poses, films_of, path_of
from remeta.papers.registry import PAPERS, panel_named
from remeta.report.text import number
from remeta.tasks.camera import off_screen
from remeta.tasks.families import build
from remeta.tasks.poses import Watched, _geoms, goal, lines, pose
from tests.page.markup import asked_for, faults


def poses_of(panel: str, tasks: int = 3, steps=(0, 1), frames: int = 5) -> Poses:
    """Of a robot, or points, that nobody taught anything."""
    rng, family = np.random.default_rng(0), build(panel_named(panel).data.family)
    drawn = family.draw(rng, tasks)
    watched = Watched(family)
    for _ in steps:
        state = family.start(rng, drawn)
        for _ in range(frames):
            watched.observe(state)
            state, _, _ = family.advance(state, rng.normal(size=(tasks, family.act_size)), drawn)
    seen = np.array(watched.seen).reshape(len(steps), frames, tasks, -1).swapaxes(1, 2)
    returns = rng.normal(size=(len(steps), tasks))
    return Poses(panel, "mri", 0, tuple(steps), True, drawn, seen, returns)


@pytest.fixture(scope="module")
def points() -> Poses:
    return poses_of("mri_fig3_point")


@pytest.fixture(scope="module")
def ants() -> Poses:
    return poses_of("mri_fig3_ant", tasks=1)


def frames(webp: bytes) -> list[np.ndarray]:
    with Image.open(BytesIO(webp)) as image:
        return [np.asarray(one.convert("RGB")) for one in ImageSequence.Iterator(image)]


def test_poses_survive_their_file_and_the_same_ones_make_the_same_file(ants, tmp_path):
    ants.write(tmp_path / "a.npz")
    ants.write(tmp_path / "b.npz")
    read = Poses.read(tmp_path / "a.npz")
    np.testing.assert_allclose(read.poses, ants.poses, atol=FINE / 2 + 1e-12)
    np.testing.assert_allclose(read.tasks, ants.tasks, rtol=1e-6)
    assert (read.of, read.steps, read.run) == (ants.of, ants.steps, ants.run)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY"])
def test_what_holds_no_poses_is_said(content, tmp_path):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(Advice, match=r"a\.npz holds no poses .* film it again"):
        Poses.read(tmp_path / "a.npz")


def test_films_of_a_panel_are_its_own(points, tmp_path):
    for panel in (panel_named("mri_fig3_point"), panel_named("mri_fig3_ant")):
        path = path_of(tmp_path, "tiny", panel, "mri", 0)
        replace(points, panel=panel.id).write(path)
    (found,) = films_of(panel_named("mri_fig3_point"), tmp_path / "tiny/mri")
    assert found.panel == "mri_fig3_point"


def test_a_watched_family_acts_as_it_does_and_remembers_how_it_looked():
    family, rng = build("ant_goal"), np.random.default_rng(1)
    watched, tasks = Watched(family), family.draw(rng, 2)
    state = watched.start(rng, tasks)
    np.testing.assert_array_equal(watched.observe(state), family.observe(state))
    assert watched.horizon == family.horizon
    (seen,) = watched.seen
    np.testing.assert_array_equal(seen, family.sim.qpos(state))


@pytest.mark.parametrize("name", ["ant_goal", "reacher", "cheetah_vel", "hopper", "sawyer_push"])
def test_lines_of_a_robot_keep_their_lengths_whatever_it_does(name):
    family, rng = build(name), np.random.default_rng(2)
    tasks = family.draw(rng, 1)
    state, seen = family.start(rng, tasks), []
    for _ in range(6):
        seen.append(pose(family, state)[0])
        state, _, _ = family.advance(state, rng.normal(size=(1, family.act_size)), tasks)
    ends, widths = _geoms(family.sim.model, np.array(seen))
    lengths = np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=-1)
    np.testing.assert_allclose(lengths, np.broadcast_to(lengths[0], lengths.shape), atol=1e-9)
    assert (lengths[0] > 0.05).any() and (widths > 0).all()
    across = (0, 2) if name in ("cheetah_vel", "hopper") else (0, 1)
    assert lines(family, np.array(seen)).across == across


def test_an_ant_is_drawn_where_it_is(ants):
    family, path = build("ant_goal"), ants.poses[0, 0]
    torso = lines(family, path).ends[:, 0].mean(1)  # its ball comes first
    np.testing.assert_allclose(torso, path[:, :2], atol=1e-9)


def test_goals_are_places_only_where_tasks_are():
    for name in ("point", "point_arc"):
        assert list(goal(build(name), np.array([1.0, 2.0]))) == [1, 2, 0]
    assert list(goal(build("reacher"), np.array([1.0, 2.0, 3.0]))) == [1, 2, 3]
    assert goal(build("cheetah_vel"), np.array([1.0])) is None


def test_a_pole_leans_as_it_is_seen_from_the_side():
    seen = lines(build("cartpole_sensor"), np.array([[0.5, 0.0], [0.5, np.pi / 6]]))
    np.testing.assert_allclose(seen.ends[:, 0, 1] - seen.ends[:, 0, 0], [[0, 1], [0.5, 0.75**0.5]])


def test_all_there_is_to_see_lies_in_the_window(points):
    family = build("point")
    seen = [lines(family, path) for step in points.poses for path in step]
    goals = [goal(family, task) for task in points.tasks]
    window = Window(seen, goals, SIDE)
    for places in (*(one.ends for one in seen), np.array(goals)[:, :2]):
        assert (window(places) >= 0).all() and (window(places) <= SIDE).all()
    up = window(np.array([[0.0, 1.0], [0.0, 0.0]]))
    assert up[0, 1] < up[1, 1]


def test_points_are_shown_one_at_a_time_and_all_at_once(points):
    one, every = films(points)
    assert "a held-out task" in one.told and "3 held-out tasks at once" in every.told
    for film in (one, every):
        drawn = frames(film.webp)
        assert len(drawn) == points.poses.shape[2]
        assert drawn[0].shape == (HEAD + SIDE, film.width, 3) == (film.height, film.width, 3)
        assert (drawn[0] != drawn[-1]).any()
        with Image.open(BytesIO(film.still)) as still:
            assert still.size == (film.width, film.height)
    assert [film.webp for film in films(points)] == [one.webp, every.webp]


@pytest.fixture
def blind(monkeypatch):
    """Where nothing draws off screen."""

    def nothing(*args):
        raise Advice("no picture can be drawn off screen.")

    monkeypatch.setattr(filming, "shots", nothing)


def test_without_graphics_robots_are_drawn_flat(ants, blind):
    """Each frame is the drawing of its lines, which are there."""
    (film,), family = films(ants), build("ant_goal")
    where, seen = [goal(family, ants.tasks[0])], [lines(family, step[0]) for step in ants.poses]
    window = Window(seen, where, SIDE)
    for place, one in enumerate(seen):
        drawn = np.asarray(flat(window, [one], where, len(ants.poses[0, 0]) - 1))
        left = place * (SIDE + GAP)
        shown = frames(film.webp)[-1][HEAD:, left : left + SIDE]
        np.testing.assert_array_equal(shown, drawn)  # a film so small loses nothing
        assert (drawn != 255).any()


def test_with_graphics_robots_are_seen_in_space(ants):
    try:
        off_screen()
    except Advice:
        pytest.skip("nothing draws off screen here")
    (film,) = films(ants)
    first, last = frames(film.webp)[0], frames(film.webp)[-1]
    assert len(np.unique(first[HEAD:])) > 50  # light and shade; flat are few colours
    assert (first != last).any() and len(film.webp) <= LARGEST


def test_a_film_is_never_larger_than_it_may_be():
    made = small(noise(4))
    assert len(made) <= LARGEST and 1 <= len(frames(made)) <= 4


def noise(count: int) -> list[Image.Image]:
    """Pictures that nothing makes smaller."""
    rng = np.random.default_rng(0)
    return [Image.fromarray(rng.integers(0, 255, (300, 600, 3), np.uint8)) for _ in range(count)]


def milliseconds(webp: bytes) -> list[int]:
    """Of every frame; read from the file itself, chunk by chunk."""
    found, place = [], 12
    while place < len(webp):
        name, size = webp[place : place + 4], int.from_bytes(webp[place + 4 : place + 8], "little")
        if name == b"ANMF":
            found.append(int.from_bytes(webp[place + 20 : place + 23], "little"))
        place += 8 + size + size % 2
    return found


def test_a_film_of_half_its_frames_is_as_long_as_it_was(monkeypatch):
    pictures = noise(4)
    monkeypatch.setattr(filming, "QUALITIES", filming.QUALITIES[-1:])
    full = small(pictures, PACE)
    monkeypatch.setattr(filming, "LARGEST", len(full) - 1)
    half = small(pictures, PACE)
    assert len(milliseconds(full)) == 4 and len(milliseconds(half)) == 2 and len(half) < len(full)
    assert sum(milliseconds(half)) == sum(milliseconds(full)) == 4 * PACE


def test_every_picture_says_after_how_many_updates_and_what_was_earned():
    assert _head(0, -42.0) == f"before: {number(-42.0)}"
    assert _head(3, 1234.5678) == f"after 3: {number(1234.5678)}"


def test_the_arcs_goal_is_shown_where_it_is():
    """A green cross whose middle is the goal's pixel, and none without it."""
    poses = poses_of("gmps_sparse_point", tasks=1)
    (film,), family = films(poses), build("point_arc")
    where = [goal(family, poses.tasks[0])]
    window = Window([lines(family, step[0]) for step in poses.poses], where, SIDE)
    x, y = window(where[0][:2])
    red, green, blue = np.moveaxis(frames(film.webp)[0][HEAD:, :SIDE].astype(int), -1, 0)
    marked = np.argwhere((green - red > 60) & (green - blue > 40))
    np.testing.assert_allclose(marked.mean(0), [y, x], atol=1.5)
    assert np.hypot(*poses.tasks[0]) == pytest.approx(1)


def test_the_page_shows_films_and_stands_still_for_who_wants_it(points, tmp_path, monkeypatch):
    panel = panel_named("mri_fig3_point")
    for seed in (0, 1):
        replace(points, seed=seed).write(path_of(tmp_path, "tiny", panel, "mri", seed))
    profile = Profile("tiny", (0, 1), tmp_path, tmp_path / "figures")
    page = compose.page(profile, {"mri": PAPERS["mri"]})
    assert faults(page) == [] and asked_for(page) == []
    assert page.count("data:image/webp;base64,") == page.count("no-preference") == 4
    assert page == compose.page(profile, {"mri": PAPERS["mri"]})
    monkeypatch.setattr(shelf, "ROOM", 1)
    page = compose.page(profile, {"mri": PAPERS["mri"]})
    assert page.count("data:image/webp;base64,") == 2 and "More films lie beside it" in page
