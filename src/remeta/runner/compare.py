"""`remeta compare`: what moved between two commits, or two profiles."""

from collections.abc import Iterable
from pathlib import Path

from remeta.frozen import Advice
from remeta.git import asked
from remeta.page.compared.compose import Comparison, told
from remeta.page.compared.side import Side, wanted
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import PROFILES, Settings
from remeta.report.claims.moves import Move
from remeta.report.claims.verdicts import Verdict
from remeta.report.pages.wording import effect, verdict
from remeta.runner.show.facts import columns
from remeta.storage import write_text

NOTHING = "not run"


def compare(one: str, other: list[str], page: str | None = None) -> None:
    """A commit is compared with the files as they are, a profile with the chosen one."""
    found = Comparison(*sides(one, other))
    head = ("claim", found.before.name, found.after.name)
    print(f"{found.before.name} -> {found.after.name}: {found.summary}")
    if found.moves:
        print("\n".join(columns([head, *map(_line, found.moves)])))
    for pair in found.curves:
        print(f"curve of {pair.name}: {told(pair)}")
    differ = ", ".join(found.differ) or "none"
    print(f"tables that differ, of {len(found.shared)} that both have: {differ}")
    if page:
        write_text(Path(page), found.page())


def sides(one: str, other: list[str]) -> tuple[Side, Side]:
    if len(other) > 1:
        raise Advice("remeta compare takes one or two commits or profiles; leave the others out.")
    if is_profile(one):
        second = other[0] if other else Settings.load().profile.name
        if not is_profile(second):
            raise Advice(f"{one} is a profile and {second} is none; name two of a kind.")
        return _profile(one), _profile(second)
    return _commit(one), _commit(other[0]) if other else _worktree()


def is_profile(name: str) -> bool:
    return (PROFILES / f"{name}.yaml").exists()


def _line(move: Move) -> tuple[str, str, str]:
    return move.id, _side(move.before), _side(move.after)


def _side(row: Verdict | None) -> str:
    return f"{verdict(row)} {effect(row)}".strip() if row else NOTHING


def _profile(name: str) -> Side:
    return Side(name, _read(RESULTS / name))


def _worktree() -> Side:
    """What a commit of it would hold."""
    paths = asked("ls-files", "-co", "--exclude-standard", "--", RESULTS).splitlines()
    return Side("here", _texts(Path(path) for path in paths if Path(path).exists()))


def _read(root: Path) -> dict[str, str]:
    return _texts(root.rglob("*.csv"), root)


def _texts(paths: Iterable[Path], root: Path = RESULTS) -> dict[str, str]:
    found = sorted(path for path in paths if wanted(path.as_posix()))
    return {path.relative_to(root).as_posix(): path.read_text() for path in found}


def _commit(name: str) -> Side:
    if not asked("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
        known = ", ".join(sorted(path.stem for path in PROFILES.glob("*.yaml")))
        raise Advice(f"{name} is neither a commit nor a profile ({known}); name one of these.")
    paths = asked("ls-tree", "-r", "--name-only", name, "--", RESULTS).splitlines()
    texts = {path: asked("show", f"{name}:./{path}") for path in paths if wanted(path)}
    root = f"{RESULTS.as_posix()}/"
    return Side(name, {path.removeprefix(root): text for path, text in texts.items()})
