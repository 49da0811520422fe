"""What runs when, what a failure costs, and what is said of it."""

from remeta.runner.lockfile import read
from tests.runner.toy import PARAMS, Toy

MEET = "touch {0}; for i in $(seq 400); do [ -e {1} ] && exit 0; sleep 0.01; done; exit 1"


def test_two_stages_run_at_the_same_time(make):
    toy = make(
        a=f"echo > OUT; {MEET.format('first', 'second')}",
        b=f"echo > OUT; {MEET.format('second', 'first')}",
    )
    assert toy.repro("-j", "2") == 0


def test_one_at_a_time_is_one_at_a_time(make):
    alone = "[ -e busy ] && exit 1; touch busy; sleep 0.1; rm busy; echo > OUT"
    assert make(a=alone, b=alone, c=alone).repro("-j", "1") == 0


def test_a_stage_has_its_share_of_the_cores_and_its_own_log(make, monkeypatch):
    monkeypatch.setattr("remeta.runner.run.os.cpu_count", lambda: 8)
    toy = make(a="echo $REMETA_THREADS $OMP_NUM_THREADS | tee OUT; echo loud >&2")
    assert toy.repro("-j", "4") == 0
    assert toy.log("a").splitlines() == ["2 2", "loud"]


def test_the_same_bytes_as_before_stop_there(make):
    toy = make(a="sed 's/#.*//' code/a > OUT", b__a="cp out/a OUT", c__b="cp out/b OUT")
    for stage in ("b", "c"):  # these see only what comes before them
        toy.stages_of(stage, deps=[f"out/{chr(ord(stage) - 1)}"])
    assert toy.repro() == 0 and toy.ran() == ["a", "b", "c"]
    toy.write("code/a", "one # with another comment\n")
    assert toy.repro() == 0 and toy.ran() == ["a"]
    toy.write("code/a", "two # with another comment\n")
    assert toy.repro() == 0 and toy.ran() == ["a", "b", "c"]


def test_a_failure_costs_only_what_needs_it(make, capfd):
    toy = make(
        a="for i in $(seq 30); do echo line $i; done; echo the cause; exit 3",
        b__a="echo > OUT",
        c__b="echo > OUT",
        d="echo > OUT",
        e__d="echo > OUT",
    )
    assert toy.repro("-j", "2") == 2
    assert toy.ran() == ["a", "d", "e"] and list(read(toy.folder / "dvc.lock")) == ["d", "e"]
    err = capfd.readouterr().err
    assert "a: exit status 3  (.scratch/runner/logs/a.log)" in err
    assert "    line 30\n    the cause\n" in err and "line 10\n" not in err
    assert "skipped, since they need these: b, c" in err
    assert err.splitlines()[-1].startswith("remeta repro: a failed; ")


def test_every_failure_is_listed(make, capfd):
    toy = make(a="echo of a; exit 1", b="echo of b; kill -9 $$", c="echo > OUT")
    assert toy.repro("-j", "1") == 2
    err = capfd.readouterr().err
    assert "a: exit status 1" in err and "    of a\n" in err
    assert "b: killed by signal 9" in err and "    of b\n" in err
    assert toy.ran() == ["a", "b", "c"]


def test_if_wished_nothing_starts_after_a_failure(make, capfd):
    toy = make(a="exit 1", b="echo > OUT", c="echo > OUT")
    assert toy.repro("-j", "1", "--no-keep-going") == 2
    assert toy.ran() == ["a"]


def test_what_runs_beside_a_failure_is_kept_all_the_same(make):
    toy = make(a="sleep 0.2; exit 1", b="sleep 0.6; echo > OUT", c="echo > OUT")
    assert toy.repro("-j", "2", "--no-keep-going") == 2
    assert toy.ran() == ["a", "b"] and list(read(toy.folder / "dvc.lock")) == ["b"]


def test_after_mending_only_the_rest_runs(make):
    toy = make(a="cat wanted > OUT", b__a="cp out/a OUT", c="echo > OUT")
    assert toy.repro() == 2 and toy.ran() == ["a", "c"]
    toy.write("wanted", "it\n")
    assert toy.repro() == 0 and toy.ran() == ["a", "b"]
    assert toy.status() == {}


def test_a_stage_that_writes_nothing_is_told_so(make, capfd):
    assert make(a="true", b="echo > OUT").repro() == 2
    err = capfd.readouterr().err
    assert "out/a" in err and "does not exist" in err and "Traceback" not in err


def test_a_result_of_changed_inputs_is_not_kept(make, capfd):
    toy = make(a="cp code/a OUT; echo more >> code/a", b="sleep 0.3; cp code/a OUT")
    assert toy.repro("-j", "1", "a") == 2
    assert "code changed while the stage ran; run it again." in capfd.readouterr().err
    assert not (toy.folder / "dvc.lock").exists()


def test_a_changed_parameter_counts_as_an_input(tmp_path, capfd):
    line = "sed -i 's/size: 3/size: 4/' params.yaml; echo > a"
    toy = Toy(tmp_path / "toy", {"a": {"cmd": line, "params": ["hp.size"], "outs": ["a"]}})
    toy.write("params.yaml", "hp:\n  size: 3\n")
    assert toy.repro() == 2
    assert "params.yaml changed while the stage ran" in capfd.readouterr().err


def test_an_input_that_nobody_makes_is_named(make, capfd):
    toy = make(a__nowhere="echo > OUT", b="echo > OUT")
    assert toy.repro() == 2
    assert "out/nowhere" in capfd.readouterr().err and toy.ran() == ["b"]


def test_a_file_in_the_way_of_a_log_fails_only_its_stage(make, capfd):
    toy = make(a="echo > OUT", b="echo > OUT")
    (toy.folder / ".scratch/runner/logs/a.log").mkdir(parents=True)
    assert toy.repro() == 2
    assert "a.log" in capfd.readouterr().err and toy.ran() == ["b"]


def test_an_estimate_that_cannot_be_kept_hides_nothing(make, capfd):
    toy = make(a="echo the cause; exit 1")
    (toy.folder / ".scratch/runner/durations.json").mkdir(parents=True)
    assert toy.repro() == 2
    assert "the cause" in capfd.readouterr().err


def test_fresh_runs_all_and_tells_the_stages(toy):
    assert toy.repro("-j", "3") == 0 and len(toy.ran()) == 6
    lock = toy.lock
    assert toy.repro("-j", "3", "--fresh") == 0 and len(toy.ran()) == 6
    assert toy.lock == lock and toy.status() == {}


def test_fresh_is_told_to_the_stages(make):
    toy = make(a="printenv REMETA_FRESH > OUT || echo no > OUT")
    assert toy.repro() == 0 and toy.read("out/a") == "no\n"
    assert toy.repro("--fresh") == 0 and toy.read("out/a") == "1\n"


def test_a_way_back_comes_from_the_run_cache(toy, capfd):
    assert toy.repro() == 0
    lock = toy.lock
    toy.params(PARAMS | {"hp": PARAMS["hp"] | {"size": 4}})
    assert toy.repro() == 0 and "train-mri-0" in toy.ran()
    toy.params(PARAMS)
    assert toy.repro() == 0
    assert toy.ran() == ["probes"]  # which stays in place, and of which DVC keeps no runs
    assert "train@toy-mri-0 from the run cache" in capfd.readouterr().err
    assert toy.lock == lock and toy.status() == {}
