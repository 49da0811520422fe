"""Which stages wait, run, are done or failed: the state of a run, and nothing of how it is run."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

State = Enum("State", ["WAITING", "RUNNING", "DONE", "FAILED", "SKIPPED"])


class Schedule:
    """Stages in the order of the plan, each with the stages it needs."""

    def __init__(self, order: Iterable[str], needs: Mapping[str, Iterable[str]]):
        self.state = dict.fromkeys(order, State.WAITING)
        self.needs = {name: [n for n in needs[name] if n in self.state] for name in self.state}
        self.forced: set[str] = set()  # to run even where nothing changed

    def ready(self) -> Iterator[str]:
        """What waits for nothing any more; states may change while this is read."""
        for name, state in list(self.state.items()):
            waits = state is State.WAITING and self.state[name] is State.WAITING
            if waits and all(self.state[need] is State.DONE for need in self.needs[name]):
                yield name

    def count(self, state: State) -> int:
        return sum(1 for current in self.state.values() if current is state)

    def in_state(self, state: State) -> list[str]:
        return [name for name, current in self.state.items() if current is state]

    @property
    def finished(self) -> bool:
        return not any(s in (State.WAITING, State.RUNNING) for s in self.state.values())

    def mark_done(self, name: str) -> None:
        """It ran; what was found current before has to look again."""
        self.state[name] = State.DONE
        self.forced.discard(name)
        for other, state in self.state.items():
            if state is State.DONE and name in self.needs[other]:
                self.state[other] = State.WAITING

    def rerun(self, names: Iterable[str]) -> None:
        """Done stages whose lost outputs somebody needs run once more."""
        for name in names:
            self.state[name] = State.WAITING
            self.forced.add(name)

    def mark_failed(self, name: str) -> None:
        """Everything that needs this stage, directly or not, is skipped."""
        self.state[name] = State.FAILED
        lost = {name}
        for other in self.state:  # in the order of the plan: what is needed comes before
            if self.state[other] is State.WAITING and lost.intersection(self.needs[other]):
                self.state[other] = State.SKIPPED
                lost.add(other)
