"""The table of README.md: a line for every paper, and the claims by what became of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from remeta.frozen import Advice
from remeta.page.front import picture
from remeta.page.front.tally import Found, Tally, gather
from remeta.papers.registry import PAPERS
from remeta.report.claims.outcome import CONTRADICTED, INCONCLUSIVE, NOT_RUN, SUPPORTED, UNIT_TEST
from remeta.report.text import markdown, number
from remeta.storage import write_text

START, END = "<!-- scoreboard -->", "<!-- /scoreboard -->"
HEAD = (
    "paper", "supported", "contradicted", "open", "of these fragile", "unit test", "not run",
    "judged beyond it", "panels run", "core-hours",
)  # fmt: skip
COLUMNS = (SUPPORTED, CONTRADICTED, INCONCLUSIVE)
TOLD = (
    "A claim counts on every panel it speaks of. Open: its interval lies across what is claimed. "
    "Fragile: another measure of the same thing, or the threshold next to its own, says otherwise. "
    "Beyond it: what was judged in experiments that the paper does not have, in the reports."
)


def refresh(
    root: Path, readme: Path, figures: Path, papers: dict[str, ModuleType] = PAPERS
) -> None:
    """The table in README.md, and <figures>/scoreboard.pdf and .png."""
    found = gather(root, papers)
    text = renewed(readme, block(found, readme.parent))
    picture.draw(found, figures / "scoreboard")
    write_text(readme, text)


def block(found: Sequence[Found], home: Path) -> str:
    """Links are from `home`."""
    lines = [line for one in found for line in _lines(one, home)]
    return f"{markdown(HEAD, lines)}\n{TOLD}\n"


def _lines(found: Found, home: Path) -> Iterator[list[str]]:
    for tally in found.tallies:
        title, condition = found.title, tally.condition
        if found.reports and tally is found.tallies[0]:
            title = f"[{title}]({_from(home, found.reports[-1])})"
        name = f"{title}, {condition}" if len(found.tallies) > 1 else title
        yield [name, *_counts(tally), f"{tally.run} of {tally.panels}", _hours(tally)]


def _counts(tally: Tally) -> list[str]:
    judged = [str(tally.verdicts[verdict]) for verdict in COLUMNS]
    rest = tally.fragile, tally.verdicts[UNIT_TEST], tally.verdicts[NOT_RUN], tally.beyond
    return [*judged, *(str(count) for count in rest)]


def _hours(tally: Tally) -> str:
    return number(tally.hours) if tally.hours else ""


def _from(home: Path, path: Path) -> str:
    return (path.relative_to(home) if path.is_relative_to(home) else path).as_posix()


def renewed(readme: Path, text: str) -> str:
    """The page with `text` between the marks, and all else as it was."""
    try:
        page = readme.read_text()
    except OSError as missing:
        raise Advice(f"{readme} cannot be read ({missing}); restore it.") from missing
    before, opened, rest = page.partition(START)
    _, closed, after = rest.partition(END)
    if not opened or not closed:
        raise Advice(f"{readme} lacks the marks {START} and {END}; put them where claims go.")
    return f"{before}{START}\n{text}{END}{after}"
