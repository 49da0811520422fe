"""How long stages took, and from that when a run will be over."""

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median

from remeta.runner.schedule import Schedule, State
from remeta.storage import write_text


class Durations:
    """Seconds per stage, remembered between runs; a stage never seen is like its siblings."""

    def __init__(self, path: Path):
        self.path = path
        try:
            self._seconds: dict[str, float] = {
                k: float(v) for k, v in json.loads(path.read_text()).items()
            }
        except (OSError, ValueError, AttributeError):
            self._seconds = {}  # an estimate is worth no error

    def add(self, name: str, seconds: float) -> None:
        self._seconds[name] = round(seconds, 2)

    def save(self) -> None:
        write_text(self.path, json.dumps(self._seconds, indent=0, sort_keys=True) + "\n")

    def estimate(self, names: Iterable[str], running: Mapping[str, float]) -> dict[str, float]:
        """Of each stage: its own, else that of its closest siblings, else of any.

        What runs `now`, and what that will take, is known better than from memory.
        """
        known = {**self._seconds, **running}
        groups: dict[str, list[float]] = defaultdict(list)
        for name, seconds in known.items():
            for group in _groups(name):
                groups[group].append(seconds)
        medians = {group: median(values) for group, values in groups.items()}
        return {
            name: known.get(name) or next((medians[g] for g in _groups(name) if g in medians), 0.0)
            for name in names
        }


def _groups(name: str) -> list[str]:
    """From the closest siblings to all stages of the profile, and all."""
    block, _, cell = name.partition("@")
    profile, _, _ = cell.partition("-")
    return [name.rpartition("-")[0], f"{block}@{profile}", f"@{profile}", ""]


def remaining(schedule: Schedule, seconds_left: Mapping[str, float], jobs: int) -> float:
    """Seconds until the last stage ends if every free slot takes the plan's next ready stage.

    `left` has the seconds still to go of every stage that waits or runs.
    """
    state = schedule.state
    open_needs = {
        name: sum(state[need] in (State.WAITING, State.RUNNING) for need in schedule.needs[name])
        for name in schedule.in_state(State.WAITING)
    }
    users = defaultdict(list)
    for name in open_needs:
        for need in schedule.needs[name]:
            users[need].append(name)
    position = {name: index for index, name in enumerate(state)}
    ready = [(position[name], name) for name, count in open_needs.items() if not count]
    running = [(seconds_left[name], name) for name in schedule.in_state(State.RUNNING)]
    heapq.heapify(running)
    now = 0.0
    while running or ready:
        while ready and len(running) < jobs:
            _, name = heapq.heappop(ready)
            heapq.heappush(running, (now + seconds_left[name], name))
        now, name = heapq.heappop(running)
        for user in users[name]:
            open_needs[user] -= 1
            if not open_needs[user]:
                heapq.heappush(ready, (position[user], user))
    return now
