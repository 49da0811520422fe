"""What the verbs that tell have in common: sizes, stages, claims, and columns to set them in."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from remeta.page.front.tally import SMALL_TO_LARGE
from remeta.papers.claim import Claim
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import PARAMS, PROFILES, Settings, read_yaml
from remeta.report.claims.outcome import NOT_RUN
from remeta.report.claims.verdicts import read_claims
from remeta.report.pages.wording import claimed, effect, verdict
from remeta.runner.folding import lines

ITEM = re.compile(r"\$\{item\.(\w+)\}")
VARIABLE = re.compile(r"\$\{(\w+)\}")


def profiles() -> dict[str, Settings]:
    """The smallest first."""
    size = {name: rank for rank, name in enumerate(SMALL_TO_LARGE, start=1)}
    values = read_yaml(PARAMS)
    return {
        path.stem: Settings.of(values | {"profile": read_yaml(path)}, str(path))
        for path in sorted(PROFILES.glob("*.yaml"), key=lambda path: size.get(path.stem, 0))
    }


def commands(words: Sequence[str]) -> list[str]:
    """The blocks of dvc.yaml whose command is about one of these panels or families."""
    stages = read_yaml(Path("dvc.yaml"))["stages"].items()
    filled = [(block, _command(stage)) for block, stage in stages]
    return columns([(block, cmd) for block, cmd in filled if {*cmd.split()[2:3]} & {*words}])


def _command(stage: Mapping[str, Any]) -> str:
    """A block's command, its own names filled in and its axes in capitals."""
    names = {name: value for block in stage.get("vars", []) for name, value in block.items()}
    filled = VARIABLE.sub(lambda match: str(names.get(match[1], match[0])), str(stage["cmd"]))
    return ITEM.sub(lambda match: match[1].upper(), filled)


def claims_of(paper: str) -> Sequence[Claim]:
    return import_module(f"remeta.papers.{paper}").CLAIMS


def named_in(value: object) -> Iterator[str]:
    """Every word in the tests of a claim, runs and panels among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from named_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from named_in(getattr(value, field.name))


def claim_lines(paper: str, claims: Iterable[tuple[Claim, str]]) -> list[str]:
    """Claims on panels with what became of them in each profile that has judged them."""
    paths = {path.parts[1]: path for path in sorted(RESULTS.glob(f"*/{paper}/claims.csv"))}
    rows = {name: {row.id: row for row in read_claims(path)} for name, path in paths.items()}
    text, last = [], ""
    for claim, panel in claims:
        if claim.id != last:
            text += lines(f"  {claim.id}: {claim.says}", " " * 6)
            last = claim.id
        for profile, verdicts in rows.items():
            row = verdicts.get(f"{claim.id}/{panel}" if panel else claim.id)
            if row and row.verdict != NOT_RUN:
                bound = f" (claimed {claimed(row)})" if claimed(row) else ""
                where = f"{panel}, {profile}" if panel else profile
                text += lines(f"      {where}: {verdict(row)} {effect(row)}{bound}", " " * 8)
    return text or ["  none"]


def columns(rows: Sequence[Sequence[object]]) -> list[str]:
    """Cells side by side, two spaces apart and before."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def flat(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Blocks within blocks by dotted names."""
    flattened: dict[str, Any] = {}
    for key, value in values.items():
        own = {f"{above}{key}": value}
        flattened |= flat(value, f"{above}{key}.") if isinstance(value, Mapping) else own
    return flattened
