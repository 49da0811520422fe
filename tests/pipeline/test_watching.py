"""How much runs are shown of an expert, in training and at test."""

import json

import torch

from remeta.papers.mri.panels import POINT
from remeta.papers.registry import panel_named
from remeta.pipeline import places
from remeta.pipeline.panels import practice_of, world_of
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.teaching import context_demos_of, taught
from tests.pipeline.tiny import PANEL, PROFILE, SEED, change, change_all, status

NEEDS = ("demos", "context")


def seen(every: int):
    """What a run of this panel is shown of training tasks, and of those that are held out."""
    settings, panel = Settings.load(), panel_named(PANEL)
    shown = settings.shown(panel, "mri").model_copy(update={"demos": 1})
    assert shown.every == every
    world = world_of(settings, panel, "mri")
    practice = practice_of(settings, panel, world, "mri", SEED)
    practice, _ = taught(settings, POINT, practice, NEEDS, shown)
    held_out = context_demos_of(settings, world, POINT, "test", 2, NEEDS, shown)
    return practice.shown, held_out


def test_a_run_says_how_many_steps_it_was_shown_and_counts_no_other(project):
    """Of a demonstration all steps but the last, whose end nobody saw, and of these one in three.

    A point's episodes are never cut short, so that there are as many of each.
    """
    change_all({f"hp.panels.{PANEL}.runs.mri.every": 3, f"hp.panels.{PANEL}.runs.mri.demos": 1})
    assert status("train", PANEL, "mri", str(SEED)) == 0
    panel, settings = panel_named(PANEL), Settings.load()
    size = settings.data_size(POINT)
    path = places.result(PROFILE, panel, "costs", "mri", SEED, "json")
    steps = json.loads(path.read_text())["expert_steps"]
    assert steps == size.train_tasks * 1 * ((size.horizon - 1) // 3) > 0


def test_a_run_may_be_shown_one_step_in_so_many_of_every_demonstration(project):
    assert status("context", "point") == 0
    whole = seen(1)
    change(f"hp.panels.{PANEL}.runs.mri.every", 3)
    for all_steps, some in zip(whole, seen(3), strict=True):
        steps = all_steps.mask.shape[-1]
        assert some.mask.shape == (*all_steps.mask.shape[:2], steps // 3)
        parts = (all_steps.obs, some.obs), (all_steps.act, some.act)
        for whole_part, part in parts:
            starts = [whole_part[:, :, first::3][:, :, : steps // 3] for first in range(3)]
            from_here = torch.stack([(start == part).all((-2, -1)) for start in starts])
            assert from_here.any(0).all()  # each from an offset of its own
    assert whole[0].mask.shape[1] == 1 and whole[1].mask.shape[1] > 1  # all of what is held out
