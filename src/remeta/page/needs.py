"""What was not run would cost: the panels that a claim still waits for, with their prices."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from remeta.papers.claim import Claim
from remeta.papers.panel import Panel
from remeta.report.text import number


@dataclass(frozen=True)
class Need:
    """A panel that has to be trained."""

    panel: Panel
    hours: float | None  # of cores, where `remeta price` has measured it

    @property
    def told(self) -> str:
        return f"{number(self.hours)} core-hours" if self.hours is not None else "no price yet"


@dataclass(frozen=True)
class Ledger:
    """What there is in a profile already, and what the rest would cost."""

    panels: Mapping[str, Panel]  # by their ids
    ran: Container[str]
    prices: Mapping[str, float]

    def of(self, panels: Iterable[Panel]) -> list[Need]:
        """In the order in which they have to run: whoever lends runs is before who borrows."""
        wanted = dict.fromkeys(id for panel in panels for id in self._sources(panel))
        missing = [self.panels[id] for id in wanted if id not in self.ran]
        return [Need(panel, self.prices.get(panel.id)) for panel in missing if panel.runs]

    def waits(self, claims: Sequence[Claim], panels: Sequence[Panel]) -> dict[str, list[Need]]:
        """By the ids of a paper's claims, on all of its panels."""
        known = {panel.name: panel for panel in panels}
        return {
            f"{claim.id}/{home}": self.of(known[name] for name in [home, *_elsewhere(claim)])
            for claim in claims
            for home in (*claim.panels, *claim.beyond)
        }

    def _sources(self, panel: Panel) -> Iterator[str]:
        for source in panel.sources:
            yield from self._sources(self.panels[source])
        yield panel.id


def price(needs: Sequence[Need]) -> str:
    """Of all of them together, as far as it is known."""
    known = [need.hours for need in needs if need.hours is not None]
    if not known:
        return ""
    bound = "about" if len(known) == len(needs) else "more than"
    return f"{bound} {number(sum(known))} core-hours"


def _elsewhere(claim: Claim) -> list[str]:
    return sorted({name for test in claim.tests for name in test.elsewhere})
