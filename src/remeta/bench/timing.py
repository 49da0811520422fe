"""Two or more ways to do the same, timed in turns so that a machine's moods meet them all alike."""

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

Side = Callable[[], Any]
Seconds = dict[str, list[float]]


def alternate(sides: Mapping[str, Side], rounds: int) -> Seconds:
    """Seconds of every side in every round; each runs once before, untimed."""
    for run in sides.values():
        run()
    seconds: Seconds = {name: [] for name in sides}
    for _ in range(rounds):
        for name, run in sides.items():
            began = perf_counter()
            run()
            seconds[name].append(perf_counter() - began)
    return seconds
