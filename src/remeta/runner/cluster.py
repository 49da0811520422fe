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
from remeta.runner.node import DEVICES, run_task
from remeta.runner.run import THREADS

RETRIES = 3  # attempts after the first was lost
NODES_VALID = 1.0  # seconds for which what is known of the nodes is good
BYTES_PER_GB = 10**9


class Cluster:
    """As many stages as its nodes have room for, and at most `limit`."""

    def __init__(self, address: str, limit: int | None, needs: Mapping[str, Need]):
        self._ray = connect(address)
        self._limit, self._needs = limit, needs
        self._running: dict[str, Any] = {}
        self._tasks: dict[str, Task] = {}
        self._nodes: list[dict[str, float]] = []
        self._read_at = -NODES_VALID
        self._run = self._ray.remote(run_task)

    @property
    def jobs(self) -> int:
        """How many small stages there is room for at a time."""
        smallest = min((need.cpus for need in self._needs.values()), default=1)
        room = max(1, int(sum(node.get("CPU", 0) for node in self._node_resources()) // smallest))
        return min(room, self._limit or room)

    def has_room(self, name: str) -> bool:
        """Also for what no node can run, once nothing else does: `start` then says so."""
        if self._limit is not None and len(self._running) >= self._limit:
            return False
        requests = [ray_resources(self._needs[other]) for other in (*self._running, name)]
        nodes = self._node_resources()
        totals = {key: sum(node.get(key, 0) for node in nodes) for key in requests[0]}
        return not self._running or all(
            sum(request[key] for request in requests) <= total for key, total in totals.items()
        )

    def start(self, task: Task) -> None:
        need = self._needs[task.name]
        requested = ray_resources(need)
        if not any(fits(requested, node) for node in self._node_resources()):
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
            num_cpus=requested["CPU"],
            num_gpus=requested["GPU"],
            memory=requested["memory"],
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
        except self._ray.exceptions.RayError as error:
            task.log.parent.mkdir(parents=True, exist_ok=True)
            with task.log.open("a") as log:
                print(f"\n{error}", file=log)
            failed = isinstance(error, self._ray.exceptions.RayTaskError)
            return 1 if failed else -signal.SIGKILL

    def _wait(self, refs: list[Any], seconds: float) -> tuple[list[Any], list[Any]]:
        if not refs:
            return [], []
        return self._ray.wait(refs, num_returns=len(refs), timeout=seconds)

    def _node_resources(self) -> list[dict[str, float]]:
        """What each node has in all; they come and go."""
        if time.monotonic() - self._read_at >= NODES_VALID:
            try:
                nodes = self._ray.nodes()
            except (self._ray.exceptions.RayError, ConnectionError, RuntimeError) as error:
                raise Advice(
                    "the Ray cluster is gone; start it anew and run `remeta repro` again."
                ) from error
            self._nodes = [node["Resources"] for node in nodes if node["Alive"]]
            self._read_at = time.monotonic()
        return self._nodes


def ray_resources(need: Need) -> dict[str, float]:
    """In Ray's words."""
    return {"CPU": need.cpus, "GPU": need.gpus, "memory": int(need.memory_gb * BYTES_PER_GB)}


def fits(requested: Mapping[str, float], node: Mapping[str, float]) -> bool:
    return all(node.get(resource, 0) >= amount for resource, amount in requested.items())


def connect(address: str) -> Any:
    """Ray, silent, as a client of the cluster that runs at `address`."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        ray = import_module("ray")
    except ImportError:
        raise Advice(
            "--ray needs Ray, which is not installed; `.venv/bin/pip install --requirement "
            "requirements-cluster.lock` does it, on every node."
        ) from None
    worker: Any = import_module("ray._private.worker")
    worker.print_to_stdstream = lambda *_, **__: None  # the runner tells what became of a stage
    try:
        check_reachable(address)
        ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (OSError, RuntimeError, ValueError) as error:
        raise Advice(
            f"no Ray cluster can be used at {address} ({_first_line(error)}); docs/ray.md says "
            "how to start one."
        ) from error
    return ray


def check_reachable(address: str) -> None:
    """Ray itself tries for minutes where nobody answers."""
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not (host and port.isdecimal()):
        raise ValueError("an address is `auto`, HOST:PORT or ray://HOST:PORT")
    socket.create_connection((host, int(port)), timeout=PATIENCE).close()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(". ")
