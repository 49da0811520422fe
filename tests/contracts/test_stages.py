"""dvc.yaml is what the panels say, panel by panel and path by path."""

import pytest

from remeta.papers.shelf import PANELS, PAPERS
from remeta.pipeline import places
from remeta.pipeline.settings.names import SHOWN
from remeta.report.kinds import pictures
from remeta.report.readers import READERS
from tests.contracts.graph import SEEDS, Stage, params, stages

PROFILE = params()["profile"]["name"]
FIGURES = params()["profile"]["figures"]
FAMILIES = sorted({panel.family for panel in PANELS})
BY_ID = {panel.id: panel for panel in PANELS}
TRAINED = [panel for panel in PANELS if panel.runs]
SCORED = [panel for panel in PANELS if panel.kind == "adaptation"]
LOOKS = [panel for panel in PANELS if not panel.runs]
# Folders of what a table and a figure read, and what follows the panel's name in those of tables.
READ = {
    "adaptation": ("scores", "curves"),
    "training": ("curves",),
    "variance": ("gradients",),
    "trajectories": ("traces",),
}
TABLES = {
    "adaptation": (".csv", "_curves.csv", ".md", ".tex"),
    "training": (".csv", "_curves.csv", ".md", ".tex"),
    "variance": (".csv", "_modules.csv", ".md", ".tex"),
    "trajectories": (".csv", ".md", ".tex"),
}


def each(panels):
    return pytest.mark.parametrize("panel", panels, ids=lambda panel: panel.id)


def block(name: str) -> list[Stage]:
    return [stage for stage in stages().values() if stage.block == name]


def inputs(panel) -> list[tuple]:
    """The panel itself and those it borrows from."""
    return [panel, *(BY_ID[name] for name in dict.fromkeys(panel.lenders.values()))]


def test_every_panel_is_of_a_known_kind_and_borrows_what_others_train():
    for panel in PANELS:
        assert READ.keys() == TABLES.keys() == READERS.keys()
        assert panel.kind in READ
        assert bool(panel.runs) == (panel.kind in ("adaptation", "training"))
        assert all(run in BY_ID[lender].runs for run, lender in panel.lenders.items())


@each(TRAINED)
def test_the_grid_trains_what_the_panel_compares_and_scores_both_ends_of_the_scale(panel):
    grid = params()["grid"][panel.id]
    assert grid["train"] == [run for run in panel.runs if run != "random"]
    assert grid["score"] == (["random", "expert"] if panel.kind == "adaptation" else [])


def test_every_panel_has_its_stages_and_nothing_else_has_any():
    blocks = {f"{kind}{panel.id}" for panel in PANELS for kind in ("table_", "")}
    blocks |= {f"train_{panel.id}" for panel in TRAINED}
    blocks |= {f"{kind}_{panel.id}" for panel in SCORED for kind in ("evaluate", "score")}
    blocks |= {looking(panel, source) for panel in LOOKS for source in sources(panel)}
    blocks |= {f"tasks_{family}" for family in FAMILIES}
    blocks |= {f"demos_{family}" for family in SHOWN}
    blocks |= {f"expert_{family}" for family in SHOWN if family != "point"}
    blocks |= {"probes", "mri_fig2", *PAPERS, *(f"{paper}_claims" for paper in PAPERS)}
    assert {stage.block for stage in stages().values()} == blocks


def sources(panel) -> list[str]:
    """The names of the panels that a panel of looks borrows from."""
    return list(dict.fromkeys(name for name, _ in panel.borrowed))


def looking(panel, source: str) -> str:
    """The block that looks at what one of several sources trained."""
    tail = f"_of_{source}" if len(sources(panel)) > 1 else ""
    return f"{READERS[panel.kind].evidence}_{panel.id}{tail}"


@pytest.mark.parametrize(
    ("kind", "panel"),
    [
        *(("train", panel) for panel in TRAINED),
        *((kind, panel) for kind in ("evaluate", "score") for panel in SCORED),
    ],
    ids=str,
)
def test_every_run_has_a_stage_per_seed(kind, panel):
    runs = params()["grid"][panel.id]["score" if kind == "score" else "train"]
    verb = "train" if kind == "train" else "evaluate"
    expected = [[verb, panel.id, run, str(seed)] for run in runs for seed in SEEDS]
    assert sorted(stage.words for stage in block(f"{kind}_{panel.id}")) == sorted(expected)


@each(LOOKS)
def test_every_borrowed_run_is_looked_at_where_it_was_trained(panel):
    evidence = READERS[panel.kind].evidence
    for source in sources(panel):
        wanted = {(run, seed) for name, run in panel.borrowed if name == source for seed in SEEDS}
        found = set()
        for stage in block(looking(panel, source)):
            verb, name, run, seed = stage.words
            found.add((run, int(seed)))
            lender = BY_ID[f"{panel.paper}_{source}"]
            assert (verb, name) == (evidence, panel.id)
            assert stage.deps == {
                f"results/probes/{evidence}_{panel.id}_{run}.json",
                str(places.tasks(PROFILE, panel.family)),
                str(places.model(PROFILE, lender, run, int(seed))),
            }
            assert stage.outs == {
                str(places.result(PROFILE, panel, evidence, run, int(seed), "csv"))
            }
        assert found == wanted


@each(TRAINED)
def test_training_reads_its_familys_files_and_writes_where_others_look(panel):
    for stage in block(f"train_{panel.id}"):
        run, seed = stage.words[2], int(stage.words[3])
        assert stage.deps == {
            f"results/probes/train_{panel.id}_{run}.json",
            str(places.tasks(PROFILE, panel.family)),
            *([str(places.demos(PROFILE, panel.family))] if panel in SCORED else []),
        }
        assert stage.outs == {
            str(places.model(PROFILE, panel, run, seed)),
            str(places.result(PROFILE, panel, "curves", run, seed, "csv")),
            str(places.result(PROFILE, panel, "costs", run, seed, "json")),
        }


@each(SCORED)
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


@each(PANELS)
@pytest.mark.parametrize("kind", ["table", "figure"])
def test_a_table_and_a_figure_read_their_panel_and_what_it_borrows(kind, panel):
    (stage,) = block(f"table_{panel.id}" if kind == "table" else panel.id)
    assert stage.words == [kind, panel.id]
    read = {
        str(places.RESULTS / PROFILE / source.paper / source.name / folder)
        for source in (inputs(panel) if panel.runs else [panel])
        for folder in READ[panel.kind]
    }
    results = {dep for dep in stage.deps if dep.startswith("results/") and "/tables/" not in dep}
    assert results == read
    folder = places.RESULTS / PROFILE / panel.paper / "tables"
    if kind == "table":
        assert stage.outs == {f"{folder}/{panel.name}{end}" for end in TABLES[panel.kind]}
    else:
        tables = {dep for dep in stage.deps if "/tables/" in dep}
        ends = [end for end in TABLES[panel.kind] if end.endswith(".csv")]
        assert tables == {f"{folder}/{panel.name}{end}" for end in ends}


@each(PANELS)
def test_a_figure_is_drawn_where_the_profile_says(panel):
    (stage,) = block(panel.id)
    stem = f"{FIGURES}/{panel.paper}/{panel.name}"
    assert stage.outs == {f"{stem}{s}.{end}" for s in pictures(panel) for end in ("pdf", "png")}


@each(PANELS)
def test_a_panel_depends_on_no_other_panels_parameters_or_files(panel):
    others = [other for other in PANELS if other not in inputs(panel)]
    for kind in ("train_", "evaluate_", "score_", "table_", "", "gradients_", "traces_"):
        named = [stage for stage in stages().values() if stage.words[1:2] == [panel.id]]
        for stage in (stage for stage in named if stage.block.startswith(f"{kind}{panel.id}")):
            read = " ".join([*stage.params, *stage.deps, *stage.outs, ""])
            for other in others:
                assert f".{other.id}." not in read and f".{other.id} " not in read
                assert f"/{other.paper}/{other.name}/" not in read


def test_a_familys_files_are_made_by_its_own_stages():
    made = [("tasks", family, places.tasks) for family in FAMILIES]
    made += [("demos", family, places.demos) for family in SHOWN]
    for family in FAMILIES:
        for kind, _, place in (one for one in made if one[1] == family):
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
