"""A Ray cluster of several nodes on this machine, for as long as somebody holds it."""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from remeta.frozen import Advice

STORE = 80_000_000  # bytes; nothing passes through it
RAY = find_spec("ray") is not None


@dataclass(frozen=True)
class Nodes:
    address: str
    _keeper: Any

    def lose(self) -> None:
        """The last node dies without a word."""
        self._keeper.stdin.write("lose\n")
        self._keeper.stdin.flush()
        self._keeper.stdout.readline()


@contextmanager
def cluster(count: int, cpus: int) -> Iterator[Nodes]:
    """Kept by a process of its own, which ends with this one."""
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        fault = Path(folder) / "fault"
        with fault.open("w") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "remeta.bench.nodes", str(count), str(cpus)],
                env=os.environ | {"RAY_TMPDIR": folder, "RAY_USAGE_STATS_ENABLED": "0"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                text=True,
            )
        with keeper:
            assert keeper.stdin is not None and keeper.stdout is not None
            if not (address := keeper.stdout.readline().strip()):
                raise Advice(f"no Ray cluster could be started here:\n{fault.read_text()}")
            try:
                yield Nodes(address, keeper)
            finally:
                keeper.stdin.close()
                keeper.wait()


def keep(count: int, cpus: int) -> None:
    from ray.cluster_utils import Cluster

    logging.disable()
    Path(os.environ["RAY_TMPDIR"], "ray").mkdir()
    size: dict[str, Any] = {"num_cpus": cpus, "object_store_memory": STORE}
    nodes = Cluster(initialize_head=True, head_node_args=size | {"include_dashboard": False})
    others = [nodes.add_node(**size) for _ in range(count - 1)]
    print(nodes.address, flush=True)
    try:
        for _ in sys.stdin:
            nodes.remove_node(others.pop(), allow_graceful=False)
            print("lost", flush=True)
    finally:
        nodes.shutdown()


if __name__ == "__main__":
    keep(int(sys.argv[1]), int(sys.argv[2]))
