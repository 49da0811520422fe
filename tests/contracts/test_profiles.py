"""Profiles and parameters: complete, without a default in the code, tasks apart at every size."""

import re
from importlib import import_module

import numpy as np
import pytest

from remeta import methods
from remeta.frozen import Frozen
from remeta.learners import expert
from remeta.papers.registry import PANELS, dataset_named, panel_named
from remeta.pipeline.data import family_of
from remeta.pipeline.settings.names import DATA
from remeta.pipeline.settings.params import Settings, read_yaml
from remeta.pipeline.settings.resources import Resources
from remeta.pipeline.tuning import SEED, candidates, published
from remeta.report.kinds import kind_of
from remeta.tasks.tasksets import SPLITS, TaskSets
from tests.contracts.graph import ROOT, params, stages

PROFILES = {path.stem: read_yaml(path) for path in sorted((ROOT / "profiles").glob("*.yaml"))}
WORLDS = [(profile, data) for profile in PROFILES for data in DATA]


@pytest.fixture(params=PROFILES)
def settings(request):
    return Settings.of(params() | {"profile": PROFILES[request.param]}, request.param)


def drawn(profile: str, data: str, **sizes: int) -> TaskSets:
    world = PROFILES[profile]["data"][data]
    sizes = {name: world[f"{name}_tasks"] for name in SPLITS} | sizes
    return TaskSets.drawn(family_of(dataset_named(data)), params()["hp"]["tasks_seed"], **sizes)


def test_there_are_a_quick_a_committed_and_a_full_profile():
    assert {"quick", "study", "paper"} <= PROFILES.keys()
    assert all(values["name"] == stem for stem, values in PROFILES.items())


def test_the_chosen_profile_is_one_of_the_files():
    assert params()["profile"] in PROFILES.values()


def test_a_profile_has_a_size_for_every_run_of_the_grid(settings):
    for panel in PANELS:
        assert settings.data_size(panel.data)
        assert panel.shown_again or (
            settings.panel_size(panel) if panel.runs else settings.analysis_size(panel)
        )
        for run in settings.cells(panel).train:
            values, iterations = settings.run_values(panel, run)
            assert iterations > 0
            assert methods.params_of(values, settings.place_of(panel, run))
            if "evaluate" in kind_of(panel).stages:
                assert len(settings.rates(panel, run)) == settings.protocol(panel).steps


def test_every_run_tries_what_is_published_among_as_many_from_all_over_their_ranges(settings):
    count = settings.profile.tuning.candidates
    for panel in (panel for panel in PANELS if panel.published):
        for run in panel.runs:
            own, *others = candidates(settings, panel, run)
            assert own == {name: published(settings, panel, run, name) for name in own}, run
            assert own not in others and len(others) == count - 1
            assert count < 10 or all(len({one[name] for one in others}) > 1 for name in own), run


def test_on_the_corners_every_method_may_take_the_steps_that_others_are_published_with(settings):
    panel = panel_named("mame_fig2_corner_tuned")
    rates = {
        run: {one["inner_rate"] for one in candidates(settings, panel, run)} for run in panel.runs
    }
    full = settings.profile.tuning.candidates >= 10  # `quick` tries one beside the published
    assert not full or all({0.1, 0.5} <= own for own in rates.values())
    assert {published(settings, panel, run, "inner_rate") for run in rates} == {0.1, 0.5}


def test_no_result_has_the_seed_of_tuning(settings):
    assert SEED not in settings.profile.seeds


def test_every_run_is_of_a_kind_and_every_expert_has_parameters(settings):
    for panel in (panel for panel in PANELS if panel.runs):
        for run in settings.panel_params(panel).runs:
            values, _ = settings.run_values(panel, run)
            assert methods.params_of(values, run)
    for name, values in settings.hp.experts.items():
        assert expert.Params.read(values, name)


def test_matched_panels_give_all_methods_the_same_nets(settings):
    matched = [panel for panel in PANELS if panel.name.endswith("_matched")]
    assert len(matched) == 4
    for panel in matched:
        lenders = {run: panel_named(lender) for run, lender in panel.lenders.items()}
        runs = dict.fromkeys(panel.runs, panel) | lenders
        assert {run.partition("-")[0] for run in runs} == {"mame", "promp", "maml"}
        nets = [settings.nets(trainer, run) for run, trainer in runs.items()]
        assert all(net == nets[0] for net in nets)
        assert settings.nets(panel_named(panel.id.removesuffix("_matched")), "promp") != nets[0]


def test_a_run_may_have_episodes_of_its_own_length(settings):
    for panel in (panel for panel in PANELS if panel.runs):
        own = {run: settings.horizon(panel, run) for run in settings.cells(panel).train}
        world = settings.data_size(panel.data).horizon
        short = panel.id.startswith("mame_promp_cheetah")
        assert set(own.values()) == {100 if short else world}


def test_no_parameter_has_a_default_in_the_code():
    source = ROOT / "src"
    for path in source.rglob("*.py"):
        if "(Frozen)" in path.read_text():
            import_module(".".join(path.relative_to(source).with_suffix("").parts))
    assert len(Frozen.__subclasses__()) > 10
    for kind in Frozen.__subclasses__():
        assert all(field.is_required() for field in kind.model_fields.values()), kind


@pytest.mark.parametrize(("profile", "data"), WORLDS)
def test_training_and_test_tasks_are_disjoint_at_the_profiles_sizes(profile, data):
    sets = drawn(profile, data)
    tasks = [{tuple(task) for task in getattr(sets, name)} for name in SPLITS]
    if sets.choices is None:
        assert sum(map(len, tasks)) == len(set.union(*tasks))
    else:  # none can be held out: a profile has them all in every set
        assert all(found == {tuple(task) for task in sets.choices} for found in tasks)


@pytest.mark.parametrize(("profile", "data"), WORLDS)
def test_held_out_tasks_do_not_depend_on_how_many_are_trained_on(profile, data):
    sets, more = drawn(profile, data), drawn(profile, data, train=500)
    np.testing.assert_array_equal(sets.validation, more.validation)
    np.testing.assert_array_equal(sets.test, more.test)


def test_every_stage_says_what_it_needs_of_a_node():
    needs = Resources.of(params(), "params.yaml").by_stage(stages(), "params.yaml")
    assert needs.keys() == stages().keys()


@pytest.mark.parametrize("profile", PROFILES)
def test_no_anchor_of_a_profile_is_one_of_params_yaml_too(profile):
    """They stand in one file as soon as the profile is chosen."""
    above = (ROOT / "params.yaml").read_text().partition("\nprofile:")[0]
    below = (ROOT / f"profiles/{profile}.yaml").read_text()
    names = re.findall(r"&(\w+)", f"{above}\n{below}")
    assert sorted(names) == sorted(set(names)) and len(names) > 50
