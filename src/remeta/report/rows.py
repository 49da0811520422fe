"""Rows of frames, chosen by what they hold."""

from typing import Any

import numpy as np
import pandas as pd


def where(frame: pd.DataFrame, **equal: Any) -> pd.DataFrame:
    """The rows whose columns have these values."""
    hits = [frame[name].to_numpy() == value for name, value in equal.items()]
    return frame.take(np.flatnonzero(np.logical_and.reduce(hits)))
