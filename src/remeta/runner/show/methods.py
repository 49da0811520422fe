"""A method: its file, its parameters with their values, and the runs, figures and claims it has."""

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from remeta import methods
from remeta.frozen import Frozen
from remeta.papers.panel import Panel
from remeta.pipeline.settings.names import PANELS
from remeta.pipeline.settings.params import Settings
from remeta.records import Run
from remeta.runner.folding import lines
from remeta.runner.show.facts import (
    claim_lines,
    claims_of,
    columns,
    commands,
    flat,
    named_in,
    profiles,
)

FIELD = re.compile(r"^    (\w+): (.+?)(?:  # (.*))?$", re.MULTILINE)


def describe(settings: Settings, kind: str) -> list[str]:
    params, algorithm = methods.REGISTRY[kind]
    file, module = _file(algorithm), inspect.getmodule(algorithm)
    runs = {
        (panel, run): settings.run_values(panel, run)[0]
        for panel in PANELS
        if panel.runs
        for run, values in settings.panel_params(panel).runs.items()
        if values.get("kind") == kind
    }
    return [
        *lines(f"{kind}: {algorithm.__name__} in {file}"),
        *lines(f"  {(inspect.getdoc(module) or '').splitlines()[0]}", " " * 4),
        f"\nparameters (params.yaml, profile {settings.profile.name})",
        *_parameters(params, runs),
        "\nruns",
        *(_used(settings, runs) if runs else ["  none in params.yaml"]),
        "\nfigures",
        *(_figures(settings, {panel for panel, _ in runs}) if runs else ["  none"]),
        "\nclaims",
        *_claims(kind, runs),
    ]


def describe_run(settings: Settings, run: str) -> list[str]:
    """A run in every panel that trains, borrows or scores it."""
    text = [f"{run}: {_of_method(run)}"]
    for panel in PANELS:
        if run in panel.lenders:
            text += [f"\n{panel.id}: borrowed from {panel.lenders[run]}"]
        elif run in panel.runs:
            role = "trained" if run in settings.cells(panel).train else "scored without training"
            values = settings.run_values(panel, run)[0]
            text += [f"\n{panel.id}: {role}", *columns([*flat(values).items()]), "  sizes:"]
            text += columns([*_iterations(panel, run)])
    return [*text, "\nstages", *commands([panel.id for panel in PANELS if run in panel.runs])]


def _parameters(params: type[Frozen], runs: Mapping[tuple[Panel, str], Any]) -> Iterator[str]:
    """Each with its comment; where runs differ in its value, the runs of every value."""
    values = {f"{panel.id}/{run}": flat(run_values) for (panel, run), run_values in runs.items()}
    for name, (kind, about) in _fields(params).items():
        places: dict[str, list[str]] = defaultdict(list)
        for where, run_values in values.items():
            places[str(run_values.get(name, "not set"))].append(where)
        first, *more = [*places, *([] if places else [""])]
        shown = f" = {first}" if first and not more else ""
        yield from lines(f"  {name}{shown}  ({kind}{'; ' if about else ''}{about})", " " * 6)
        for value, where in places.items() if more else ():
            yield from lines(f"      {value}: {', '.join(where)}", " " * 10)


def _fields(params: type[Frozen], above: str = "") -> dict[str, tuple[str, str]]:
    """Type and comment, as the source has them, of inherited and nested parameters, too."""
    fields: dict[str, tuple[str, str]] = {}
    classes = [base for base in reversed(params.__mro__) if base.__module__.startswith("remeta.")]
    declared = {n: (t, c) for base in classes for n, t, c in FIELD.findall(inspect.getsource(base))}
    for name, field in params.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Frozen):
            fields |= _fields(inner, f"{above}{name}.")
        else:
            fields[f"{above}{name}"] = declared.get(name, (str(inner), ""))
    return fields


def _used(settings: Settings, runs: Mapping[tuple[Panel, str], Any]) -> Iterator[str]:
    for panel, run in runs:
        role = "trained" if run in settings.cells(panel).train else "scored without training"
        users = [other.id for other in PANELS if other.lenders.get(run) == panel.id]
        lending = f", lent to {', '.join(users)}" if users else ""
        yield from lines(f"  {panel.id}/{run}: {role}{lending}", " " * 6)


def _figures(settings: Settings, panels: set[Panel]) -> Iterator[str]:
    for panel in (panel for panel in PANELS if panel in panels):
        path = Path(settings.profile.figures) / panel.paper / f"{panel.name}.png"
        yield from lines(
            f"  {path}{'' if path.exists() else ' (not made)'}: {panel.title}", " " * 6
        )


def _claims(kind: str, runs: Mapping[tuple[Panel, str], Any]) -> list[str]:
    """Those whose tests name one of the runs, on the panels of these runs."""
    text = []
    for paper in dict.fromkeys(panel.paper for panel in PANELS):
        chosen = []
        for claim in claims_of(paper):
            words = {*named_in(claim.tests)}
            panels = [*claim.panels, *claim.beyond] or [""]
            for name in panels:
                own_runs = {run for panel, run in runs if name in _where(panel, run)}
                tested = any(f"methods/test_{kind}." in word for word in words)
                if (name and words & own_runs) or (not name and tested):
                    chosen.append((claim, name))
        text += claim_lines(paper, chosen) if chosen else []
    return text or ["  none"]


def _where(panel: Panel, run: str) -> set[str]:
    """The panels that show a run: its own and those that borrow it."""
    return {panel.name} | {other.name for other in PANELS if other.lenders.get(run) == panel.id}


def _iterations(panel: Panel, run: str) -> Iterator[tuple[str, str]]:
    for name, settings in profiles().items():
        sizes = settings.panel_size(panel).runs.get(run, {})
        shown = ", ".join(f"{key} {value}" for key, value in sizes.items())
        yield f"  {name}", f"{len(settings.profile.seeds)} seeds{', ' if shown else ''}{shown}"


def _of_method(run: str) -> str:
    named = Run.parse(run)
    variant = f", variant {named.variant}" if named.variant else ""
    return f"method {named.method}{variant}"


def _file(algorithm: type) -> Path:
    path = Path(inspect.getfile(algorithm))
    root = Path.cwd()
    return path.relative_to(root) if path.is_relative_to(root) else path
