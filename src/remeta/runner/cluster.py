"""Stages as tasks of a Ray cluster whose nodes share the workspace.

A stage that fails has failed, as it has anywhere. One whose worker or node is lost runs again,
where there is room: what it writes takes its name only when it is whole, so the lost attempt left
nothing that could be taken for a result.
"""

import logging
import os
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from remeta.frozen import Advice
from remeta.pipeline.settings.resources import Need
from remeta.runner.local import PATIENCE, Task
from remeta.runner.node import DEVICES, carry_out
from remeta.runner.run import THREADS

RETRIES = 3  # attempts after the first was lost
FRESH = 1.0  # seconds for which what is known of the nodes is good
GIGA = 10**9


class Cluster:
    """As many stages as its nodes have room for, and at most `limit`."""

    def __init__(self, address: str, limit: int | None, needs: Mapping[str, Need]):
        self._ray = connected(address)
        self._limit, self._needs = limit, needs
        self._running: dict[str, Any] = {}
        self._tasks: dict[str, Task] = {}
        self._nodes: list[dict[str, float]] = []
        self._looked = -FRESH
        self._run = self._ray.remote(carry_out)

    @property
    def jobs(self) -> int:
        """How many small stages there is room for at a time."""
        least = min((need.cpus for need in self._needs.values()), default=1)
        room = max(1, int(sum(node.get("CPU", 0) for node in self._known()) // least))
        return min(room, self._limit or room)

    def room(self, name: str) -> bool:
        """Also for what no node can run, once nothing else does: `start` then says so."""
        if self._limit is not None and len(self._running) >= self._limit:
            return False
        asked = [amounts(self._needs[other]) for other in (*self._running, name)]
        whole = {what: sum(node.get(what, 0) for node in self._known()) for what in asked[0]}
        return not self._running or all(
            sum(one[what] for one in asked) <= amount for what, amount in whole.items()
        )

    def start(self, task: Task) -> None:
        need = self._needs[task.name]
        asked = amounts(need)
        if not any(fits(asked, node) for node in self._known()):
            raise Advice(
                f"no node of the cluster has {need.cpus} cpus, {need.gpus:g} gpus and "
                f"{need.memory_gb:g} GB; add one, or ask for less in params.yaml: resources."
            )
        env = {name: value for name, value in task.env.items() if name != DEVICES}
        env |= dict.fromkeys(THREADS, str(need.cpus))
        if not need.gpus:
            env[DEVICES] = ""
        task = replace(task, env=env, log=task.log.resolve())
        options = self._run.options(
            name=task.name,
            num_cpus=asked["CPU"],
            num_gpus=asked["GPU"],
            memory=asked["memory"],
            max_retries=RETRIES,
        )
        self._running[task.name], self._tasks[task.name] = options.remote(task), task

    def ended(self) -> dict[str, int]:
        """Exit statuses of what has ended since the last call."""
        names = {ref: name for name, ref in self._running.items()}
        done, _ = self._wait(list(names), 0)
        return {names[ref]: self._status(names[ref], self._running.pop(names[ref])) for ref in done}

    def stop(self) -> None:
        """End everything now: first asked as the local engine asks, then killed with its worker."""
        left = list(self._running.values())
        for force in (False, True):
            for ref in left:
                self._ray.cancel(ref, force=force)
            _, left = self._wait(left, PATIENCE + 2)
        self._running.clear()

    def close(self) -> None:
        self.stop()
        self._ray.shutdown()

    def _status(self, name: str, ref: Any) -> int:
        task = self._tasks.pop(name)
        try:
            return self._ray.get(ref)
        except self._ray.exceptions.RayError as mishap:
            task.log.parent.mkdir(parents=True, exist_ok=True)
            with task.log.open("a") as log:
                print(f"\n{mishap}", file=log)
            failed = isinstance(mishap, self._ray.exceptions.RayTaskError)
            return 1 if failed else -signal.SIGKILL

    def _wait(self, refs: list[Any], seconds: float) -> tuple[list[Any], list[Any]]:
        if not refs:
            return [], []
        return self._ray.wait(refs, num_returns=len(refs), timeout=seconds)

    def _known(self) -> list[dict[str, float]]:
        """What each node has in all; they come and go."""
        if time.monotonic() - self._looked >= FRESH:
            try:
                nodes = self._ray.nodes()
            except (self._ray.exceptions.RayError, ConnectionError, RuntimeError) as mishap:
                raise Advice(
                    "the Ray cluster is gone; start it anew and run `remeta repro` again."
                ) from mishap
            self._nodes = [node["Resources"] for node in nodes if node["Alive"]]
            self._looked = time.monotonic()
        return self._nodes


def amounts(need: Need) -> dict[str, float]:
    """In Ray's words."""
    return {"CPU": need.cpus, "GPU": need.gpus, "memory": int(need.memory_gb * GIGA)}


def fits(asked: Mapping[str, float], node: Mapping[str, float]) -> bool:
    return all(node.get(what, 0) >= amount for what, amount in asked.items())


def connected(address: str) -> Any:
    """Ray, silent, as a client of the cluster that runs at `address`."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        ray = import_module("ray")
    except ImportError:
        raise Advice(
            "--ray needs Ray, which is not installed; `.venv/bin/pip install --requirement "
            "requirements-cluster.lock` does it, on every node."
        ) from None
    inner: Any = import_module("ray._private.worker")
    inner.print_to_stdstream = lambda *_, **__: None  # what became of a stage is told by the runner
    try:
        knock(address)
        ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (OSError, RuntimeError, ValueError) as mishap:
        raise Advice(
            f"no Ray cluster can be used at {address} ({_first_line(mishap)}); docs/ray.md says "
            "how to start one."
        ) from mishap
    return ray


def knock(address: str) -> None:
    """Ray itself tries for minutes where nobody answers."""
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not (host and port.isdecimal()):
        raise ValueError("an address is `auto`, HOST:PORT or ray://HOST:PORT")
    socket.create_connection((host, int(port)), timeout=PATIENCE).close()


def _first_line(mishap: Exception) -> str:
    return str(mishap).strip().partition("\n")[0].rstrip(". ")
