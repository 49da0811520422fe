"""`remeta compare`: what moved between two commits, or two profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from remeta.frozen import Advice
from remeta.git import asked
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import PROFILES, Settings
from remeta.report.claims.moves import Move, moves
from remeta.report.claims.verdicts import Verdict, earlier_claims
from remeta.report.pages.wording import effect, verdict
from remeta.runner.show.facts import columns

CLAIMS = "claims.csv"
NOTHING = "not run"


@dataclass(frozen=True)
class Side:
    """Results by path, below results/ for a commit, below results/<profile>/ for a profile."""

    name: str
    files: Mapping[str, str]  # path: text

    @property
    def rows(self) -> dict[str, Verdict]:
        paths = [path for path in self.files if PurePosixPath(path).name == CLAIMS]
        return {
            _key(path, row.id): row for path in paths for row in earlier_claims(self.files[path])
        }

    @property
    def tables(self) -> dict[str, str]:
        return {
            path: text
            for path, text in self.files.items()
            if PurePosixPath(path).parent.name == "tables" and path.endswith(".csv")
        }


def compare(one: str, other: list[str]) -> None:
    """A commit is compared with the files as they are, a profile with the chosen one."""
    before, after = sides(one, other)
    found = [*moves(before.rows, after.rows)]
    print(f"{before.name} -> {after.name}: {summary(found)}")
    if found:
        print("\n".join(columns([("claim", before.name, after.name), *map(_line, found)])))
    tables = before.tables, after.tables
    shared = [path for path in tables[1] if path in tables[0]]
    differ = [path for path in shared if tables[0][path] != tables[1][path]]
    told = ", ".join(differ) or "none"
    print(f"tables that differ, of {len(shared)} that both have: {told}")


def sides(one: str, other: list[str]) -> tuple[Side, Side]:
    if len(other) > 1:
        raise Advice("remeta compare takes one or two commits or profiles; leave the others out.")
    if is_profile(one):
        second = other[0] if other else Settings.load().profile.name
        if not is_profile(second):
            raise Advice(f"{one} is a profile and {second} is none; name two of a kind.")
        return _profile(one), _profile(second)
    return _commit(one), _commit(other[0]) if other else _worktree()


def _key(path: str, id: str) -> str:
    """With the profile where there may be several."""
    profile = PurePosixPath(path).parts[:-2]
    return "/".join((*profile, id))


def summary(found: list[Move]) -> str:
    verdicts = sum(move.verdict for move in found)
    effects = sum(move.effect for move in found)
    plural = ("" if verdicts == 1 else "s"), ("" if effects == 1 else "s")
    return f"{verdicts} verdict{plural[0]} and {effects} effect{plural[1]} moved"


def is_profile(name: str) -> bool:
    return (PROFILES / f"{name}.yaml").exists()


def _line(move: Move) -> tuple[str, str, str]:
    return move.id, _told(move.before), _told(move.after)


def _told(row: Verdict | None) -> str:
    return f"{verdict(row)} {effect(row)}".strip() if row else NOTHING


def _profile(name: str) -> Side:
    return Side(name, _read(RESULTS / name))


def _worktree() -> Side:
    return Side("here", _read(RESULTS))


def _read(root: Path) -> dict[str, str]:
    paths = [path for path in sorted(root.rglob("*.csv")) if _wanted(path.as_posix())]
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def _commit(name: str) -> Side:
    if not asked("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
        known = ", ".join(sorted(path.stem for path in PROFILES.glob("*.yaml")))
        raise Advice(f"{name} is neither a commit nor a profile ({known}); name one of these.")
    paths = asked("ls-tree", "-r", "--name-only", name, "--", RESULTS).splitlines()
    wanted = [path for path in paths if path.endswith(".csv") and _wanted(path)]
    texts = {path: asked("show", f"{name}:{path}") for path in wanted}
    root = f"{RESULTS.as_posix()}/"
    return Side(name, {path.removeprefix(root): text for path, text in texts.items()})


def _wanted(path: str) -> bool:
    return PurePosixPath(path).name == CLAIMS or PurePosixPath(path).parent.name == "tables"
