"""One run over a plan: look, start, keep, and go on until nothing is left to do."""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from remeta.frozen import Advice
from remeta.pipeline.resume.progress import clock
from remeta.runner.board import Board, State
from remeta.runner.display import Display, told
from remeta.runner.durations import Durations, remaining
from remeta.runner.dvcs import MISHAPS, sentence
from remeta.runner.engine import Engine, Task
from remeta.runner.project import Project
from remeta.runner.traces import SCRATCH, log_of, speech_of

PAUSE = 0.01  # seconds between looks at the stages
LATER = 1.0  # seconds between looks at a stage whose files another process holds
THREADS = ("REMETA_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


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
        self.display = Display(self.board, sys.stderr)
        self.durations = Durations(SCRATCH / "durations.json")
        self.began: dict[str, float] = {}
        self.stale: set[str] = set()
        self.later: dict[str, float] = {}  # when to look again
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
                if self.display.due:
                    self.display.show(self._running(), self._left())
                if not moved:
                    time.sleep(PAUSE if self.began else 1.0)
        finally:
            with suppress(Advice):
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
            how = f"exit status {status}" if status > 0 else f"killed by signal {-status}"
            self._fail(name, how)
            return
        try:
            self.project.record(name)
        except MISHAPS as mishap:
            self._fail(name, sentence(mishap))
            return
        self.durations.add(name, seconds)
        self.ran += 1
        self._done(name, f"ran in {clock(seconds)}")

    def _advance(self) -> bool:
        """Pass what is current, and start what is stale as long as there is room."""
        now = time.monotonic()
        ready = [
            name
            for name in self.board.ready()
            if (name not in self.stale or self.engine.room(name))
            and now >= self.later.get(name, 0.0)
        ]
        if not ready:
            return False
        with self.project.locked():
            return any([self._take(name) for name in ready])

    def _take(self, name: str) -> bool:
        try:
            if name not in self.stale:
                if name not in self.board.forced and not self.project.why(name):
                    self.project.fetch(name)
                    self.board.state[name] = State.DONE
                    return True
                self.stale.add(name)
            if not self.engine.room(name):
                return False
            if lost := self.project.lost(name):
                self.board.again(lost)
                return True
            return self._start(name)
        except MISHAPS as mishap:
            self._fail(name, sentence(mishap))
            return True

    def _start(self, name: str) -> bool:
        restored = self.project.begin(name, self.fresh)
        if restored is None:  # another process is at it; what it makes will be current
            self.stale.discard(name)
            self.later[name] = time.monotonic() + LATER
            return False
        if restored:
            self.project.record(name)
            self._done(name, "from the run cache")
            return True
        words, folder, env = self.project.command(name)
        speech = speech_of(name)
        speech.parent.mkdir(parents=True, exist_ok=True)
        speech.unlink(missing_ok=True)
        share = max(1, (os.cpu_count() or 1) // self.engine.jobs)
        own = dict.fromkeys(THREADS, str(share)) | {"REMETA_PROGRESS": str(speech.resolve())}
        if self.fresh:
            own["REMETA_FRESH"] = "1"
        self.engine.start(Task(name, words, folder, {**env, **own}, log_of(name)))
        self.board.state[name] = State.RUNNING
        self.began[name] = time.monotonic()
        return True

    def _done(self, name: str, how: str) -> None:
        self.stale.discard(name)
        self.board.done(name)
        done = self.board.count(State.DONE)
        self.display.say(f"[{done}/{len(self.board.state)}] {name} {how}")

    def _fail(self, name: str, fault: str) -> None:
        self.project.clear(name)
        self.faults[name] = fault
        self.board.fail(name)
        self.display.say(f"FAILED {name}: {fault}")

    def _running(self) -> dict:
        now = time.monotonic()
        return {name: (now - began, told(speech_of(name))) for name, began in self.began.items()}

    def _left(self) -> float:
        """Seconds to the end; what runs for the first time is judged by how far it is."""
        running = self._running()
        whole = {
            name: seconds * (how["total"] - how["before"]) / (how["done"] - how["before"])
            for name, (seconds, how) in running.items()
            if how and how["done"] > how["before"]
        }
        left = self.durations.guess(self.board.state, whole)
        for name, (seconds, _) in running.items():
            left[name] = max(left[name] - seconds, 1.0)
        return remaining(self.board, left, self.engine.jobs)
