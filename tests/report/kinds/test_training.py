"""Training results: the panel's scale, seeds that diverged, and files that are refused."""

import numpy as np
import pytest

from remeta.frozen import Advice
from remeta.papers.claim import Race, higher
from remeta.report import build
from remeta.report.claims import rules
from remeta.report.claims.outcome import INCONCLUSIVE
from remeta.report.evidence.faults import AFTER
from remeta.report.kinds import read
from tests.report.broken import FAULTS, broken
from tests.report.trained import BY_NAME, PROFILE, Trained

ONE = np.ones((1, 5))  # each of five seeds once


def results(made: Trained, panel: str):
    made.panel(panel)
    return read(BY_NAME[panel], PROFILE, made.seeds, made.root)


@pytest.fixture
def made(tmp_path):
    return Trained(tmp_path / "results")


def test_measures_of_a_redraw_are_those_of_its_seeds_written_out(made, rng):
    training = results(made, "fig2_corner")
    counts = rng.multinomial(5, [0.2] * 5, size=7).astype(float)
    names = ("final", "peak", "auc", "gain", "spread", "lead", "drawdown", "jitter", "scatter")
    names += ("dropped",)
    for name in names:
        found = training.measured(name, "promp", counts)
        for draw, drawn in zip(found, counts.astype(int), strict=True):
            rows = np.repeat(np.arange(5), drawn)
            assert draw == pytest.approx(slowly(training, name, "promp", rows), rel=1e-9), name


def slowly(training, name: str, run: str, rows: np.ndarray) -> float:
    curves = {other: training.matrix(other)[rows] for other in training.runs}
    last = {other: c[:, -6:].mean() for other, c in curves.items()}  # of 60
    zero, one = np.mean([c[:, 0].mean() for c in curves.values()]), max(last.values())
    own = curves[run]
    smooth = np.array([[c[max(0, i - 5) : i + 5].mean() for i in range(60)] for c in own])
    top, start, end = smooth.max(1), own[:, 0], own[:, -6:].mean(1)
    around = (smooth[:, 5:55] + smooth[:, 6:56]) / 2
    rest = own[:, 5:55] - around
    shared = np.array([np.mean(r[1:] * r[:-1]) + 0.11 / 0.895 * np.mean(r * r) for r in rest])
    return {
        "final": (last[run] - zero) / (one - zero),
        "peak": (top.mean() - zero) / (one - zero),
        "auc": (np.trapezoid(own, axis=1).mean() / 59 - zero) / (one - zero),
        "gain": (end - start).mean() / (one - zero),
        "spread": own.std(0).mean() / (one - zero),
        "lead": (last[run] - max(v for k, v in last.items() if k != run)) / (one - zero),
        "drawdown": (top - end).mean() / (top - start).mean(),
        "jitter": (np.sign(shared) * np.abs(shared) ** 0.5).mean() / (top - start).mean(),
        "scatter": rest.std(1).mean() / (top - start).mean(),
        "dropped": np.mean((top - end) > 0.25 * (top - start)),
    }[name]


def test_the_best_run_ends_at_one_and_all_begin_about_zero(made):
    training = results(made, "fig2_corner")
    assert training.measured("final", "mame", ONE)[0] == 1
    firsts = [training.measured("first", run, ONE)[0] for run in training.runs]
    assert np.mean(firsts) == pytest.approx(0, abs=1e-12)


def test_a_margin_below_is_behind_the_worst_of_the_others(made):
    training = results(made, "fig2_corner")
    ends = {run: training.measured("final", run, ONE)[0] for run in training.runs}
    below = training.measured("others above", "maml-vpg", ONE)[0]
    assert below == pytest.approx(ends["maml-trpo"] - ends["maml-vpg"])
    assert training.measured("others above", "mame", ONE)[0] < 0


def test_without_any_gain_there_is_no_scale(made):
    made.ends, made.peaks = dict.fromkeys(made.ends, -0.5), {}
    training = results(made, "fig2_corner")
    assert np.isnan(training.measured("final", "mame", ONE)).all()
    assert np.isnan(training.measured("drawdown", "mame", ONE)).all()


def test_a_run_that_learnt_nothing_has_neither_drawdown_nor_jitter(made):
    made.ends["maml-vpg"], made.noise["maml-vpg"] = 0.0, 0.001
    made.spread = 0.0
    training = results(made, "fig2_corner")
    for measure in ("jitter", "drawdown"):
        assert np.isnan(training.measured(measure, "maml-vpg", ONE)[0])
        assert np.isfinite(training.measured(measure, "mame", ONE)[0])


def test_flat_noise_alone_on_a_panel_has_neither_dropped_nor_stayed(made):
    """Its highest mean is always above its first iteration and its end, by luck."""
    made.ends, made.peaks, made.iterations = {"promp": 0.0}, {}, 300
    training = results(made, "promp_cheetah_dir")
    for measure in ("dropped", "jitter", "drawdown"):
        assert np.isnan(training.measured(measure, "promp", ONE)[0])
    found = rules.judge(higher("dropped", "promp", 0.5), lambda _: training, "test")
    assert found.verdict == INCONCLUSIVE
    assert any(training.cautions(found).values())


def test_of_a_short_curve_nobody_knows_whether_it_is_stable(made):
    made.iterations = 19
    training = results(made, "fig2_corner")
    for measure in ("dropped", "jitter", "drawdown"):
        assert np.isnan(training.measured(measure, "mame", ONE)[0])
    assert np.isfinite(training.measured("final", "mame", ONE)[0])


def test_returns_below_zero_are_measured_alike(made, tmp_path):
    made.zero, made.one = -400.0, -40.0
    low = results(made, "fig2_corner")
    high = results(Trained(tmp_path / "other", zero=5.0, one=365.0), "fig2_corner")
    for name in ("final", "auc", "drawdown", "jitter", "lead"):
        found = [t.measured(name, "promp", ONE)[0] for t in (low, high)]
        assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_a_seed_that_diverged_stays_as_it_was_and_has_lost_all(made):
    made.diverged = {("mame", 1): 31}
    training = results(made, "fig2_corner")
    curve, steps = training.matrix("mame")[1], training.steps("mame")
    assert curve.shape == (60,) and (curve[30:] == curve[29]).all()
    np.testing.assert_allclose(steps[1], steps[0])
    lost = np.array([[0.0, 1, 0, 0, 0]])
    assert training.measured("drawdown", "mame", lost)[0] == 1
    assert training.measured("dropped", "mame", lost)[0] == 1


def test_a_race_is_won_in_steps_of_the_mean_curve(made):
    made.noise, made.spread = {}, 0.0
    training = results(made, "fig2_corner")
    low, high = training.crossing(Race("promp", "steps", "mame", "mame", 0.5), "mame", ONE)
    mean = training.matrix("mame").mean(0)
    smooth = np.array([mean[max(0, i - 5) : i + 5].mean() for i in range(60)])
    zero = np.mean([training.matrix(run)[:, 0].mean() for run in training.runs])
    level = zero + 0.5 * (mean[-6:].mean() - zero)
    assert low[0] == high[0] == 20_000 * (1 + np.argmax(smooth >= level))
    low, high = training.crossing(Race("maml-vpg", "steps", "mame", "mame", 0.5), "maml-vpg", ONE)
    assert (low[0], high[0]) == (1_200_000, np.inf)


def changed(text: str, how: str) -> str:
    whose, head, *rows = text.splitlines(keepends=True)
    cells = rows[6].split(",")  # the first seven are up to the return after adaptation
    lost = [line.replace("\n", ",\n") for line in rows[:-1]]
    return {
        "an iteration short": "".join([whose, head, *rows[:-1]]),
        "an iteration missing": "".join([whose, head, *rows[:6], *rows[7:]]),
        "no returns": text.replace(AFTER, "return_later"),
        "a return missing": text.replace(rows[6], ",".join([*cells[:6], "", *cells[7:]])),
        "steps that stand still": text.replace(",140000,", ",120000,"),
        "diverged in the middle": "".join(
            [whose, head.replace("\n", ",diverged\n"), *lost, rows[-1].replace("\n", ",1.0\n")]
        ),
    }[how]


FALSE = [
    "an iteration short", "an iteration missing", "no returns", "a return missing",
    "steps that stand still", "diverged in the middle",
]  # fmt: skip


@pytest.mark.parametrize("how", [*FAULTS, *FALSE])
def test_broken_curves_are_refused_by_name(tmp_path, how):
    made = Trained(tmp_path / "results", seeds=(0, 1), iterations=12)
    made.panel("fig2_corner")
    path = made.path("fig2_corner", "curves", "maml-vpg", 1)
    text = path.read_text()
    path.write_text(broken(text, how) if how in FAULTS else changed(text, how))
    assert path.read_text() != text
    advice = r"curves/maml-vpg-1\.csv .*remeta repro mame_fig2_corner`"
    with pytest.raises(Advice, match=advice):
        build.table(BY_NAME["fig2_corner"], PROFILE, made.seeds, made.root)
    assert not (made.root / PROFILE / "mame" / "tables").exists()


def test_a_missing_file_is_named_where_it_should_lie(tmp_path):
    made = Trained(tmp_path / "results", seeds=(0, 1), iterations=12)
    made.panel("fig3")
    advice = r"fig2_corner/curves/mame-0\.csv is missing; run `remeta repro mame_fig2_corner`"
    with pytest.raises(Advice, match=advice):
        build.table(BY_NAME["fig3"], PROFILE, made.seeds, made.root)


@pytest.mark.parametrize(
    ("panel", "kind", "old", "new"),
    [
        ("variance", "gradients", "\nuntrained,all,", "\ntrained,all,"),
        ("variance", "gradients", ",all,20,", ",all,1,"),
        ("variance", "gradients", ",all,20,", ",all,10,"),
        ("variance", "gradients", ",all,20,0.2,", ",all,20,-0.2,"),
        ("variance", "gradients", "run mame, seed 1", "run mame, seed 2"),
        ("trajectories", "traces", ",before,0,3,", ",before,0,4,"),
        ("trajectories", "traces", ",after,", ",before,"),
        ("trajectories", "traces", "\n0,-2.0,-2.0,after,", "\n0,2.0,-2.0,after,"),
    ],
)
def test_broken_gradients_and_traces_are_refused_by_name(tmp_path, panel, kind, old, new):
    made = Trained(tmp_path / "results", seeds=(0, 1))
    made.panel(panel)
    path = made.path(panel, kind, "mame", 1)
    text = path.read_text()
    path.write_text(text.replace(old, new))
    assert path.read_text() != text
    with pytest.raises(Advice, match=rf"{kind}.* run `remeta repro mame_{panel}`"):
        build.table(BY_NAME[panel], PROFILE, made.seeds, made.root)


def test_inputs_are_all_that_is_read(tmp_path):
    made = Trained(tmp_path / "results", seeds=(0, 1), iterations=12)
    for name in ("fig3", "fig2_corner", "variance", "trajectories"):
        made.panel(name)
    for name in ("fig3", "variance", "trajectories"):
        listed = read(BY_NAME[name], PROFILE, made.seeds, made.root).inputs()
        assert all(path.exists() for path in listed)
        moved = {path: path.read_text() for path in {*made.root.rglob("*.csv")} - {*listed}}
        [path.unlink() for path in moved]
        build.table(BY_NAME[name], PROFILE, made.seeds, made.root)
        [path.write_text(text) for path, text in moved.items()]
