"""`remeta`: the stages of the pipeline and what a person asks of it, one verb each."""

import argparse
import gc
import os
import select
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from remeta.frozen import Advice

VERBS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # verb: (what it does, module:function, arguments in the function's order, see `_add`)
    "profile": (
        "choose a profile: quick, study or paper",
        "pipeline.settings.profile:choose",
        ("name",),
    ),
    "tasks": ("draw a data set's task sets", "pipeline.stages.tasks:draw_tasks", ("data",)),
    "expert": ("train a data set's expert", "pipeline.stages.expert:learn_expert", ("data",)),
    "demos": (
        "record an expert's demonstrations",
        "pipeline.stages.demos:record_demos",
        ("data",),
    ),
    "context": (
        "record demonstrations of tasks that are held out",
        "pipeline.stages.demos:record_context",
        ("data",),
    ),
    "train": (
        "meta-train one run of a panel",
        "pipeline.stages.train:train",
        ("panel", "run", "seed"),
    ),
    "evaluate": ("score a run", "pipeline.stages.evaluate:evaluate", ("panel", "run", "seed")),
    "gradients": (
        "measure the noise of a trained run's meta-gradient",
        "pipeline.stages.gradients:gradients",
        ("panel", "run", "seed"),
    ),
    "traces": (
        "record where a trained run's roll-outs go",
        "pipeline.stages.traces:traces",
        ("panel", "run", "seed"),
    ),
    "outside": (
        "score a trained run on tasks outside of training's",
        "pipeline.stages.outside:outside",
        ("panel", "run", "seed"),
    ),
    "adaptations": (
        "score how a trained run adapts to tasks it was not trained on",
        "pipeline.stages.adaptations:adaptations",
        ("panel", "run", "seed"),
    ),
    "drifts": (
        "measure how far a trained run is from its expert, step by step",
        "pipeline.stages.drifts:drifts",
        ("panel", "run", "seed"),
    ),
    "table": ("collect a panel's scores", "pipeline.stages.reports:table", ("panel",)),
    "figure": ("draw a panel", "pipeline.stages.reports:figure", ("panel",)),
    "goals": ("draw the goals of the ant", "pipeline.stages.reports:goals", ("paper",)),
    "claims": ("judge a paper's claims", "pipeline.stages.reports:claims", ("paper",)),
    "report": ("write a paper's report", "pipeline.stages.reports:report", ("paper",)),
    "scoreboard": ("refresh the README's scoreboard", "pipeline.stages.reports:scoreboard", ()),
    "repro": (
        "make what is stale, several stages at a time",
        "runner.repro:repro",
        (
            "target*: stages of dvc.yaml with all they need; everything without one",
            "--jobs N: stages at a time; as many as there are cores without it",
            "--ray ADDRESS: run stages on a Ray cluster that shares this folder; `auto` finds it",
            "--profile NAME: choose a profile first",
            "--keep-going!: after a failure go on with what does not need it (the default)",
            "--fresh: run everything anew, whatever is known of it",
            "--repair: mend a damaged dvc.lock first",
        ),
    ),
    "status": (
        "say what is stale and why",
        "runner.status:status",
        ("target*: stages of dvc.yaml with all they need; everything without one",),
    ),
    "verify": (
        "train a panel from scratch and compare it with what is committed",
        "runner.verify:verify",
        ("panel", "--seeds N: only the first N of the committed seeds"),
    ),
    "show": ("tell what a method, a panel or a run is", "runner.show:show", ("name",)),
    "prune": (
        "remove what no profile, run or seed has any more",
        "runner.prune:prune",
        ("--dry-run: only list it",),
    ),
    "tune": (
        "choose a run's numbers, on training tasks",
        "pipeline.stages.tune:tune",
        ("panel", "run"),
    ),
    "bench": ("measure speed and memory, side by side", "bench.run:bench", ()),
    "bench-runner": (
        "measure what the runner costs and saves, beside `dvc repro`",
        "bench.runner:bench_runner",
        (),
    ),
    "quick": ("time the quick profile in a fresh clone", "bench.quick:quick", ()),
    "probe": (
        "renew the fingerprints of behaviour",
        "pipeline.probes:probe",
        (
            "panel*: only these, or all whose names begin so",
            "--explain: write nothing; say what moved and which stages would run again",
        ),
    ),
}


UNHEARD = 141  # as a shell tells of a program that ended since nobody reads what it says


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the words."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def main(words: list[str] | None = None) -> int:
    """The exit status; silence where nobody reads on, as in `remeta show mri | head`."""
    try:
        try:
            return _obey(words)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if not _hushed():
            raise  # it was some other pipe
        return UNHEARD


def _obey(words: list[str] | None) -> int:
    given = vars(_parser().parse_args(words))
    verb = given["verb"]
    _, place, names = VERBS[verb]
    try:
        status = _function(place)(*(given[_key(name)] for name in names))
    except BrokenPipeError:
        raise
    except (Advice, OSError) as mishap:
        if given["debug"]:
            raise
        print(f"remeta {verb}: {_sentence(mishap)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"remeta {verb}: interrupted.", file=sys.stderr)
        return 130
    return status or 0


def _hushed() -> bool:
    """Whether nobody reads on; then what is still to be said goes nowhere."""
    ends = select.poll()
    for stream in (sys.stdout, sys.stderr):
        ends.register(stream.fileno(), 0)  # errors are told unasked
    cut = [end for end, event in ends.poll(0) if event & (select.POLLERR | select.POLLHUP)]
    for end in cut:
        os.dup2(os.open(os.devnull, os.O_WRONLY), end)
    return bool(cut)


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


def _number(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word!r} is no number (0, 1, 2, ...)")
    return int(word)


def _add(words: argparse.ArgumentParser, argument: str) -> None:
    """`name` is one word, `name*` any number; `--name` is a switch, `--name!` one that is on and
    has a `--no-name`, `--name N` a number and `--name WORD` a word, or None.

    What stands behind a colon is the help. `--jobs` is also `-j`.
    """
    name, _, about = argument.partition(": ")
    flag, _, value = name.partition(" ")
    if value:
        short = ["-j"] if flag == "--jobs" else []
        kind = _number if value == "N" else str
        words.add_argument(*short, flag, metavar=value, type=kind, help=about)
    elif flag.endswith("!"):
        switch = argparse.BooleanOptionalAction
        words.add_argument(flag[:-1], action=switch, default=True, help=about)
    elif flag.startswith("--"):
        words.add_argument(flag, action="store_true", help=about)
    elif flag.endswith("*"):
        words.add_argument(flag[:-1], nargs="*", help=about)
    else:
        words.add_argument(flag, type=_number if flag == "seed" else str, help=about or None)


def _key(argument: str) -> str:
    """Under which argparse keeps what was given."""
    return argument.partition(":")[0].partition(" ")[0].strip("-*!").replace("-", "_")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("remeta", description=__doc__)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (does, _, names) in VERBS.items():
        words = verbs.add_parser(verb, help=does, description=does)
        for name in names:
            _add(words, name)
    return parser
