"""What is read at once is what DVC reads."""

from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from dvc.parsing import DataResolver
from dvc.repo import Repo
from hypothesis import given, settings
from hypothesis import strategies as st

from remeta.frozen import Advice
from remeta.runner import lockfile, reading
from remeta.runner.lockfile import LockFile
from remeta.runner.project import Project
from tests.runner.toy import PARAMS, STAGES, Toy

LOCAL = {  # names of a stage's own, some of them beside what all have
    "cmd": "echo own >> ran; echo ${hp.size} ${hp.more} ${hp.runs.more} ${word} > own",
    "vars": [{"hp": {"more": "x"}}, {"hp": {"runs": {"more": "y"}}, "word": "z"}],
    "params": ["hp.size", "hp.runs.mri.rate"],
    "outs": ["own"],
}
EACH = {"vars": [{"word": "w"}], "cmd": "echo ${word} > e${item}", "outs": ["e${item}"]}
MANY = STAGES | {"own": LOCAL, "each": {"foreach": "${profile.seeds}", "do": EACH}}


def told(stages: Any) -> dict[str, Any]:
    """All that a stage is asked for."""
    return {
        stage.addressing: (
            stage.cmd,
            stage.cmd_changed,
            [(str(dep), dep.hash_info, dep.meta) for dep in stage.deps],
            [(str(out), out.hash_info, out.meta, out.use_cache, out.persist) for out in stage.outs],
            stage.tracked_vars,
            stage.status(),
        )
        for stage in stages
    }


def inputs(stages: Any) -> dict[str, list[str]]:
    return {stage.addressing: [dep.fs_path for dep in stage.deps] for stage in stages}


@pytest.fixture
def many(tmp_path) -> Toy:
    toy = Toy(tmp_path / "many", MANY)
    assert toy.dvc("repro") == 0
    return toy


MEMORY = ".scratch/runner/memory"


def fill_memory(folder: Path) -> list[Path]:
    with chdir(folder), Project() as project, project.locked():
        assert len(project.order) > 5
    return sorted((folder / MEMORY).iterdir())


@pytest.mark.parametrize("remembered", [False, True])
@pytest.mark.parametrize("changed", [False, True])
def test_every_stage_is_as_dvc_loads_it(many, changed, remembered):
    if remembered:
        fill_memory(many.folder)
    if changed:
        many.params(PARAMS | {"hp": PARAMS["hp"] | {"size": 4}})
        many.stages_of("figure", cmd="true")
    with chdir(many.folder):
        with Repo() as repo, repo.lock:
            dvc = told(repo.index.stages)
        with Project() as project, project.locked():
            ours = told(project.graph)
    assert ours == dvc
    assert any(status for *_, status in ours.values()) == changed


def test_what_is_remembered_saves_reading_it_again(many, monkeypatch):
    names = [path.name for path in fill_memory(many.folder)]
    assert names == ["dvc.lock.json", "stages.json", "valid-dvc.yaml.json"]
    with chdir(many.folder), Repo() as repo, repo.lock:
        dvc = told(repo.index.stages)
    for place, name in (
        (DataResolver, "resolve_one"),
        (reading, "VALIDATE"),
        (lockfile, "COMPILED_LOCKFILE_SCHEMA"),
    ):
        monkeypatch.setattr(place, name, lambda *_, **__: pytest.fail("it was made again"))
    with chdir(many.folder), Project() as project, project.locked():
        assert told(project.graph) == dvc


@pytest.mark.parametrize("damage", ["", "torn", "\n{", "{}"])
def test_a_damaged_memory_is_none(many, damage):
    with chdir(many.folder), Repo() as repo, repo.lock:
        dvc = told(repo.index.stages)
    whole = {path: path.read_text() for path in fill_memory(many.folder)}
    for path, text in whole.items():
        path.write_text(text[: len(text) // 2] if damage == "torn" else damage)
    with chdir(many.folder), Project() as project, project.locked():
        assert told(project.graph) == dvc
    assert {path: path.read_text() for path in whole} == whole  # and made again


def test_no_room_for_a_memory_is_no_matter(many):
    (many.folder / ".scratch/runner").mkdir(parents=True, exist_ok=True)
    (many.folder / MEMORY).write_text("no folder")
    with chdir(many.folder), Project() as project:
        assert all(project.stale_reasons(name) == [] for name in project.order)


def test_a_stage_that_reads_other_files_of_names_is_not_remembered(many):
    (many.folder / "names.yaml").write_text("word: one\n")
    many.stages_of("own", vars=["names.yaml"], cmd="echo ${word} > own")
    for word in ("one", "two"):
        (many.folder / "names.yaml").write_text(f"word: {word}\n")
        with chdir(many.folder), Project() as project:
            (own,) = (stage for stage in project.graph if stage.name == "own")
            assert own.cmd == f"echo {word} > own"


def test_paths_elsewhere_and_circles_are_as_dvc_has_them(many, tmp_path):
    (tmp_path / "beside").write_text("beside")
    many.stages_of("figure", deps=["table", f"{tmp_path}/beside"])
    with chdir(many.folder):
        with Repo() as repo:
            paths = inputs(repo.index.stages)
        with Project() as project:
            ours = inputs(project.graph)
        assert ours == paths and str(tmp_path / "beside") in paths["figure"]
        many.stages_of("table", deps=["figure"])
        with pytest.raises(Advice, match="both a dependency and an output"), Project():
            pass


def test_names_of_one_stage_are_not_of_another(many):
    many.stages_of("figure", cmd="echo ${hp.more}")
    with chdir(many.folder), Repo() as repo, pytest.raises(Exception, match=r"hp\.more"):
        repo.index  # noqa: B018
    with chdir(many.folder), pytest.raises(Exception, match=r"hp\.more"), Project():
        pass


def test_a_file_is_parsed_once_until_it_changes(many, monkeypatch):
    parsed = []

    def parse(text, path, typ="safe", own=reading.parse):
        parsed.append(str(path).rpartition("/")[2])
        return own(text, path, typ)

    monkeypatch.setattr(reading, "parse", parse)
    with chdir(many.folder), Project() as project:
        for name in project.order:
            assert project.stale_reasons(name) == []
        assert sorted(parsed) == ["dvc.yaml", "params.yaml"]
        many.params(PARAMS | {"hp": PARAMS["hp"] | {"size": 44}})
        assert any("size is modified" in reason for reason in project.stale_reasons("data@toy"))
        assert project.plan(["train"])[-1] == "train@toy-maml-0"
        assert sorted(parsed) == ["dvc.yaml", "params.yaml", "params.yaml"]


def test_nothing_of_dvc_stays_changed(many):
    before = {name: getattr(reading.param, name) for name in ("read_param_file", "load_path")}
    with chdir(many.folder):
        with Project():
            assert reading.param.read_param_file is reading.look_up
        many.write("dvc.lock", "spoilt")
        with pytest.raises(Exception, match="damaged"), Project():
            pass
    assert {name: getattr(reading.param, name) for name in before} == before
    assert LockFile(many.folder / "dvc.lock").path.read_text() == "spoilt"


names = st.sampled_from(["a", "b", "c_1", "d-2", "0", "1", "*", "a*", "?", "[ab]"])
trees = st.recursive(
    st.integers(0, 3) | st.none(),
    lambda inner: (
        st.dictionaries(names.filter(str.isalnum), inner, max_size=3) | st.lists(inner, max_size=2)
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(names, trees), st.lists(st.lists(names, min_size=1, max_size=3), max_size=3))
def test_a_parameter_is_what_dvc_finds(values, keys):
    paths = [".".join(key) for key in keys]

    def outcome(look_up) -> Any:
        try:
            return look_up(None, "params.yaml", paths, True)
        except Exception as mistake:
            return type(mistake)

    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(reading.param, "load_path", lambda *_, **__: values)
        assert outcome(reading.look_up) == outcome(reading.LOOK_UP)
