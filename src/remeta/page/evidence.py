"""Where the numbers of a panel come from: files, commands, a commit, and what they cost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remeta.page.history import History
from remeta.report.evidence.costs import spent
from remeta.report.figures.style import look
from remeta.report.kinds import kind_of

COSTS = "costs"


@dataclass(frozen=True)
class Link:
    name: str
    href: str  # from the page's folder


@dataclass(frozen=True)
class Raw:
    """The files of a run, seed by seed, and the command that makes those of the first one."""

    label: str
    run: str
    command: str
    files: dict[str, list[Link]]  # by folder


@dataclass(frozen=True)
class Origin:
    command: str
    check: str
    commit: str
    machine: str
    steps: str
    hours: str
    runs: list[Raw]


def origin(results: Any, history: History) -> Origin:
    panel, profile = results.panel, results.profile
    steps, hours = spent(results.folder() / COSTS)
    return Origin(
        command=f"remeta repro {panel.id} --profile {profile}",
        check=f"remeta verify {panel.id}",
        commit=history.last(results.folder()),
        machine=machine(results.folder() / COSTS),
        steps=steps,
        hours=hours,
        runs=[*_raw(results)],
    )


def machine(folder: Path) -> str:
    """As the notes of costs have it; of each processor the runs that it made."""
    notes = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    kinds = [_processor(note) for note in notes]
    return ", ".join(f"{kinds.count(kind)} runs on {kind}" for kind in dict.fromkeys(kinds))


def _processor(note: dict[str, Any]) -> str:
    threads = int(note.get("threads", 1))
    on = note.get("processor", "a processor that was not noted")
    return f"{on}, {threads} thread{'s' * (threads != 1)} each"


def _raw(results: Any) -> Iterator[Raw]:
    panel, page = results.panel, results.root / results.profile
    for run, home in results.all_runs.items():
        files: dict[str, list[Link]] = {}
        for folder in (*kind_of(panel).reads, COSTS):
            for seed in results.seeds:
                path = _path(results, folder, run, seed)
                if path.exists():
                    link = Link(str(seed), path.relative_to(page).as_posix())
                    files.setdefault(folder, []).append(link)
        if files:
            looked = panel.looks and home == panel.name
            verb = kind_of(panel).evidence if looked else "train" if COSTS in files else "evaluate"
            words = (verb, f"{panel.paper}_{home}", run)
            command = f"remeta {' '.join(words)} {results.seeds[0]}"
            yield Raw(look(run, panel).label, run, command, files)


def _path(results: Any, folder: str, run: str, seed: int) -> Path:
    if folder == COSTS:
        return results.folder(results.all_runs[run]) / COSTS / f"{run}-{seed}.json"
    return results.path(folder, run, seed)
