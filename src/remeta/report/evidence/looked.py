"""Files of panels that look at runs which others trained."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import pandas as pd

from remeta.report.evidence.by_seed import BySeed


class Looked(BySeed):
    """One folder, a file for every run and seed; `fault` says what is wrong with one."""

    evidence: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    fault: ClassVar[Callable[[pd.DataFrame], str]]

    def inputs(self) -> list[Path]:
        return [self.path(self.evidence, run, seed) for run in self.runs for seed in self.seeds]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All rows of all files."""
        frames = []
        for run in self.runs:
            for seed in self.seeds:
                frame = self.read(self.evidence, run, seed, self.columns)
                fault = type(self).fault(frame)
                if fault:
                    raise self.advice(self.path(self.evidence, run, seed), fault, run)
                frames.append(frame)
        return pd.concat(frames, ignore_index=True)
