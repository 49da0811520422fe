"""`remeta`: the stages of the pipeline and what a person asks of it, one verb each."""

import argparse
import gc
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

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
    "goals": ("draw the goals of the ant", "pipeline.reports:goals", ("paper",)),
    "claims": ("judge a paper's claims", "pipeline.reports:claims", ("paper",)),
    "report": ("write a paper's report", "pipeline.reports:report", ("paper",)),
    "scoreboard": ("refresh the README's scoreboard", "pipeline.reports:scoreboard", ()),
    "repro": ("make everything at the chosen profile", "pipeline.lanes:repro", ()),
    "tune": ("compare step sizes on training tasks", "pipeline.tune:tune", ("panel", "run")),
    "bench": ("measure speed and memory, side by side", "bench.run:bench", ()),
    "quick": ("time the quick profile in a fresh clone", "bench.quick:quick", ()),
    "probe": ("renew the fingerprints of behaviour", "pipeline.probes:probe", ()),
    "forget": ("drop a profile from dvc.lock", "pipeline.profile:forget", ("name",)),
}


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the words."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def main(words: list[str] | None = None) -> int:
    given = vars(_parser().parse_args(words))
    verb = given["verb"]
    _, place, names = VERBS[verb]
    try:
        _function(place)(*(given[name] for name in names))
    except (Advice, OSError) as mishap:
        if given["debug"]:
            raise
        print(f"remeta {verb}: {_sentence(mishap)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"remeta {verb}: interrupted.", file=sys.stderr)
        return 130
    return 0


def _function(place: str) -> Callable[..., Any]:
    """Imported with the garbage collector off: it finds nothing, and takes a fifth of the time."""
    module, name = place.split(":")
    gc.disable()
    try:
        return getattr(import_module(f"remeta.{module}"), name)
    finally:
        gc.freeze()
        gc.enable()


def _sentence(mishap: Advice | OSError) -> str:
    if isinstance(mishap, Advice):
        return " ".join(str(mishap).split())
    where, reason = mishap.filename or "a file or folder", mishap.strerror or mishap
    return f"{where} cannot be used ({reason}); free space there or mend the path."


def _seed(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word!r} is no seed (0, 1, 2, ...)")
    return int(word)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("remeta", description=__doc__)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (does, _, names) in VERBS.items():
        words = verbs.add_parser(verb, help=does, description=does)
        for name in names:
            words.add_argument(name, type=_seed if name == "seed" else str)
    return parser
