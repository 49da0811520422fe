"""What a node of a cluster does for a stage: it runs it as the local engine would."""

import os
import platform
import time
from dataclasses import replace
from pathlib import Path

from remeta.runner.local import Local, Task

PAUSE = 0.02  # seconds between looks at the stage
DEVICES = "CUDA_VISIBLE_DEVICES"


def run_task(task: Task) -> int:
    """The stage's exit status; to be called from the main thread of a worker."""
    if not Path(task.folder).is_dir():
        raise FileNotFoundError(
            f"{task.folder} is not on {platform.node()}; all nodes must share the workspace."
        )
    engine = Local(1, detached=True)
    try:
        engine.start(replace(task, env={DEVICES: os.environ.get(DEVICES, ""), **task.env}))
        while not (ended := engine.ended()):
            time.sleep(PAUSE)
        return ended[task.name]
    finally:
        engine.close()
