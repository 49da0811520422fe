"""`remeta repro`: the pipeline by plain DVC, in two lanes where stages do not need each other.

What all panels share comes first. Then each lane is a `dvc repro` of its own panels' stages, and of
no others, on one thread; DVC's lock keeps them out of each other's way. A last `dvc repro` does the
rest and finds the work of the lanes done. At the `quick` profile a stage is mostly DVC and imports,
which use one core: two at a time take little more than half as long.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from remeta.frozen import Advice
from remeta.papers.mri import PANELS
from remeta.papers.panel import Panel
from remeta.pipeline.names import FAMILIES

LANES = 2


def repro() -> None:
    _finish([_start("probes", *(f"demos_{family}" for family in FAMILIES))])
    shares = divided(PANELS, LANES)
    _finish([_start("--single-item", *stages(share), threads=1) for share in shares])
    _finish([_start()])


def stages(panels: Sequence[Panel]) -> list[str]:
    """The panels' own stages, each after what it needs."""
    kinds = ("train_", "evaluate_", "score_", "table_", "")
    return [kind + panel.id for panel in panels for kind in kinds]


def divided(panels: Sequence[Panel], lanes: int) -> list[list[Panel]]:
    """Panels that borrow runs stay with their lender; groups go where least is to do yet."""
    groups: dict[str, list[Panel]] = {}
    for panel in panels:
        lender = panel.borrowed[0][0] if panel.borrowed else panel.name
        groups.setdefault(lender, []).append(panel)
    shares: list[list[Panel]] = [[] for _ in range(lanes)]
    for group in sorted(groups.values(), key=len, reverse=True):
        min(shares, key=len).extend(group)
    return shares


def _start(*targets: str, threads: int = 0) -> subprocess.Popen:
    own = {"REMETA_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)} if threads else {}
    words = [sys.executable, "-m", "dvc", "--wait-for-lock", "repro", *targets]
    return subprocess.Popen(words, env=os.environ | own)


def _finish(running: list[subprocess.Popen]) -> None:
    """Wait for all; DVC has said what failed."""
    if any([process.wait() for process in running]):
        raise Advice("a stage failed; mend what it says above and run `remeta repro` again.")
