"""What files are like, looked at once: a folder of sources is an input of a thousand stages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from dvc.ignore import DvcIgnoreFilter
from dvc.output import Output

HASH, IS_IGNORED = Output._get_hash_meta, DvcIgnoreFilter.is_ignored


class Looks:
    """Remembers until it is told to forget, which is due as soon as anything runs."""

    def __init__(self):
        self._seen: dict[Any, Any] = {}

    def forget(self) -> None:
        self._seen.clear()

    @contextmanager
    def remembered(self) -> Iterator[None]:
        with ExitStack() as patches:
            patches.enter_context(patch.object(Output, "_get_hash_meta", self._hash()))
            patches.enter_context(patch.object(DvcIgnoreFilter, "is_ignored", self._is_ignored()))
            yield

    def _hash(self) -> Callable[[Output], Any]:
        return lambda out: self._once((out.fs_path, out.use_cache, out.hash_name), HASH, out)

    def _is_ignored(self) -> Callable[..., bool]:
        return lambda ignore, fs, path, ignore_subrepos=True: self._once(
            (path, ignore_subrepos), IS_IGNORED, ignore, fs, path, ignore_subrepos
        )

    def _once(self, key: Any, look: Callable[..., Any], *args: Any) -> Any:
        if key not in self._seen:
            self._seen[key] = look(*args)
        return self._seen[key]
