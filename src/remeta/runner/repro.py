"""`remeta repro`: the graph of `dvc repro`, several stages at a time, stopped at will."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from remeta.frozen import Advice
from remeta.pipeline.settings.params import PARAMS, read_yaml
from remeta.pipeline.settings.profile import choose
from remeta.pipeline.settings.resources import Resources
from remeta.pipeline.sighted import by_sight, drawable
from remeta.runner.local import Local
from remeta.runner.project import Project
from remeta.runner.repair import repair_locks
from remeta.runner.run import Engine, Run
from remeta.runner.schedule import State
from remeta.runner.traces import SCRATCH, failure_report


@contextmanager
def single_runner(folder: Path = SCRATCH, verb: str = "repro") -> Iterator[None]:
    """One runner per project; the system frees the lock of one that died."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            file.seek(0)
            raise Advice(
                f"process {file.read().strip()} runs `remeta {verb}` here; wait for it or stop it."
            ) from taken
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextmanager
def stoppable(run: Run) -> Iterator[None]:
    """The first interrupt lets the running stages finish, the second and a SIGTERM do not."""

    def interrupt(signum: int, _: object) -> None:
        run.stop_requests += 2 if signum == signal.SIGTERM else 1
        if run.stop_requests == 1:
            run.display.print_line("finishing what runs; interrupt again to stop it now")

    handlers = {s: signal.signal(s, interrupt) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in handlers.items():
            signal.signal(signum, handler)


def repro(
    targets: Sequence[str] = (),
    jobs: int | None = None,
    ray: str | None = None,
    profile: str | None = None,
    keep_going: bool = True,
    fresh: bool = False,
    repair: bool = False,
) -> None:
    """Make the targets, or everything, at the chosen profile."""
    with single_runner():
        if profile:
            choose(profile)
        if repair:
            repair_locks(Path())
        with Project() as project:
            with project.locked():
                project.lock.separate()
            plan, left_out = drawable(project.plan(targets), by_sight)
            if left_out:
                print(left_out, file=sys.stderr)
            engine = _engine(jobs, ray, project)
            try:
                run = Run(project, plan, engine, fresh=fresh, keep_going=keep_going)
                with stoppable(run):
                    finished = run.run()
            finally:
                engine.close()
    if run.faults:
        print(failure_report(run.faults, run.schedule.in_state(State.SKIPPED)), file=sys.stderr)
        names = ", ".join(run.faults)
        raise Advice(f"{names} failed; mend what the logs say and run `remeta repro` again.")
    if not finished:
        raise KeyboardInterrupt
    print(f"{run.ran} stages ran, {len(plan) - run.ran} were current", file=sys.stderr)


def _engine(jobs: int | None, address: str | None, project: Project) -> Engine:
    if address is None:
        return Local(jobs or os.cpu_count() or 1)
    from remeta.runner.cluster import Cluster

    resources = Resources.of(read_yaml(PARAMS), PARAMS.name)
    return Cluster(address, jobs, resources.by_stage(project.order, PARAMS.name))
