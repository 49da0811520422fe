"""dvc.yaml is what the panels say, panel by panel and path by path."""

import pytest

from remeta.papers.mri import PANELS
from remeta.pipeline import places
from tests.contracts.graph import SEEDS, Stage, params, stages

PROFILE = params()["profile"]["name"]
FIGURES = params()["profile"]["figures"]
FAMILIES = sorted({panel.family for panel in PANELS})
BY_ID = {panel.id: panel for panel in PANELS}
BY_NAME = {panel.name: panel for panel in PANELS}


@pytest.fixture(params=PANELS, ids=lambda panel: panel.id)
def panel(request):
    return request.param


def block(name: str) -> list[Stage]:
    return [stage for stage in stages().values() if stage.block == name]


def inputs(panel) -> list[tuple]:
    """The panel itself and those it borrows from."""
    return [panel, *(BY_NAME[name] for name in dict.fromkeys(name for name, _ in panel.borrowed))]


def test_the_grid_trains_what_the_panel_compares_and_scores_both_ends_of_the_scale(panel):
    grid = params()["grid"][panel.id]
    assert grid["train"] == [run for run in panel.runs if run != "random"]
    assert grid["score"] == ["random", "expert"]


def test_every_panel_has_its_stages_and_nothing_else_has_any():
    kinds = ("train_", "evaluate_", "score_", "table_", "")
    blocks = {f"{kind}{panel.id}" for panel in PANELS for kind in kinds}
    blocks |= {f"{kind}_{family}" for family in FAMILIES for kind in ("tasks", "demos")}
    blocks |= {f"expert_{family}" for family in FAMILIES if family != "point"}
    blocks |= {"probes", "mri_fig2", "mri_claims", "mri"}
    assert {stage.block for stage in stages().values()} == blocks


@pytest.mark.parametrize("kind", ["train", "evaluate", "score"])
def test_every_run_has_a_stage_per_seed(kind, panel):
    runs = params()["grid"][panel.id]["score" if kind == "score" else "train"]
    verb = "train" if kind == "train" else "evaluate"
    expected = [[verb, panel.id, run, str(seed)] for run in runs for seed in SEEDS]
    assert sorted(stage.words for stage in block(f"{kind}_{panel.id}")) == sorted(expected)


def test_training_reads_its_familys_files_and_writes_where_others_look(panel):
    for stage in block(f"train_{panel.id}"):
        run, seed = stage.words[2], int(stage.words[3])
        assert stage.deps == {
            f"results/probes/train_{panel.id}_{run}.json",
            str(places.tasks(PROFILE, panel.family)),
            str(places.demos(PROFILE, panel.family)),
        }
        assert stage.outs == {
            str(places.model(PROFILE, panel, run, seed)),
            str(places.result(PROFILE, panel, "curves", run, seed, "csv")),
            str(places.result(PROFILE, panel, "costs", run, seed, "json")),
        }


@pytest.mark.parametrize("kind", ["evaluate", "score"])
def test_scoring_reads_what_it_scores_and_writes_scores(kind, panel):
    expert = {str(places.expert(PROFILE, panel.family))} - {f"data/experts/{PROFILE}/point"}
    for stage in block(f"{kind}_{panel.id}"):
        run, seed = stage.words[2], int(stage.words[3])
        model = {str(places.model(PROFILE, panel, run, seed))}
        scored = model if kind == "evaluate" else expert if panel.family != "point" else set()
        assert stage.deps == scored | {
            f"results/probes/evaluate_{panel.id}_{run}.json",
            str(places.tasks(PROFILE, panel.family)),
        }
        assert stage.outs == {str(places.result(PROFILE, panel, "scores", run, seed, "csv"))}


@pytest.mark.parametrize("kind", ["table", "figure"])
def test_a_table_and_a_figure_read_their_panel_and_what_it_borrows(kind, panel):
    (stage,) = block(f"table_{panel.id}" if kind == "table" else panel.id)
    assert stage.words == [kind, panel.id]
    read = {
        str(places.RESULTS / PROFILE / source.paper / source.name / folder)
        for source in inputs(panel)
        for folder in ("scores", "curves")
    }
    results = {dep for dep in stage.deps if dep.startswith("results/") and "/tables/" not in dep}
    assert results == read
    made = [out for out in stage.outs if f"/{panel.name}" in out]
    assert len(made) == len(stage.outs) == (4 if kind == "table" else 2)


def test_a_figure_is_drawn_where_the_profile_says(panel):
    (stage,) = block(panel.id)
    assert stage.outs == {f"{FIGURES}/{panel.paper}/{panel.name}.{end}" for end in ("pdf", "png")}


def test_a_panel_depends_on_no_other_panels_parameters_or_files(panel):
    others = [other for other in PANELS if other not in inputs(panel)]
    for kind in ("train_", "evaluate_", "score_", "table_", ""):
        for stage in block(f"{kind}{panel.id}"):
            read = " ".join([*stage.params, *stage.deps, *stage.outs, ""])
            for other in others:
                assert f".{other.id}." not in read and f".{other.id} " not in read
                assert f"/{other.paper}/{other.name}/" not in read


def test_a_familys_files_are_made_by_its_own_stages():
    for family in FAMILIES:
        for kind, place in (("tasks", places.tasks), ("demos", places.demos)):
            (stage,) = block(f"{kind}_{family}")
            assert stage.words == [kind, family]
            assert stage.outs == {str(place(PROFILE, family))}
        for stage in block(f"expert_{family}"):
            assert stage.outs == {str(places.expert(PROFILE, family))}


def test_every_stage_names_its_profile_and_writes_under_it():
    for stage in stages().values():
        if stage.block != "probes":
            assert stage.name.partition("@")[2].split("-")[0] == PROFILE
            assert all(f"/{PROFILE}/" in out or out.startswith(FIGURES) for out in stage.outs)
