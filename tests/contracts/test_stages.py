"""dvc.yaml is what the panels say, panel by panel and path by path."""

import subprocess
from typing import Any

import pytest

from remeta.methods import REGISTRY
from remeta.papers.registry import DATASETS, PANELS, PAPERS, conditions
from remeta.pipeline import places
from remeta.pipeline.settings.blocks import Profile
from remeta.pipeline.settings.names import DEMONSTRATED, LEARNT
from remeta.pipeline.settings.params import PARAMS, PROFILES, Settings, read_yaml
from remeta.pipeline.tuning import candidates
from remeta.report.kinds import KINDS, kind_of
from tests.contracts.graph import ROOT, SEEDS, Stage, params, project, slowly, stages
from tests.contracts.lines import lines, plot, plotted

PROFILE = params()["profile"]["name"]
FIGURES = params()["profile"]["figures"]
OWN = [dataset for dataset in DATASETS if not dataset.part_of]
BY_ID = {panel.id: panel for panel in PANELS}
TRAINED = [panel for panel in PANELS if panel.runs]
SCORED = [panel for panel in PANELS if "evaluate" in kind_of(panel).stages]
SCALED = [panel for panel in PANELS if "score" in kind_of(panel).stages]
LOOKS = [panel for panel in PANELS if panel.looks]
TUNED = [panel for panel in PANELS if panel.published]
DRAWN = [panel for panel in PANELS if not panel.published]  # evenly tuned ones are drawn beside


def each(panels):
    return pytest.mark.parametrize("panel", panels, ids=lambda panel: panel.id)


def block(name: str) -> list[Stage]:
    return [stage for stage in stages().values() if stage.block == name]


def inputs(panel) -> list:
    """The panel itself and those it borrows from."""
    return [panel, *(BY_ID[name] for name in panel.sources)]


def drawn(panel) -> list:
    """A panel and its evenly tuned sibling, with all they borrow."""
    return [part for one in conditions(panel) for part in inputs(one)]


def test_every_panel_is_of_a_known_kind_and_borrows_what_others_train():
    for panel in PANELS:
        assert panel.kind in KINDS
        assert bool(panel.runs) == ("train" in kind_of(panel).stages)
        assert all(run in BY_ID[lender].runs for run, lender in panel.lenders.items())


@each(TRAINED)
def test_the_grid_trains_what_the_panel_compares_and_scores_both_ends_of_the_scale(panel):
    grid = params()["grid"][panel.id]
    assert grid["train"] == [run for run in panel.runs if run != "random"]
    ends = ["random", "expert", *(["base"] if panel.base else [])]
    assert grid["score"] == (ends if panel in SCALED else [])


def test_stages_are_as_dvc_itself_loads_them(tmp_path):
    some = [*stages()][::40]  # it takes a tenth of a second for each
    assert slowly(project(tmp_path / "project"), some) == {name: stages()[name] for name in some}


def test_every_panel_has_its_stages_and_nothing_else_has_any():
    blocks = {f"table_{panel.id}" for panel in PANELS} | {panel.id for panel in DRAWN}
    blocks |= {f"{stage}_{panel.id}" for panel in TRAINED for stage in kind_of(panel).stages}
    blocks |= {f"tune_{panel.id}" for panel in TUNED}
    blocks |= {looking(panel, source) for panel in LOOKS for source in sources(panel)}
    blocks |= {f"tasks_{dataset.name}" for dataset in OWN}
    blocks |= {f"demos_{name}" for name in DEMONSTRATED}
    blocks |= {f"expert_{name}" for name in LEARNT}
    blocks |= {f"context_{dataset.name}" for dataset in OWN if dataset.context}
    blocks |= {"probes", "mri_fig2", "page", *PAPERS, *(f"{paper}_claims" for paper in PAPERS)}
    there = {stage.block for stage in stages().values()}
    missing = [panel for panel in PANELS if panel.id not in there]
    assert there == blocks, "\n".join(["paste into dvc.yaml:", *map(lines, missing)])


def choice(panel, run: str) -> set[str]:
    """Where an evenly tuned panel says what its runs chose."""
    path = places.RESULTS / PROFILE / panel.paper / panel.name / "tuning" / f"{run}.json"
    return {str(path)} if panel.published and run in panel.runs else set()


@each(TUNED)
def test_every_method_of_an_evenly_tuned_panel_chooses_on_training_tasks(panel):
    stages = block(f"tune_{panel.id}")
    assert {tuple(stage.words) for stage in stages} == {
        ("tune", panel.id, run) for run in panel.runs
    }
    shown = {str(places.demos(PROFILE, panel.data.files))} if panel in SCORED else set()
    for stage in stages:
        (chosen,) = choice(panel, run := stage.words[2])
        assert stage.outs == {chosen, chosen.removesuffix("json") + "csv"}
        assert stage.deps == {
            f"results/probes/tune_{panel.id}_{run}.json",
            str(places.tasks(PROFILE, panel.data.files)),
            *shown,
        }


@each(TUNED)
def test_every_method_of_it_has_as_many_candidates(panel):
    settings = Settings.of(read_yaml(PARAMS), PARAMS.name)
    for name in ("quick", "study", "paper"):
        profile = Profile.read(read_yaml(PROFILES / f"{name}.yaml"), name)
        sized = settings.model_copy(update={"profile": profile})
        tried = {run: candidates(sized, panel, run) for run in [*panel.runs]}
        assert {len(choices) for choices in tried.values()} == {profile.tuning.candidates}
        for choices in tried.values():
            assert len({tuple(each.items()) for each in choices}) == len(choices)


def sources(panel) -> list[str]:
    """The names of the panels that a panel of looks borrows from."""
    return list(dict.fromkeys(name for name, _ in panel.borrowed))


def looking(panel, source: str) -> str:
    """The block that looks at what one of several sources trained."""
    tail = f"_of_{source}" if len(sources(panel)) > 1 else ""
    (stage,) = kind_of(panel).stages
    return f"{stage}_{panel.id}{tail}"


@pytest.mark.parametrize(
    ("kind", "panel"),
    [
        *(("train", panel) for panel in TRAINED),
        *(("evaluate", panel) for panel in SCORED),
        *(("score", panel) for panel in SCALED),
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
    evidence = kind_of(panel).evidence
    experts = evidence == "drifts"  # it compares with what the expert would do
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
                str(places.tasks(PROFILE, panel.data.files)),
                str(places.model(PROFILE, lender, run, int(seed))),
                *({str(places.expert(PROFILE, panel.data.taught_by))} if experts else ()),
            }
            assert stage.outs == {
                str(places.result(PROFILE, panel, evidence, run, int(seed), "csv"))
            }
        assert found == wanted


def asked(panel) -> set[str]:
    """The expert whom a run asks as it learns, if it had to learn itself."""
    runs = params()["hp"]["panels"][panel.id]["runs"].values()
    asking = [
        run
        for run in runs
        # GMPS only if it goes on to aggregate.
        if "expert" in REGISTRY[run["kind"]][1].needs and run.get("aggregate_every", 1)
    ]
    learnt = asking and panel.data.taught_by in LEARNT
    return {str(places.expert(PROFILE, panel.data.taught_by))} if learnt else set()


def test_whoever_asks_an_expert_that_has_learnt_learns_after_it():
    smile = ("table1", "fig2", "walker", "classify", "faults_speed", "faults_goal")
    asking = {"gmps_aggregation", *(f"smile_{name}" for name in smile)}
    assert {panel.id for panel in TRAINED if asked(panel)} == asking


@each(TRAINED)
def test_training_reads_its_familys_files_and_writes_where_others_look(panel):
    for stage in block(f"train_{panel.id}"):
        run, seed = stage.words[2], int(stage.words[3])
        assert stage.deps == {
            *choice(panel, run),
            f"results/probes/train_{panel.probed}_{run}.json",
            str(places.tasks(PROFILE, panel.data.files)),
            *([str(places.demos(PROFILE, panel.data.files))] if panel in SCORED else []),
            *asked(panel),
        }
        assert stage.outs == {
            str(places.model(PROFILE, panel, run, seed)),
            str(places.result(PROFILE, panel, "curves", run, seed, "csv")),
            str(places.result(PROFILE, panel, "costs", run, seed, "json")),
        }


@pytest.mark.parametrize(
    ("kind", "panel"),
    [("evaluate", panel) for panel in SCORED] + [("score", panel) for panel in SCALED],
    ids=str,
)
def test_scoring_reads_what_it_scores_and_writes_scores(kind, panel):
    learnt = panel.tested.taught_by in LEARNT
    expert = {str(places.expert(PROFILE, panel.tested.taught_by))} if learnt else set()
    expert |= {str(places.expert(PROFILE, panel.base.name))} if panel.base else set()
    for stage in block(f"{kind}_{panel.id}"):
        run, seed = stage.words[2], int(stage.words[3])
        model = {str(places.model(PROFILE, panel, run, seed))}
        scored = model if kind == "evaluate" else expert
        if kind == "evaluate" and panel.tested.context:
            scored = model | {str(places.context(PROFILE, panel.tested.files, "test"))}
        assert stage.deps == scored | choice(panel, run if kind == "evaluate" else "random") | {
            f"results/probes/evaluate_{panel.probed}_{run}.json",
            str(places.tasks(PROFILE, panel.tested.files)),
        }
        assert stage.outs == {str(places.result(PROFILE, panel, "scores", run, seed, "csv"))}


def read(panel, sources) -> set[str]:
    """The code of reports and folders of evidence; who looks at others' runs reads only its own,
    and who tests them again the ends of the first one's scale; who shows theirs again only those.
    """
    scale = sources[1:2] if panel.kind == "retested" else []
    found = [panel, *scale] if panel.looks else [source for source in sources if source.runs]
    folders = {str(places.RESULTS / PROFILE / source.paper / source.name) for source in found}
    return {"src/remeta/report", "src/remeta/papers"} | folders


@each(PANELS)
def test_a_table_reads_its_panel_and_what_it_borrows(panel):
    (stage,) = block(f"table_{panel.id}")
    assert stage.words == ["table", panel.id]
    assert stage.deps == read(panel, inputs(panel))
    stem = places.RESULTS / PROFILE / panel.paper / "tables" / panel.name
    assert stage.outs == {f"{stem}{end}" for end in kind_of(panel).endings}


@each(DRAWN)
def test_a_figure_reads_its_panel_under_all_conditions_and_lies_where_the_profile_says(panel):
    (stage,) = block(panel.id)
    assert stage.words == ["figure", panel.id]
    table = str(places.RESULTS / PROFILE / panel.paper / "tables" / f"{panel.name}.csv")
    assert stage.deps == read(panel, drawn(panel)) | {table}  # a panel's name makes all of it
    stem, parts = f"{FIGURES}/{panel.paper}/{panel.name}", kind_of(panel).pictures(panel)
    assert stage.outs == {f"{stem}{part}.{end}" for part in parts for end in ("pdf", "png")}


@each(PANELS)
def test_a_panel_depends_on_no_other_panels_parameters_or_files(panel):
    others = [other for other in PANELS if other not in drawn(panel)]
    for kind in (
        "train_",
        "evaluate_",
        "score_",
        "table_",
        "",
        "gradients_",
        "traces_",
        "adaptations_",
        "drifts_",
    ):
        named = [stage for stage in stages().values() if stage.words[1:2] == [panel.id]]
        for stage in (stage for stage in named if stage.block.startswith(f"{kind}{panel.id}")):
            read = " ".join([*stage.params, *stage.deps, *stage.outs, ""])
            for other in others:
                assert f".{other.id}." not in read and f".{other.id} " not in read
                assert f"/{other.paper}/{other.name}/" not in read
                assert f"/{other.paper}/{other.name} " not in read


@pytest.mark.parametrize("dataset", OWN, ids=lambda dataset: dataset.name)
def test_a_data_sets_files_are_made_by_its_own_stages_from_its_own(dataset):
    name, tasks = dataset.name, str(places.tasks(PROFILE, dataset.name))
    expert = {str(places.expert(PROFILE, dataset.taught_by))} & {
        str(places.expert(PROFILE, learnt)) for learnt in LEARNT
    }
    passed = {str(places.exam(PROFILE, name))} if dataset.exam else set()
    held_out = {str(places.context(PROFILE, name, split)) for split in ("validation", "test")}
    makes = {
        "tasks": (set(), {tasks}),
        "expert": ({tasks}, {str(places.expert(PROFILE, name))}),
        "demos": ({tasks} | expert, {str(places.demos(PROFILE, name))} | passed),
        "context": ({tasks} | expert, held_out),
    }
    for kind, (deps, outs) in makes.items():
        for stage in block(f"{kind}_{name}"):
            assert stage.words == [kind, name]
            assert stage.deps == deps | {f"results/probes/{kind}_{name}.json"}
            assert stage.outs == outs


def test_the_page_reads_all_of_every_paper_and_lies_beside_their_folders():
    (stage,) = block("page")
    results = {str(places.RESULTS / PROFILE / paper) for paper in PAPERS}
    figures = {f"{FIGURES}/{paper}" for paper in PAPERS}
    code = {f"src/remeta/{part}" for part in ("page", "report", "papers", "tasks")}
    assert stage.words == ["page"]
    assert stage.deps == results | figures | code | {"results/prices.json"}
    assert stage.outs == {str(places.RESULTS / PROFILE / "index.html")}


def test_the_page_of_the_committed_results_can_be_made_in_a_clone():
    """What nobody has run yet are folders all the same: DVC stops where one is missing."""
    figures = read_yaml(ROOT / "profiles/study.yaml")["figures"]
    homes = [f"{home}/{paper}/" for home in ("results/study", figures) for paper in PAPERS]
    words = ["git", "ls-files", "--", *homes]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    kept = told.stdout.splitlines()
    assert not [home for home in homes if not any(path.startswith(home) for path in kept)]


def test_commits_are_compared_by_the_summaries_of_all_papers():
    summaries = [f"results/study/{paper}/summary.json" for paper in PAPERS]
    assert read_yaml(ROOT / "dvc.yaml")["metrics"] == summaries


def test_every_panel_that_has_curves_is_plotted():
    listed = read_yaml(ROOT / "dvc.yaml")["plots"]
    found = {name: dict(entry) for part in listed for name, entry in part.items()}
    curved = {panel.id: panel for panel in PANELS if kind_of(panel).sights}
    missing = [plotted(panel) for id, panel in curved.items() if found.get(id) != plot(panel)]
    assert not missing, "\n".join(["paste into dvc.yaml:", *missing])
    assert [*found] == [*curved]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_what_is_plotted_of_committed_tables_are_columns_of_theirs(panel):
    for sight in kind_of(panel).sights[:1]:
        ((path, y),) = plot(panel)["y"].items()
        if (ROOT / path).exists():
            head = (ROOT / path).read_text().partition("\n")[0].split(",")
            assert {"run", plot(panel)["x"], y, *sight.band} <= {*head}


def test_every_stage_names_its_profile_and_writes_under_it():
    for stage in stages().values():
        if stage.block != "probes":
            assert stage.name.partition("@")[2].split("-")[0] == PROFILE
            assert all(f"/{PROFILE}/" in out or out.startswith(FIGURES) for out in stage.outs)


def test_every_parameter_that_a_stage_names_is_there():
    """Else DVC stops the stage when its turn comes, and nobody before that."""
    values = params()
    missing = {(s.name, key) for s in stages().values() for key in s.params if not has(values, key)}
    assert missing == set()


def has(values: Any, key: str) -> bool:
    for part in key.split("."):
        if not isinstance(values, dict) or part not in values:
            return False
        values = values[part]
    return True
