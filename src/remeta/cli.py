"""`remeta`: the stages of the pipeline and what a person asks of it, one verb each."""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from remeta.frozen import Advice

VERBS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # verb: (what it does, module:function, arguments)
    "profile": ("choose a profile: quick, study or paper", "pipeline.profile:choose", ("name",)),
    "tasks": ("draw a family's task sets", "pipeline.stages:draw_tasks", ("family",)),
    "expert": ("train a family's expert", "pipeline.stages:learn_expert", ("family",)),
    "demos": ("record an expert's demonstrations", "pipeline.stages:record_demos", ("family",)),
    "train": ("meta-train one run of a panel", "pipeline.train:train", ("panel", "run", "seed")),
    "evaluate": ("score a run", "pipeline.evaluate:evaluate", ("panel", "run", "seed")),
    "table": ("collect a panel's scores", "pipeline.reports:table", ("panel",)),
    "figure": ("draw a panel", "pipeline.reports:figure", ("panel",)),
    "claims": ("judge a paper's claims", "pipeline.reports:claims", ("paper",)),
    "goals": ("draw the goals of the ant", "pipeline.reports:goals", ("paper",)),
    "report": ("write a paper's report", "pipeline.reports:report", ("paper",)),
    "scoreboard": ("refresh the README's scoreboard", "pipeline.reports:scoreboard", ()),
    "tune": ("compare step sizes on training tasks", "pipeline.tune:tune", ("panel", "run")),
    "probe": ("renew the fingerprints of behaviour", "pipeline.probes:probe", ()),
    "forget": ("drop a profile from dvc.lock", "pipeline.profile:forget", ("name",)),
}


def main(words: list[str] | None = None) -> int:
    given = vars(_parser().parse_args(words))
    verb = given["verb"]
    _, place, names = VERBS[verb]
    try:
        _function(place)(*(given[name] for name in names))
    except Advice as advice:
        if given["debug"]:
            raise
        print(f"remeta {verb}: {advice}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"remeta {verb}: interrupted.", file=sys.stderr)
        return 130
    return 0


def _function(place: str) -> Callable[..., Any]:
    module, name = place.split(":")
    return getattr(import_module(f"remeta.{module}"), name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("remeta", description=__doc__)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (does, _, names) in VERBS.items():
        words = verbs.add_parser(verb, help=does, description=does)
        for name in names:
            words.add_argument(name, type=int if name == "seed" else str)
    return parser
