"""What a stage reads of params.yaml is what dvc.yaml says it depends on.

Every stage is run for real in a tiny project, and what it reads is written down.
"""

import pytest

from remeta.papers.panel import Panel
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.settings.params import PARAMS, Settings, read_yaml
from remeta.pipeline.stages import reports
from tests.contracts.graph import before, stages
from tests.pipeline.spy import Block
from tests.pipeline.tiny import PROFILE, status

# The grid and the seeds are the matrix of the stages, name and figures stand in their paths.
AXES = ("grid.", "profile.name", "profile.figures")
WORDS = [
    "tasks point",
    "demos point",
    "expert reacher",
    "demos reacher",
    "train mri_fig3_point mri",
    "train mri_fig3_point maml",
    "train mri_fig3_point imitation",
    "train mri_ablation_correction mri-trajectory",
    "evaluate mri_fig3_point mri",
    "evaluate mri_fig3_point random",
    "evaluate mri_fig3_point expert",
    "evaluate mri_fig3_reacher random",
    "evaluate mri_fig3_reacher expert",
    "tasks point_corner",
    "train mame_fig2_corner mame",
    "train mame_fig2_corner maml-vpg",
    "train mame_fig2_ant_dir promp",
    "train mame_promp_cheetah_vel promp",
    "gradients mame_variance mame-emaml",
    "traces mame_trajectories promp",
]


@pytest.fixture
def log(project, monkeypatch):
    log: set[str] = set()

    def load(cls, path=PARAMS):
        return Block(Settings.of(read_yaml(path), path.name), "", log)

    monkeypatch.setattr(Settings, "load", classmethod(load))
    return log


def undeclared(words: str, log: set[str]) -> set[str]:
    """Keys that were read but belong neither to the stage nor to one that made its inputs."""
    stage = next(s for s in stages().values() if " ".join(s.words[:3]).startswith(words))
    known = [stage, *before(stages(), stage)]
    read = {key for key in log if not key.startswith(AXES)}
    return {key for key in read if not any(one.reads(key) for one in known)}


def supplied(verb: str, panel: Panel, run: str, seed: str) -> None:
    """What the stages before this one make, where the tiny project does not have it."""
    if not places.tasks(PROFILE, panel.family).exists():
        assert status("tasks", panel.family) == 0
    if verb in ("gradients", "traces"):
        assert status("train", panel.lenders[run], run, seed) == 0


@pytest.mark.parametrize("words", WORDS)
def test_a_stage_reads_only_what_it_depends_on(words, log):
    verb, what, *run = words.split()
    seed = ["3"] if run else []
    if run:
        supplied(verb, panel_named(what), *run, *seed)
        log.clear()
    assert status(verb, what, *run, *seed) == 0
    assert len(log) > 2
    assert undeclared(words, log) == set()


@pytest.mark.parametrize("verb", ["table", "figure", "claims"])
def test_a_report_reads_only_what_it_depends_on(verb, log, monkeypatch):
    monkeypatch.setattr(reports.build, verb, lambda *handed: None)
    word = "mri" if verb == "claims" else "mri_fig3_point"
    getattr(reports, verb)(word)
    assert log and undeclared(f"{verb} {word}", log) == set()


def test_the_check_sees_a_key_that_is_not_declared(log):
    settings = Settings.load()
    assert settings.hp.panels["mri_fig4_ant"].runs["maml"]["kind"] == "maml"
    assert undeclared("train mri_fig3_point mri", log) == {"hp.panels.mri_fig4_ant.runs.maml"}
