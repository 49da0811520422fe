"""`remeta status`: what is stale and why, in words; nothing is run, and no result is written."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from remeta.runner.folding import folded, lines
from remeta.runner.project import Project

Reasons = Mapping[str, Sequence[str]]  # of stale stages, in the order of the plan


def status(targets: Sequence[str] = ()) -> None:
    with Project() as project:
        plan = project.plan(targets)
        stale: dict[str, list[str]] = {}
        outs = {stage.addressing: [*map(str, stage.outs)] for stage in project.graph}
        for name in plan:
            made = [out for need in project.needs(name) if need in stale for out in outs[need]]
            if reasons := own_reasons(project.stale_reasons(name), made):
                stale[name] = reasons
        waiting = waiting_for(plan, stale, project.needs)
        empty = {stage.addressing for stage in project.graph if any(map(is_gone, stage.outs))}
    paragraphs = [f"{names}: {why}" for names, why in grouped(stale)]
    if waiting:
        paragraphs.append(
            f"{_stages(waiting, 'waits', 'wait')} for these: {', '.join(folded(waiting))}"
        )
    if not stale:
        paragraphs.append(f"nothing is stale: {_stages(plan, 'is', 'are')} current")
    if absent := [name for name in plan if name in empty and name not in stale]:
        paragraphs.append(
            f"recorded, what was made is not here: {_stages(absent)} "
            f"({', '.join(folded(absent))}); `remeta repro` leaves them unless another needs them"
        )
    print("\n".join(chain.from_iterable(map(lines, paragraphs))))


def own_reasons(reasons: Iterable[str], made: Iterable[str]) -> list[str]:
    """Without those about files that a stale stage makes anew."""
    paths = [(reason, reason.rpartition(" is ")[0]) for reason in reasons]
    return [
        reason
        for reason, path in paths
        if not any(f"{out}/".startswith(f"{path}/") for out in made)
    ]


def waiting_for(
    plan: Iterable[str], stale: Iterable[str], needs: Callable[[str], Iterable[str]]
) -> list[str]:
    """The stages that are current as long as what they need is not made anew."""
    changing, waiting = {*stale}, []
    for name in plan:  # what is needed comes before
        if name not in changing and changing.intersection(needs(name)):
            waiting.append(name)
            changing.add(name)
    return waiting


def grouped(stale: Reasons) -> list[tuple[str, str]]:
    """Stages of one block that are stale for one reason, but for the seed in it."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, reasons in stale.items():
        groups[name.partition("@")[0], *_of_any_seed(name, reasons)].append(name)
    return [
        (", ".join(folded(names)), "; ".join(stale[names[0]] if len(names) == 1 else shape))
        for (_, *shape), names in groups.items()
    ]


def is_gone(out: Any) -> bool:
    """Whether DVC recorded it, and has it neither here nor in its cache."""
    known = out.use_cache and out.hash_info
    return bool(known) and not out.exists and out.changed_cache()


def _of_any_seed(name: str, reasons: Iterable[str]) -> list[str]:
    seed = name.rpartition("-")[2]
    if not seed.isdecimal():
        return [*reasons]
    return [re.sub(rf"-{seed}\b", "-*", reason) for reason in reasons]


def _stages(names: Sequence[str], singular: str = "", plural: str = "") -> str:
    text = f"1 stage {singular}" if len(names) == 1 else f"{len(names)} stages {plural}"
    return text.strip()
