"""Live curves by DVCLive, for runs that last long enough to be watched."""

from pathlib import Path
from time import monotonic
from typing import Any

MIN_SECONDS = 5.0  # seconds; a run that ends before is over sooner than anyone looks


class LiveCurve:
    """Keeps what it is told until the run has lasted, then writes all of it and goes on."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._began, self._pending, self._live = monotonic(), [], None

    def record(self, metrics: dict[str, float]) -> None:
        self._pending.append(metrics)
        if self._live is None and monotonic() - self._began > MIN_SECONDS:
            self._live = _open(self.folder)
        if self._live is not None:
            for values in self._pending:
                for name, value in values.items():
                    self._live.log_metric(name, value)
                self._live.next_step()
            self._pending.clear()

    def end(self) -> None:
        if self._live is not None:
            self._live.end()


def _open(folder: Path) -> Any:
    from dvclive import Live  # imported late: it takes half a second

    quiet = {"dvcyaml": None, "save_dvc_exp": False, "report": None, "monitor_system": False}
    return Live(str(folder), **quiet)
