"""What DVC's objects are asked beyond its own methods."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from dvc.exceptions import DvcException
from dvc.stage import PipelineStage

from remeta.frozen import Advice


class Once:
    """Parses a file again only when it changed."""

    def __init__(self, load: Any):
        self._load, self._known = load, {}

    def __call__(self, path: str, fs: Any, **options: Any) -> Any:
        stat = os.stat(path)
        key = (path, stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if key not in self._known:
            self._known[key] = self._load(path, fs, **options)
        return self._known[key]


@contextmanager
def in_words() -> Iterator[None]:
    """DVC's complaints as advice, without its traceback."""
    try:
        yield
    except DvcException as mishap:
        raise Advice(str(mishap)) from mishap


def hashes(deps: Iterable[Any]) -> dict[str, Any]:
    return {str(dep): (dep.hash_info.name, dep.hash_info.value) for dep in deps}


def remade(item: Any, upstream: Iterable[PipelineStage]) -> bool:
    """Whether a missing dependency is by now another one than was used."""
    outs = chain.from_iterable(stage.outs for stage in upstream)
    return any(o.fs_path == item.fs_path and o.hash_info != item.hash_info for o in outs)


def feeds(out: Any, deps: Iterable[Any]) -> bool:
    return any(f"{out.fs_path}/".startswith(f"{dep.fs_path}/") for dep in deps)


def fetched(out: Any) -> bool:
    if not (out.use_cache and out.hash_info and not out.changed_cache()):
        return False
    out.checkout()
    return True
