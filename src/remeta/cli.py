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
from remeta.verbs import VERBS

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
