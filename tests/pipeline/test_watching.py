"""How much runs are shown of an expert, in training and at test."""

import torch
from torch.testing import assert_close

from remeta.papers.mri.panels import POINT
from remeta.papers.registry import panel_named
from remeta.pipeline.panels import practice_of, world_of
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.teaching import context_demos_of, taught
from tests.pipeline.tiny import PANEL, SEED, change, status

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


def test_a_run_may_be_shown_one_step_in_so_many_of_every_demonstration(project):
    assert status("context", "point") == 0
    whole = seen(1)
    change(f"hp.panels.{PANEL}.runs.mri.every", 3)
    for all_steps, some in zip(whole, seen(3), strict=True):
        steps = all_steps.mask.shape[-1]
        assert some.mask.shape == (*all_steps.mask.shape[:2], steps // 3)
        matches = (some.obs.unsqueeze(3) == all_steps.obs.unsqueeze(2)).all(-1)
        place = matches.float().argmax(-1)
        assert matches.any(-1).all() and (place.diff(dim=-1) == 3).all()
        after = torch.take_along_dim(all_steps.next_obs, place.unsqueeze(-1), 2)
        assert_close(some.next_obs, after, rtol=0, atol=0)
    assert whole[0].mask.shape[1] == 1 and whole[1].mask.shape[1] > 1  # all of what is held out
