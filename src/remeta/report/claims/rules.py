"""The rules by which claims are judged: how contrasts are weighed, what several tests say together,
and what a reader is told beside the verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from remeta.papers.claim import Contrast, Either, Race, Test
from remeta.report.claims.judge import Evidence, Find, by_redraws, by_seeds, race
from remeta.report.claims.outcome import INCONCLUSIVE, Outcome, decisive, either, firm
from remeta.report.claims.yardsticks import against
from remeta.report.statistics.power import needed, smallest
from remeta.report.statistics.redraws import FEW, tail
from remeta.report.text import count, number

Notes = Mapping[str, bool]  # what a reader should know, if it holds


@dataclass(frozen=True)
class Words:
    """How to read verdicts: in reports, by kind of panel, and below the scoreboard."""

    on_tasks: str
    on_seeds: str
    scoreboard: str
    training: str


@dataclass(frozen=True)
class Rules:
    weigh: Callable[[Contrast, Find, str], Outcome]
    tail: Callable[[Evidence], float]  # of redraws, beyond either end of the interval of a race
    decide: Callable[[Sequence[Outcome]], tuple[str, Outcome]]  # verdict, and whose effect is told
    notes: Callable[[Test, Outcome, Find, str], Notes]
    words: Words

    def judge(self, test: Test, find: Find, name: str) -> Outcome:
        """What results say of one test; `name` seeds redraws."""
        match test:
            case Contrast():
                return self.weigh(test, find, name)
            case Either():
                return either([self.weigh(contrast, find, name) for contrast in test.contrasts])
            case Race():
                return race(test, find(""), name, self.tail(find("")))
        raise TypeError(f"{test!r} is no test of numbers")


def any_refutes(outcomes: Sequence[Outcome]) -> tuple[str, Outcome]:
    """Each deciding test has a say at its own level."""
    headline = decisive(outcomes)
    return headline.verdict, headline


def all_hold(outcomes: Sequence[Outcome]) -> tuple[str, Outcome]:
    """Supported if every deciding test is, for which nothing needs correcting (Berger 1982);
    contradicted if one refutes the claim, at a level that Holm shares among them."""
    headline = decisive(outcomes)
    return (headline.verdict if firm(outcomes) else INCONCLUSIVE), headline


def seeds_are_few(test: Test, outcome: Outcome, find: Find, name: str) -> Notes:
    seeds = len(find("").seeds)
    return {f"{seeds} seeds: the interval is too narrow over seeds": 1 < seeds < FEW}


def power_and_fragility(test: Test, outcome: Outcome, find: Find, name: str) -> Notes:
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


REDRAWN = Rules(
    by_redraws,
    lambda results: results.tail,
    any_refutes,
    seeds_are_few,
    Words(
        on_tasks=""" Claims
compare runs paired by seed and task, and a verdict needs the whole interval on one side of what is
claimed: what lies across is inconclusive. A bootstrap over 2 or 3 seeds gives intervals that are
too narrow, over one seed none: each verdict names its seeds.
""",
        on_seeds=""" Intervals (95 %) redraw seeds, runs paired by seed, and are
widened to those of Student's t; that of a share of seeds is Jeffreys'. A verdict needs the whole
interval on one side of what is claimed; a claim of several tests is supported by all, contradicted
by one, which makes false contradictions likelier the more it has. With 5 seeds, equals are told
apart on a given side 4 times in 100 (2.5 by name), with 4 seeds 6 times, with 3 13 times and with 2
25 times; with one, nothing is decided.
""",
        scoreboard=(
            "Effects on held-out tasks are interquartile means over seeds and tasks: differences "
            "on the expert scale (0 a random start, 1 the expert); × are ratios of costs. A "
            "verdict needs the whole interval on one side of what is claimed; with fewer than "
            f"{FEW} seeds it is too narrow."
        ),
        training=(
            "MAME's rows are of training itself, nothing being held out: means over seeds, "
            "intervals widened to Student's t."
        ),
    ),
)

STUDENT = """A verdict needs the whole interval (95 %, Student's over the
seeds' own differences) on one side of what is claimed: what lies across is inconclusive. Where
several tests must hold, Holm's step-down keeps a false contradiction as rare as that of one."""

PAIRED = Rules(
    by_seeds,
    lambda results: tail(len(results.seeds)),
    all_hold,
    power_and_fragility,
    Words(
        on_tasks=f""" Claims
compare means over held-out tasks, runs paired by seed. {STUDENT} It covers another
training, and takes the tasks as they are.
""",
        on_seeds=f""" Intervals of tables (95 %)
redraw seeds and are widened to those of Student's t; that of a share of seeds is Jeffreys'.
{STUDENT}
""",
        scoreboard=(
            "Effects on held-out tasks are means over seeds and tasks: differences on the expert "
            "scale (0 a random start, 1 the expert); × are ratios of costs. A verdict needs the "
            "whole interval, Student's over seeds, on one side of what is claimed."
        ),
        training=(
            "MAME's rows are of training itself, nothing being held out: means over seeds, "
            "intervals Student's."
        ),
    ),
)

RULES = PAIRED
