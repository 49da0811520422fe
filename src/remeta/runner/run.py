"""One run over a plan: look, start, keep, and go on until nothing is left to do."""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from remeta.frozen import Advice
from remeta.pipeline.resume.progress import clock
from remeta.runner.display import Display, read_progress
from remeta.runner.durations import Durations, remaining
from remeta.runner.dvc_internals import EXPECTED_ERRORS, describe_error
from remeta.runner.engine import Engine, Task
from remeta.runner.project import Project
from remeta.runner.schedule import Schedule, State
from remeta.runner.traces import SCRATCH, log_file, progress_file

PAUSE, LONGEST = 0.01, 0.25  # seconds between looks at the stages: at least, at most
WAIT = 0.02  # of the time in which nothing happened, which is what looking adds to a stage
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
        self.schedule = Schedule(plan, {name: project.needs(name) for name in plan})
        self.fresh = fresh
        if fresh:
            self.schedule.forced.update(plan)
        self.display = Display(self.schedule, sys.stderr)
        self.durations = Durations(SCRATCH / "durations.json")
        self.began: dict[str, float] = {}
        self.stale: set[str] = set()
        self.later: dict[str, float] = {}  # when to look again
        self.faults: dict[str, str] = {}
        self.stop_requests = 0  # to stop: once, after the running stages; twice, now
        self.ran = 0

    def run(self) -> bool:
        """Whether everything is done."""
        happened = time.monotonic()
        try:
            while not self.schedule.finished:
                moved = self._collect()
                if self.stop_requests > 1:
                    self.engine.stop()
                    break
                if self._stopping:
                    if not self.began:
                        break
                else:
                    moved |= self._advance()
                if self.display.needs_refresh:
                    self.display.show(self._running(), self._left())
                if moved:
                    happened = time.monotonic()
                elif self.began:
                    time.sleep(min(max(PAUSE, WAIT * (time.monotonic() - happened)), LONGEST))
                else:
                    time.sleep(LATER)
        finally:
            with suppress(Advice):
                self.durations.save()
        return all(state is State.DONE for state in self.schedule.state.values())

    @property
    def _stopping(self) -> bool:
        return self.stop_requests > 0 or (bool(self.faults) and not self.keep_going)

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
            reason = f"exit status {status}" if status > 0 else f"killed by signal {-status}"
            self._fail(name, reason)
            return
        try:
            self.project.record(name)
        except EXPECTED_ERRORS as error:
            self._fail(name, describe_error(error))
            return
        self.durations.add(name, seconds)
        self.ran += 1
        self._done(name, f"ran in {clock(seconds)}")

    def _advance(self) -> bool:
        """Pass what is current, and start what is stale as long as there is room."""
        now = time.monotonic()
        ready = [
            name
            for name in self.schedule.ready()
            if (name not in self.stale or self.engine.has_room(name))
            and now >= self.later.get(name, 0.0)
        ]
        if not ready:
            return False
        with self.project.locked():
            return any([self._take(name) for name in ready])

    def _take(self, name: str) -> bool:
        try:
            if name not in self.stale:
                if name not in self.schedule.forced and not self.project.stale_reasons(name):
                    self.project.fetch(name)
                    self.schedule.state[name] = State.DONE
                    return True
                self.stale.add(name)
            if not self.engine.has_room(name):
                return False
            if lost := [n for n in self.project.lost(name) if n in self.schedule.state]:
                self.schedule.rerun(lost)
                return True
            return self._start(name)
        except EXPECTED_ERRORS as error:
            self._fail(name, describe_error(error))
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
        progress = progress_file(name)
        progress.parent.mkdir(parents=True, exist_ok=True)
        progress.unlink(missing_ok=True)
        share = max(1, (os.cpu_count() or 1) // self.engine.jobs)
        own = dict.fromkeys(THREADS, str(share)) | {"REMETA_PROGRESS": str(progress.resolve())}
        if self.fresh:
            own["REMETA_FRESH"] = "1"
        self.engine.start(Task(name, words, folder, {**env, **own}, log_file(name)))
        self.schedule.state[name] = State.RUNNING
        self.began[name] = time.monotonic()
        return True

    def _done(self, name: str, note: str) -> None:
        self.stale.discard(name)
        self.schedule.mark_done(name)
        done = self.schedule.count(State.DONE)
        self.display.print_line(f"[{done}/{len(self.schedule.state)}] {name} {note}")

    def _fail(self, name: str, fault: str) -> None:
        self.project.clear(name)
        self.faults[name] = fault
        self.schedule.mark_failed(name)
        self.display.print_line(f"FAILED {name}: {fault}")

    def _running(self) -> dict:
        now = time.monotonic()
        began = self.began.items()
        return {name: (now - start, read_progress(progress_file(name))) for name, start in began}

    def _left(self) -> float:
        """Seconds to the end; what runs for the first time is judged by how far it is."""
        running = self._running()
        estimates = {
            name: seconds * (now["total"] - now["before"]) / (now["done"] - now["before"])
            for name, (seconds, now) in running.items()
            if now and now["done"] > now["before"]
        }
        left = self.durations.estimate(self.schedule.state, estimates)
        for name, (seconds, _) in running.items():
            left[name] = max(left[name] - seconds, 1.0)
        return remaining(self.schedule, left, self.engine.jobs)
