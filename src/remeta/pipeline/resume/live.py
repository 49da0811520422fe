"""Live curves by DVCLive, for runs that last long enough to be watched."""

from pathlib import Path
from time import monotonic
from typing import Any

WORTH = 5.0  # seconds; a run that ends before is over sooner than anyone looks


class LiveCurve:
    """Keeps what it is told until the run has lasted, then writes all of it and goes on."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._began, self._kept, self._live = monotonic(), [], None

    def tell(self, numbers: dict[str, float]) -> None:
        self._kept.append(numbers)
        if self._live is None and monotonic() - self._began > WORTH:
            self._live = _open(self.folder)
        if self._live is not None:
            for step in self._kept:
                for name, value in step.items():
                    self._live.log_metric(name, value)
                self._live.next_step()
            self._kept.clear()

    def end(self) -> None:
        if self._live is not None:
            self._live.end()


def _open(folder: Path) -> Any:
    from dvclive import Live  # imported late: it takes half a second

    quiet = {"dvcyaml": None, "save_dvc_exp": False, "report": None, "monitor_system": False}
    return Live(str(folder), **quiet)
