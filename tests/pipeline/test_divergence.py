"""A run that may diverge ends with the last weights that were numbers, and says so."""

import csv
from pathlib import Path

from remeta import cli
from remeta.papers.registry import panel_named
from remeta.pipeline.models import read_model
from remeta.pipeline.panels import untrained_policy, world_of
from remeta.pipeline.settings.params import Settings
from remeta.records import shared
from tests.pipeline.tiny import PANEL, PROFILE, SEED, change

RUN = f"hp.panels.{PANEL}.runs.mri"


def test_a_run_that_may_diverge_keeps_its_last_finite_weights(project):
    change(f"{RUN}.outer_rate", 1e30)
    change(f"hp.panels.{PANEL}.may_diverge", ["mri"])
    assert cli.main(["train", PANEL, "mri", str(SEED)]) == 0
    text = Path(f"results/{PROFILE}/mri/fig3_point/curves/mri-{SEED}.csv").read_text()
    rows = list(csv.DictReader(shared(text)[1].splitlines()))
    assert [row["iteration"] for row in rows if row["diverged"]] == ["1"]
    assert rows[-1]["iteration"] == "1"  # and no iteration follows

    settings, panel = Settings.load(), panel_named(PANEL)
    start = untrained_policy(
        settings, panel, world_of(settings, panel, "random"), "random", SEED
    ).initial_weights()
    about = {"profile": PROFILE, "panel": PANEL, "run": "mri", "seed": SEED}
    path = Path(f"models/{PROFILE}/mri/fig3_point/mri-{SEED}.safetensors")
    kept = read_model(path, about, start, "train it")
    assert all(bool((kept[name] == start[name]).all()) for name in start)
