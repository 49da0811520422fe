"""What is wrong with the rows of one file, in words to follow its name; nothing if all is well."""

import numpy as np
import pandas as pd

from remeta.records import PHASES, VISITED, WEIGHTS, WHOLE

AFTER = "return_after"
DIVERGED = "diverged"  # a curve's last word where the run lost its numbers


def of_curves(frame: pd.DataFrame, longest: int) -> str:
    """Every metric at every iteration from 1 on, the longest seed's unless it diverged."""
    parts = {str(metric): rows for metric, rows in frame.groupby("metric")}
    lost, after = parts.pop(DIVERGED, None), parts.get(AFTER, frame.head(0))
    wanted = list(range(1, len(after) + 1))
    for metric, rows in {AFTER: after, **parts}.items():
        if not wanted or list(rows.iteration) != wanted:
            return f"lacks or repeats iterations of {metric}"
    if lost is None and len(wanted) != longest:
        return f"lacks iterations of {AFTER}"
    if lost is not None and list(lost.iteration) != [len(wanted) + 1]:
        return f"goes on after it {DIVERGED}"
    rising = (np.diff(after.train_env_steps) > 0).all()
    return "" if rising else "has environment steps that do not grow"


def of_gradients(frame: pd.DataFrame) -> str:
    """Every module once at each of both weights, and their whole."""
    found = sorted(zip(frame.module, frame.weights, strict=True))
    whole = sorted((module, weights) for module in {*frame.module, WHOLE} for weights in WEIGHTS)
    if found != whole:
        return f"lacks or repeats weights of a module, or {WHOLE} of them"
    sizes = frame[["norm", "deviation"]].to_numpy()
    broken = (sizes < 0).any() or (frame.batches < 2).any()
    return "holds sizes below 0, or less than 2 batches" if broken else ""


def of_traces(frame: pd.DataFrame) -> str:
    """Both phases of each task step by step, and one goal."""
    if fault := of_gaits(frame):
        return fault
    goals = frame.groupby("task")[["goal_x", "goal_y"]].nunique().to_numpy()
    return "gives a task several goals" if (goals != 1).any() else ""


def of_gaits(frame: pd.DataFrame) -> str:
    """Steps of an episode run from 0 on, and each task has both phases."""
    episodes = frame.groupby(["task", "phase", "episode"]).step
    if any(list(steps) != list(range(len(steps))) for _, steps in episodes):
        return "lacks or repeats steps of an episode"
    both = all(set(rows.phase) == {*PHASES} for _, rows in frame.groupby("task"))
    return "" if both else "lacks a phase of a task"


def of_drifts(frame: pd.DataFrame) -> str:
    """Both kinds of states, steps from 0 on."""
    parts = {str(visited): rows for visited, rows in frame.groupby("visited")}
    whole = all(list(rows.step) == list(range(len(rows))) for rows in parts.values())
    return "" if whole and parts.keys() == {*VISITED} else "lacks or repeats steps"
