"""The project as DVC sees it: the graph, what is stale and why, and how a finished stage is kept.

Everything goes through DVC's own API, so that `dvc repro` and `dvc status` agree with what was
recorded here. Two of DVC's habits are set aside for speed: how it reads files, see `reading`, and
rewriting its table of busy paths several times a stage.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dvc.rwlock
from dvc.lock import LockError
from dvc.repo import Repo
from dvc.repo.reproduce import collect_stages, get_active_graph, plan_repro
from dvc.stage.cache import RunCacheNotFoundError
from dvc.stage.loader import StageLoader
from dvc.stage.serialize import to_single_stage_lockfile

from remeta.frozen import Advice
from remeta.runner.dvc_internals import (
    EXPECTED_ERRORS,
    clean_up,
    command,
    errors_as_advice,
    feeds,
    fetch_from_cache,
    hashes,
    is_missing,
    was_remade,
)
from remeta.runner.lockfile import render
from remeta.runner.locks import Locks
from remeta.runner.looks import Looks
from remeta.runner.reading import fast_loading
from remeta.storage import remove_partials

RWLOCK = dvc.rwlock.rwlock


class Project:
    """An opened DVC project; use as a context manager."""

    def __init__(self, root: Path = Path()):
        self.root = root.resolve()
        self.lock, self._looks = Locks(self.root), Looks()
        self._held: dict[str, ExitStack] = {}
        self._dep_hashes: dict[str, dict[str, Any]] = {}  # inputs of what runs

    def __enter__(self) -> "Project":
        with ExitStack() as stack, errors_as_advice():
            stack.enter_context(fast_loading(self.root, self.lock.values))
            stack.enter_context(self._looks.remembered())
            self._repo = Repo(str(self.root), _wait_for_lock=True)
            with self.locked():  # so that nobody is at the middle of a file
                clean_up(self._repo)
                self._loaded = dict(self.lock.entries())  # a damaged one is refused, in words
                self.graph = get_active_graph(self._repo.index.graph)
            stack.enter_context(patch.object(dvc.rwlock, "rwlock", lambda *_: nullcontext()))
            self._stack = stack.pop_all()
        self._stages = {stage.addressing: stage for stage in self.graph}
        self.order = [stage.addressing for stage in plan_repro(self.graph)]
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._held):
            self.release(name)
        self._stack.close()
        self._repo.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """DVC's lock, to be held in bursts."""
        with self._repo.lock:
            yield

    def plan(self, targets: Sequence[str]) -> list[str]:
        """The targets and all they need, in the order in which `dvc repro` takes them."""
        if not targets:
            return [*self.order]
        with errors_as_advice():
            chosen = collect_stages(self._repo, targets)
            return [stage.addressing for stage in plan_repro(self.graph, chosen)]

    def needs(self, name: str) -> list[str]:
        return [stage.addressing for stage in self.graph.successors(self._stages[name])]

    def stale_reasons(self, name: str) -> list[str]:
        """What makes a stage stale, in words: not that data are elsewhere, but that results are."""
        stage = self._refreshed(name)
        if name not in self.lock.entries():
            return ["it never ran"]
        reasons = ["its command changed"] if stage.changed_stage() else []
        if stage.is_callback or stage.always_changed:
            reasons.append("it always runs")
        upstream = list(self.graph.successors(stage))
        for item in chain(stage.deps, stage.outs):
            for path, state in item.status().items():
                if isinstance(state, dict):
                    reasons += [f"{key} is {change} in {path}" for key, change in state.items()]
                elif not is_missing(item, state) or was_remade(item, upstream):
                    reasons.append(f"{path} is {state}")
        return reasons

    def fetch(self, name: str) -> None:
        """Bring back what is gone from the folder of a current stage and lies in the cache."""
        for out in self._stages[name].outs:
            if not out.exists:
                fetch_from_cache(out)

    def lost(self, name: str) -> list[str]:
        """The needed stages whose outputs are gone; what lies in the cache is fetched first."""
        stage = self._stages[name]
        lost = []
        for other in self.graph.successors(stage):
            absent = [out for out in other.outs if not out.exists and feeds(out, stage.deps)]
            if absent and not all(fetch_from_cache(out) for out in absent):
                lost.append(other.addressing)
        return lost

    def begin(self, name: str, forced: bool) -> bool | None:
        """Make room for a run; True: the run cache had it; None: others are at its files."""
        stage = self._stages[name]
        self._looks.forget()
        held = ExitStack()
        reads, writes = ([i.fs_path for i in items] for items in (stage.deps, stage.outs))
        try:
            holder = f"remeta repro {name}"  # by which the stages of one process are told apart
            repo = self._repo
            held.enter_context(RWLOCK(repo.tmp_dir, repo.fs, holder, reads, writes, False))
        except LockError:
            return None
        self._held[name] = held
        stage.remove_outs()
        for path in writes:
            remove_partials(Path(path))
        if not forced and self._restored(stage):
            return True
        stage.save_deps()
        self._dep_hashes[name] = hashes(stage.deps)
        return False

    def command(self, name: str) -> tuple[list[str], str, dict[str, str]]:
        """What to execute, and its folder and environment, as DVC has them."""
        return command(self._stages[name])

    def record(self, name: str) -> None:
        """Keep a finished stage: first in the run cache, then in dvc.lock."""
        stage = self._stages[name]
        try:
            self._refuse_changed_inputs(stage)
            stage.save(run_cache=True)
            stage.commit()
            text = render(stage.name, to_single_stage_lockfile(stage))
            self.lock.put(name, text, self.order)
            self._loaded[name] = text
        finally:
            self.release(name)

    def release(self, name: str) -> None:
        """Let others at the files of a stage again."""
        self._looks.forget()
        if name in self._held:
            with suppress(AssertionError, *EXPECTED_ERRORS):  # the table may be lost
                self._held.pop(name).close()

    def clear(self, name: str) -> None:
        """After a failure."""
        self.release(name)
        with suppress(*EXPECTED_ERRORS):
            clean_up(self._repo)

    def _restored(self, stage: Any) -> bool:
        try:
            self._repo.stage_cache.restore(stage)
        except RunCacheNotFoundError:
            return False
        return True

    def _refuse_changed_inputs(self, stage: Any) -> None:
        """A result belongs to the inputs its run began with."""
        before = self._dep_hashes.pop(stage.addressing, None)
        stage.save_deps()
        for path, value in hashes(stage.deps).items():
            if before is not None and before[path] != value:
                raise Advice(f"{path} changed while the stage ran; run it again.")

    def _refreshed(self, name: str) -> Any:
        """The stage with what dvc.lock says now; another process may have recorded it."""
        stage, text = self._stages[name], self.lock.entries().get(name)
        if text is not None and text != self._loaded.get(name):
            entry = self.lock.values()[name]
            StageLoader.fill_from_lock(stage, entry)
            stage.cmd_changed = entry["cmd"] != stage.cmd
            self._loaded[name] = text
            self._looks.forget()  # what it made is new
        return stage
