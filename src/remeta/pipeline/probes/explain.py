"""What moved, in words: for a person who wonders why days of results are to be made again."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from remeta.frozen import Advice
from remeta.pipeline.probes.compare import Change, Finding

MEASURES = 5  # told of one probe


def explained(findings: Iterable[Finding], probes: Path) -> list[str]:
    """Lines about each probe that is not as it was; `probes` is their folder in dvc.yaml."""
    findings = list(findings)
    stages = _Stages() if any(not finding.valid for finding in findings) else None
    return [line for finding in findings for line in _about(finding, probes, stages)]


def _about(finding: Finding, probes: Path, stages: "_Stages | None") -> list[str]:
    if finding.valid or stages is None:
        return [f"{finding.line}; no stage would run again"]
    changes = [change for change in finding.changed if change.indices]
    count = sum(len(change.indices) for change in changes)
    total = sum(map(len, finding.numbers.values()))
    lines = [f"{finding.name}: {count} of {total} numbers moved"]
    lines += [f"  {_describe(change)}" for change in finding.changed[:MEASURES]]
    more = len(finding.changed) - MEASURES
    lines += [f"  and {more} more measures"] * (more > 0)
    if finding.is_new:
        lines = [finding.line]
    first, later = stages.after(str(probes / f"{finding.name}.json"))
    lines.append(f"  would run again: {', '.join(first) or 'nothing'}")
    return lines + [f"  and what follows from them: {', '.join(later)}"] * bool(later)


def _describe(change: Change) -> str:
    """The first number of a measure that moved, and how far; or how else the measure changed."""
    if change.old is None or change.current is None or len(change.old) != len(change.current):
        return change.line
    old, current = change.old[change.indices[0]], change.current[change.indices[0]]
    difference = abs(current - old) / max(abs(old), abs(current))
    share = f"{len(change.indices)} of {len(change.old)} moved"
    return f"{change.line}, a relative difference of {difference:.2g} ({share})"


class _Stages:
    """The stages of dvc.yaml as DVC itself resolves them, and which comes after which."""

    def __init__(self) -> None:
        from dvc.exceptions import DvcException  # imported late: who asks for less need not wait
        from dvc.repo import Repo

        try:
            with Repo(config={"core": {"no_scm": True}}) as repo:
                self.graph: Any = repo.index.graph  # from a stage to those it needs
        except DvcException as error:
            raise Advice(f"dvc.yaml cannot be read ({error}); mend it.") from error

    def after(self, path: str) -> tuple[list[str], list[str]]:
        """Stages that read a file, by name; those that need what they write, without their axes."""
        first = [stage for stage in self.graph if any(_path(dep) == path for dep in stage.deps)]
        later, frontier = set(), first
        while frontier:
            frontier = [need for stage in frontier for need in self.graph.predecessors(stage)]
            frontier = [stage for stage in dict.fromkeys(frontier) if stage.name not in later]
            later.update(stage.name for stage in frontier)
        blocks = {name.partition("@")[0] for name in later}
        return sorted(stage.name for stage in first), sorted(blocks)


def _path(dep: Any) -> str:
    return str(dep.def_path)
