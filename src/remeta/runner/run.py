"""One run over a plan: look, start, keep, and go on until nothing is left to do."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from remeta.frozen import Advice
from remeta.pipeline.progress import clock
from remeta.runner.board import Board, State
from remeta.runner.display import Display, told
from remeta.runner.durations import Durations, remaining
from remeta.runner.local import Task
from remeta.runner.project import Project

SCRATCH = Path(".scratch/runner")
PAUSE = 0.01  # seconds between looks at the stages
TAIL = 12  # lines of a failed stage's log
THREADS = ("REMETA_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class Engine(Protocol):
    """Where stages run."""

    jobs: int

    @property
    def free(self) -> bool: ...
    def start(self, task: Task) -> None: ...
    def ended(self) -> dict[str, int]: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...


class Run:
    """One run over a plan."""

    def __init__(
        self,
        project: Project,
        plan: Sequence[str],
        engine: Engine,
        *,
        fresh: bool,
        keep_going: bool,
    ):
        self.project, self.engine, self.keep_going = project, engine, keep_going
        self.board = Board(plan, {name: project.needs(name) for name in plan})
        self.fresh = fresh
        if fresh:
            self.board.forced.update(plan)
        self.display = Display(self.board)
        self.durations = Durations(SCRATCH / "durations.json")
        self.usual = self.durations.guess(plan)
        self.began: dict[str, float] = {}
        self.stale: set[str] = set()
        self.faults: dict[str, str] = {}
        self.asked = 0  # to stop: once, after the running stages; twice, now
        self.ran = 0

    def run(self) -> bool:
        """Whether everything is done."""
        try:
            while not self.board.over:
                moved = self._collect()
                if self.asked > 1:
                    self.engine.stop()
                    break
                if self._stopping:
                    if not self.began:
                        break
                else:
                    moved |= self._advance()
                self.display.show(self._running(), self._left())
                if not moved:
                    time.sleep(PAUSE if self.began else 1.0)
        finally:
            self.durations.save()
        return all(state is State.DONE for state in self.board.state.values())

    @property
    def _stopping(self) -> bool:
        return self.asked > 0 or (bool(self.faults) and not self.keep_going)

    def _collect(self) -> bool:
        """Keep what has ended."""
        ended = self.engine.ended()
        if ended:
            with self.project.locked():
                for name, status in ended.items():
                    self._end(name, status)
        return bool(ended)

    def _end(self, name: str, status: int) -> None:
        seconds = time.monotonic() - self.began.pop(name)
        if status:
            self.project.leave(name)
            self._fail(
                name, f"exit status {status}" if status > 0 else f"killed by signal {-status}"
            )
            return
        try:
            self.project.record(name)
        except (Advice, OSError) as mishap:
            self._fail(name, str(mishap))
            return
        self.durations.add(name, seconds)
        self.ran += 1
        self._done(name, f"ran in {clock(seconds)}")

    def _advance(self) -> bool:
        """Pass what is current, and start what is stale as long as there is room."""
        ready = [n for n in self.board.ready() if self.engine.free or n not in self.stale]
        if not ready:
            return False
        with self.project.locked():
            return any([self._take(name) for name in ready])

    def _take(self, name: str) -> bool:
        try:
            if name not in self.stale:
                if name not in self.board.forced and not self.project.why(name):
                    self.board.state[name] = State.DONE
                    return True
                self.stale.add(name)
            if not self.engine.free:
                return False
            if lost := self.project.lost(name):
                self.stale.difference_update(lost)
                self.board.again(lost)
                return True
            return self._start(name)
        except (Advice, OSError) as mishap:
            self.project.leave(name)
            self._fail(name, str(mishap))
            return True

    def _start(self, name: str) -> bool:
        restored = self.project.begin(name, self.fresh)
        if restored is None:  # another process is at it; what it makes will be current
            self.stale.discard(name)
            return False
        if restored:
            self.project.record(name)
            self._done(name, "from the run cache")
            return True
        words, folder, env = self.project.command(name)
        speech = _file("progress", name, "json")
        speech.parent.mkdir(parents=True, exist_ok=True)
        speech.unlink(missing_ok=True)
        share = max(1, (os.cpu_count() or 1) // self.engine.jobs)
        own = dict.fromkeys(THREADS, str(share)) | {"REMETA_PROGRESS": str(speech.resolve())}
        if self.fresh:
            own["REMETA_FRESH"] = "1"
        self.engine.start(Task(name, words, folder, {**env, **own}, _file("logs", name, "log")))
        self.board.state[name] = State.RUNNING
        self.began[name] = time.monotonic()
        return True

    def _done(self, name: str, how: str) -> None:
        self.board.state[name] = State.DONE
        done = self.board.count(State.DONE)
        self.display.say(f"[{done}/{len(self.board.state)}] {name} {how}")

    def _fail(self, name: str, fault: str) -> None:
        self.faults[name] = fault
        self.board.fail(name)
        self.display.say(f"FAILED {name}: {fault}")

    def _running(self) -> dict:
        now = time.monotonic()
        return {
            name: (now - began, told(_file("progress", name, "json")))
            for name, began in self.began.items()
        }

    def _left(self) -> float:
        left = {name: self.usual.get(name, 0.0) for name in self.board.state}
        for name, (seconds, how) in self._running().items():
            whole = seconds * how["total"] / how["done"] if how.get("done") else left[name]
            left[name] = max(whole - seconds, 1.0)
        return remaining(self.board, left, self.engine.jobs)

    def account(self) -> str:
        """What failed, why, and what was not tried because of it."""
        parts = []
        for name, fault in self.faults.items():
            log = _file("logs", name, "log")
            tail = log.read_text(errors="replace").splitlines()[-TAIL:] if log.exists() else []
            parts.append(
                "\n".join([f"{name}: {fault}  ({log})", *(f"    {line}" for line in tail)])
            )
        if skipped := self.board.names(State.SKIPPED):
            parts.append(f"skipped, since they need these: {', '.join(skipped)}")
        return "\n".join(parts)


def _file(kind: str, name: str, ending: str) -> Path:
    return SCRATCH / kind / f"{name}.{ending}"
