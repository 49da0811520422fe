"""`remeta verify`: a panel trained from scratch, and whether that says what is committed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from remeta.frozen import Advice
from remeta.page.front.tally import SMALL_TO_LARGE
from remeta.papers.panel import Panel
from remeta.papers.registry import PAPERS, panel_named
from remeta.pipeline.places import RESULTS, SCRATCH
from remeta.pipeline.settings.names import IDS
from remeta.pipeline.settings.params import PARAMS, PROFILES, read_yaml
from remeta.report.kinds import KINDS, read
from remeta.runner import agreement
from remeta.runner.agreement import APART, IDENTICAL, Comparison
from remeta.runner.instances import resolve
from remeta.runner.repro import single_runner
from remeta.runner.workspace import Spec, Workspace, git
from remeta.storage import write_text

FOLDER = SCRATCH / "verify"


def verify(panel_id: str, count: int | None = None) -> int:
    """0 if every interval overlaps the committed one and every verdict is the same, 1 if not."""
    panel, root = panel_named(panel_id), Path.cwd()
    profile = committed_profile(panel, root)
    seeds = first(committed_yaml(PROFILES / f"{profile}.yaml", root)["seeds"], count)
    spec = Spec(git("rev-parse", "HEAD", at=root), profile, seeds)
    workspace = Workspace(FOLDER / panel.id)
    with single_runner(FOLDER, "verify"):
        if not workspace.is_for(spec):
            workspace.make(root, spec)
        workspace.repro(profile, targets(panel, workspace, spec))
        committed, new = (
            read(panel, profile, seeds, folder)
            for folder in (workspace.committed, workspace.project / RESULTS)
        )
        lines = agreement.compare(committed, new, PAPERS[panel.paper].CLAIMS)
        files = agreement.same_files(committed, new)
        disagreements = [line for line in lines if line.agrees == APART]
        text = page(panel, spec, lines, files)
        write_text(FOLDER / f"{panel.id}.md", text)
        print(text, end="")
        if disagreements:
            print(f"\nWhat was trained is kept in {workspace.folder}.")
        else:
            workspace.remove()
    return 1 if disagreements else 0


def committed_profile(panel: Panel, root: Path) -> str:
    """The largest profile of which git has the panel's own scores, or whatever it is judged by."""
    folders = [Path(line).parts for line in _tracked(root)]
    kinds = {kind.evidence for kind in KINDS.values()}
    scores = [parts for parts in folders if len(parts) == 6 and parts[4] in kinds]
    profiles = {parts[1] for parts in scores if parts[2:4] == (panel.paper, panel.name)}
    if not profiles:
        others = [name for name in IDS if any(f"{parts[2]}_{parts[3]}" == name for parts in scores)]
        known = f"choose among {', '.join(others)}" if others else "nor are any others"
        raise Advice(f"no scores of {panel.id} are committed; {known}.")
    return max(profiles, key=lambda name: _size(name))


def first(seeds: Sequence[int], count: int | None) -> tuple[int, ...]:
    if count is not None and not 1 <= count <= len(seeds):
        raise Advice(f"--seeds {count} is none of 1 to {len(seeds)}, the committed seeds.")
    return tuple(seeds[:count])


def targets(panel: Panel, workspace: Workspace, spec: Spec) -> list[str]:
    """The stages that write what the panel is judged by, borrowed runs among it."""
    files = read(panel, spec.profile, spec.seeds, RESULTS).inputs()
    profile = read_yaml(workspace.project / PROFILES / f"{spec.profile}.yaml")
    values = read_yaml(workspace.project / PARAMS) | {"profile": profile}
    stages = resolve(workspace.project, values)
    return [name for name, outs in stages.items() if not {*files}.isdisjoint(outs)]


def page(panel: Panel, spec: Spec, lines: Sequence[Comparison], files: tuple[int, int]) -> str:
    """The table, and in a line above and a few below it what it comes to."""
    seeds = " ".join(map(str, spec.seeds))
    same = sum(line.agrees == IDENTICAL for line in lines)
    disagreements = [line for line in lines if line.agrees == APART]
    paragraphs = [
        f"{panel.id} trained from scratch, against what is committed: profile {spec.profile}, "
        f"seeds {seeds}, commit {spec.commit[:10]}.\n",
        agreement.table(lines),
        f"{same} of {len(lines)} rows are identical, and {files[0]} of {files[1]} files "
        "behind them to the byte.",
    ]
    if disagreements:
        paragraphs.append(f"It DISAGREES in {len(disagreements)} of {len(lines)} rows:")
        paragraphs += [
            f"  {line.name}, {line.of}: {line.committed or 'nothing'} is committed, "
            f"{line.new or 'nothing'} came out"
            for line in disagreements
        ]
    else:
        paragraphs.append("It agrees: every interval overlaps, every verdict is the same.")
    return "\n".join([*paragraphs, ""])


def committed_yaml(path: Path, root: Path) -> Any:
    return YAML(typ="safe").load(git("show", f"HEAD:./{path}", at=root))


def _size(profile: str) -> tuple[int, str]:
    return (SMALL_TO_LARGE.index(profile) if profile in SMALL_TO_LARGE else -1), profile


def _tracked(root: Path) -> list[str]:
    return git("ls-tree", "-r", "--name-only", "HEAD", f"{RESULTS}/", at=root).splitlines()
