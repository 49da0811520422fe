"""Train one run, in the project of the current folder, and print the most memory it ever held.

`python -m remeta.bench.peak PANEL RUN SEED`
"""

import sys
from pathlib import Path

from remeta.pipeline.stages.train import train


def peak_gigabytes() -> float:
    """Of this program alone: `ru_maxrss` would inherit the peak of whoever started it."""
    status = Path("/proc/self/status").read_text()
    kibibytes = next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]
    return int(kibibytes) * 1024 / 1e9


if __name__ == "__main__":
    panel, run, seed = sys.argv[1:]
    train(panel, run, int(seed))
    print(peak_gigabytes())
