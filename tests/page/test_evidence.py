"""Where numbers come from and what bears on them: commits, machines, power, deviations, worlds."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from remeta.page.bearing import deviations, power
from remeta.page.environments import blocks, environments
from remeta.page.evidence import machine
from remeta.page.history import NEVER, History
from remeta.papers.mri import DEVIATIONS, PANELS
from remeta.papers.registry import PANELS as ALL
from remeta.report.kinds import KINDS
from remeta.report.kinds.sight import Seeds
from tests.page.conftest import claim, verdict

BY_NAME = {panel.name: panel for panel in PANELS}


def git(*words):
    own = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *own, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_folder_has_the_commit_in_which_it_last_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert History.of(Path("results")).last(Path("results/a")) == NEVER
    git("init", "--quiet")
    commits = []
    for name in ("a", "b"):
        Path("results", name).mkdir(parents=True)
        Path("results", name, "x.csv").write_text("1")
        git("add", "--all")
        git("commit", "--quiet", "--message", name)
        commits.append(git("log", "-1", "--abbrev=10", "--format=%h of %cs"))
    Path("results/b/x.csv").write_text("2")
    history = History.of(Path("results"))
    assert history.last(Path("results/a")) == commits[0]
    assert history.last(Path("results/b")) == f"{commits[1]}, changed since"
    assert history.last(Path("results/c")) == NEVER
    assert history.newest == commits[1]


def test_machines_are_told_where_they_were_noted(tmp_path):
    for seed, note in enumerate([{"threads": 1.0}, {"threads": 2.0, "processor": "Abacus"}] * 2):
        (tmp_path / f"{seed}.json").write_text(json.dumps(note))
    told = (
        "2 runs on a processor that was not noted, 1 thread each, 2 runs on Abacus, 2 threads each"
    )
    assert machine(tmp_path) == told


def test_power_is_that_of_as_many_seeds_with_the_spread_of_the_interval():
    """Simulated: differences as large as is told are found 8 times in 10."""
    seeds, spread = 5, 0.3
    half = stats.t.ppf(0.975, seeds - 1) * spread / np.sqrt(seeds)
    told = power(verdict(claim("M-1"), effect=0.0, low=-half, high=half, seeds=seeds))
    effect = float(told.rpartition(" ")[2])
    rng = np.random.default_rng(0)
    found = rng.normal(effect, spread, (20_000, seeds))
    t = found.mean(1) / found.std(1, ddof=1) * np.sqrt(seeds)
    assert (t > stats.t.ppf(0.975, seeds - 1)).mean() == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    "found", [{"seeds": 1}, {"high": float("inf")}, {"unit": "times"}, {"low": 0.8}]
)
def test_of_some_intervals_no_power_is_told(found):
    assert power(verdict(claim("M-1"), **found)) == ""


def test_deviations_bear_on_claims_of_the_panel_or_run_that_they_name():
    panel = BY_NAME["ablation_steps"]
    row = verdict(claim("MRI-C11", panel=panel.name))
    found = [DEVIATIONS[place] for place in deviations(row, panel, DEVIATIONS)]
    assert any("`ablation_steps`" in text for text in found)
    assert all("`ablation_correction`" not in text or "MRI" in text for text in found)
    assert deviations(row, panel, ("MRI-C1: no.", "MRI-C11: yes.", "Nothing: at all.")) == [1]


def test_specifications_become_tables_and_paragraphs():
    text = "A world.\n\n| what | value |\n|---|---|\n| reward | -|v - w| |\n\nTwo\nlines."
    head, table, tail = blocks(text)
    assert (head.text, tail.text) == ("A world.", "Two lines.")
    assert table.rows == [["what", "value"], ["reward", "-|v - w|"]]


def test_every_environment_has_its_specification():
    found = environments(ALL)
    assert {panel.family for panel in ALL} <= {one.name for one in found}
    for one in found:
        assert any(len(block.rows) > 3 for block in one.blocks), one.name
        assert all(len(row) == len(block.rows[0]) for block in one.blocks for row in block.rows)


def test_sights_are_of_tables_that_their_kind_makes():
    for kind in KINDS.values():
        assert {sight.part for sight in kind.sights} <= {*kind.frames}


def test_a_seed_is_the_mean_of_rows_at_the_same_x(tmp_path):
    path = tmp_path / "a-0.csv"
    path.write_text("# run a\nset,x,y\nin,0,1\nin,0,3\nout,0,9\nin,1,\nin,2,5\n")
    curve = Seeds("scores", "x", "y", apart="set").read(path, "in")
    assert curve.to_dict() == {0: 2.0, 2: 5.0}
    assert Seeds("scores", "x", "z").read(path, "").empty
