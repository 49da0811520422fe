"""Probes: fingerprints of what the code does, on which stages depend instead of on source files.

`remeta probe` runs every stage of every run, end to end and for real, in a folder of its own and at
sizes of a handful, and keeps the numbers that came out. Where they agree with the committed ones, a
probe file is left as it was, and so are the stages that depend on it: a comment, a renamed function
or a new method costs nothing, a changed sign costs exactly the runs it touches.
"""

from pathlib import Path

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.papers.registry import PANELS
from remeta.pipeline.probes.compare import Finding, find_changes, save
from remeta.pipeline.probes.explain import explained
from remeta.pipeline.probes.numbers import Numbers
from remeta.pipeline.probes.project import PROFILE, SEED, tiny_project
from remeta.pipeline.probes.run import numbers_of
from remeta.pipeline.settings.params import Settings
from remeta.pipeline.sighted import drawable, seeing

PROBES = Path("results/probes")


def probe(names: list[str], explain: bool) -> None:
    """Renew results/probes and say which changed; or only explain what would."""
    Settings.load()
    root, (panels, left_out) = Path.cwd(), drawable(panels_named(names), seeing)
    if left_out:
        print(left_out)
    with tiny_project() as sized:
        numbers = numbers_of(panels, sized)
    findings = [find_changes(root / PROBES, name, numbers[name]) for name in numbers]
    findings = [finding for finding in findings if finding.changed]
    for finding in findings if not explain else []:
        save(root / PROBES, finding)
    lines = explained(findings, PROBES) if explain else [finding.line for finding in findings]
    print("\n".join(lines) if lines else "every probe is as it was")


def panels_named(names: list[str]) -> list[Panel]:
    """The panels whose ids begin like one of the names; all where none is given."""
    for name in names:
        if not any(panel.id.startswith(name) for panel in PANELS):
            known = ", ".join(panel.id for panel in PANELS)
            raise Advice(f"no panel begins with {name}; choose among {known}.")
    return [panel for panel in PANELS if panel.id.startswith(tuple(names or [""]))]


__all__ = [
    "PROBES",
    "PROFILE",
    "SEED",
    "Finding",
    "Numbers",
    "panels_named",
    "probe",
    "tiny_project",
]
