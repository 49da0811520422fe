"""The rules by which claims are judged: how a test is weighed, what several say together, and what
a reader is told beside the verdict."""

from collections.abc import Mapping, Sequence

from remeta.papers.claim import Contrast, Either, Race, Test
from remeta.report.claims.judge import Find, by_seeds, race
from remeta.report.claims.outcome import INCONCLUSIVE, Outcome, decisive, either, firm
from remeta.report.claims.yardsticks import against
from remeta.report.statistics.power import needed, smallest
from remeta.report.text import count, number

Notes = Mapping[str, bool]  # what a reader should know, if it holds

STUDENT = """A verdict needs the whole interval (95 %, Student's over the
seeds' own differences) on one side of what is claimed: what lies across is inconclusive. Where
several tests must hold, Holm's step-down keeps a false contradiction as rare as that of one."""
# How to read verdicts: in reports, by kind of panel, and below the table of all claims.
ON_TASKS = f""" Claims
compare means over held-out tasks, runs paired by seed. {STUDENT} It covers another
training, and takes the tasks as they are.
"""
ON_SEEDS = f""" Intervals of tables (95 %)
redraw seeds and are widened to those of Student's t; that of a share of seeds is Jeffreys'.
{STUDENT}
"""
EFFECTS = (
    "Effects on held-out tasks are means over seeds and tasks: differences on the expert scale (0 "
    "a random start, 1 the expert); × are ratios of costs. A verdict needs the whole interval, "
    "Student's over seeds, on one side of what is claimed."
)
TRAINING = (
    "Where nothing is held out, effects are of training itself: means over seeds, intervals "
    "Student's. The best gain is the best run's of its panel, from the first iteration to the last "
    "tenth; a run's own gain is that to its peak."
)


def judge(test: Test, find: Find, name: str) -> Outcome:
    """What results say of one test; `name` seeds redraws."""
    match test:
        case Contrast():
            return by_seeds(test, find, name)
        case Either():
            return either([by_seeds(contrast, find, name) for contrast in test.contrasts])
        case Race():
            return race(test, find(""), name)
    raise TypeError(f"{test!r} is no test of numbers")


def decide(outcomes: Sequence[Outcome]) -> tuple[str, Outcome]:
    """The verdict, and whose effect is told: supported if every deciding test is, for which nothing
    needs correcting (Berger 1982); contradicted if one refutes the claim, at a level that Holm
    shares among them."""
    headline = decisive(outcomes)
    return (headline.verdict if firm(outcomes) else INCONCLUSIVE), headline


def notes(test: Test, outcome: Outcome, find: Find, name: str) -> Notes:
    """What so many seeds can decide where they did not, and by what else it would be otherwise."""
    seeds, off = len(find("").seeds), abs(outcome.distance)
    least, enough = smallest(outcome.spread, seeds), needed(off, outcome.spread)
    many = f"about {count(enough)}" if enough < float("inf") else "too many"
    disagree = against(test, find, name)
    return {
        f"{seeds} seeds decide differences from {number(least)} on; this one takes {many}": (
            outcome.verdict == INCONCLUSIVE and outcome.spread > 0 and seeds > 1
        ),
        f"fragile: otherwise {', '.join(disagree)}": bool(disagree),
    }
