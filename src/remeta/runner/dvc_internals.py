"""What DVC's objects are asked beyond its own methods."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from dvc import rwlock
from dvc.exceptions import DvcException
from dvc.stage import PipelineStage
from dvc.stage.run import _enforce_cmd_list, _make_cmd, get_executable, prepare_kwargs

from remeta.frozen import Advice

EXPECTED_ERRORS = (Advice, DvcException, OSError, sqlite3.Error)  # which a user can repair


@contextmanager
def errors_as_advice() -> Iterator[None]:
    """DVC's complaints as advice, without its traceback."""
    try:
        yield
    except EXPECTED_ERRORS as error:
        raise Advice(describe_error(error)) from error


def describe_error(error: BaseException) -> str:
    if isinstance(error, OSError):
        where, reason = error.filename2 or error.filename or "a file", error.strerror
    elif isinstance(error, sqlite3.Error):
        where, reason = "DVC's database (`dvc config core.site_cache_dir`)", error
    else:
        return str(error)
    return f"{where} cannot be used ({reason}); free space there or mend the path."


def command(stage: PipelineStage) -> tuple[list[str], str, dict[str, str]]:
    settings = prepare_kwargs(stage)
    words: Any = _make_cmd(get_executable(), " && ".join(_enforce_cmd_list(stage.cmd)))
    return words, settings["cwd"], settings["env"]


def hashes(deps: Iterable[Any]) -> dict[str, Any]:
    return {str(dep): (dep.hash_info.name, dep.hash_info.value) for dep in deps}


def clean_up(repo: Any) -> None:
    """Clear away what a process left that was killed, or that found no room.

    Half a file in the cache takes room; half of DVC's table of busy paths stops everybody.
    """
    for partial in Path(repo.cache.local.path).glob("??/.*.tmp"):
        partial.unlink(missing_ok=True)
    try:
        with rwlock._edit_rwlock(repo.tmp_dir, repo.fs, False):
            pass
    except (rwlock.RWLockFileCorruptedError, rwlock.RWLockFileFormatError):
        os.remove(os.path.join(repo.tmp_dir, rwlock.RWLOCK_FILE))


def is_missing(item: Any, state: str) -> bool:
    """Whether it only lacks data which DVC keeps elsewhere; what git keeps belongs here."""
    elsewhere = item.hash_info and (item.IS_DEPENDENCY or item.use_cache)
    return state == "not in cache" or (state == "deleted" and bool(elsewhere))


def was_remade(item: Any, upstream: Iterable[PipelineStage]) -> bool:
    """Whether a missing dependency is by now another one than was used."""
    outs = chain.from_iterable(stage.outs for stage in upstream)
    return any(o.fs_path == item.fs_path and o.hash_info != item.hash_info for o in outs)


def feeds(out: Any, deps: Iterable[Any]) -> bool:
    return any(f"{out.fs_path}/".startswith(f"{dep.fs_path}/") for dep in deps)


def fetch_from_cache(out: Any) -> bool:
    if not (out.use_cache and out.hash_info and not out.changed_cache()):
        return False
    out.checkout()
    return True
