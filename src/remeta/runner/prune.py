"""`remeta prune`: takes away what no profile, run or seed has any more.

Models, results and entries of dvc.lock are of a stage instance, such as train_x@quick-mri-3. One
exists if some profile yields it with the present grid. What does not is removed with all it left;
what no stage makes is left alone, and so is what git tracks and no output of dvc.yaml looks like.
"""

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from remeta.pipeline import places
from remeta.pipeline.places import SCRATCH
from remeta.runner import traces
from remeta.runner.folding import folded, lines
from remeta.runner.instances import Instances, generated, instances
from remeta.runner.lockfile import parsed
from remeta.runner.locks import Locks
from remeta.runner.project import Project
from remeta.runner.repro import single_runner

CHECKPOINTED = ("train", "expert")  # stages that keep checkpoints
MAX_NAMES = 4  # names of a folder's files


@dataclass(frozen=True)
class Leftovers:
    entries: list[str]  # of dvc.lock
    paths: list[Path]
    kept: list[Path]  # made by a stage that is gone from dvc.yaml, and tracked by git


def prune(dry_run: bool = False) -> None:
    root = Path.cwd()
    if dry_run:
        report(find_leftovers(root), "would remove")
        return
    with single_runner(), Project() as project, project.locked():
        leftovers = find_leftovers(root)
        assert not {*leftovers.entries} & {*project.order}, "a stage that exists was to be removed"
        report(leftovers, "removes")
        for path in leftovers.paths:
            remove(path)
        project.lock.drop(lambda name: name in leftovers.entries)  # last: it knows what is to go


def find_leftovers(root: Path) -> Leftovers:
    current, entries = instances(root), Locks(root).entries()
    unknown = [name for name in entries if name not in current]
    outputs = {out for outs in current.values() for out in outs}
    stray = [path for path in generated(root) if not _touches(path, outputs)]
    recorded = {path for name in unknown for path in _outputs(entries[name])}
    recorded = {path for path in recorded if path.exists() and not _touches(path, outputs)}
    tracked = _tracked(root)
    obsolete = sorted(recorded.difference(stray))
    kept = [path for path in obsolete if _touches(path, tracked)]
    paths = [*stray, *(path for path in obsolete if path not in kept), *_scratch(current)]
    return Leftovers(unknown, paths, kept)


def report(leftovers: Leftovers, verb: str) -> None:
    entries, total = leftovers.entries, 0
    text = [f"dvc.lock, {len(entries)} entries: {', '.join(folded(entries))}"] if entries else []
    for folder, paths in _by_folder(leftovers.paths).items():
        count = sum(map(size, paths))
        total += count
        text.append(f"{folder}/, {_files(paths)}, {human_size(count)}: {_some(paths)}")
    if text:
        head = f"{verb} {_files(leftovers.paths)} ({human_size(total)}) and {len(entries)} entries"
        print("\n".join([head, *(line for item in text for line in lines(f"  {item}", " " * 4))]))
    else:
        print("nothing to remove: every entry and file is of a stage that some profile has")
    if leftovers.kept:
        kept = ", ".join(map(str, leftovers.kept))
        print("\n".join(lines(f"left to you, since git tracks it and no stage makes it: {kept}")))


def size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files)


def human_size(count: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"


def remove(path: Path) -> None:
    """And the folders that are empty without it, but for the topmost."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    for folder in [*path.parents][:-2]:
        if any(folder.iterdir()):
            return
        folder.rmdir()


def _outputs(entry: str) -> Iterator[Path]:
    """Those inside of the project."""
    for path in (Path(out["path"]) for out in parsed(entry).get("outs", [])):
        if not path.is_absolute() and ".." not in path.parts:
            yield path


def _touches(path: Path, others: set[Path]) -> bool:
    """Whether it is one of them, lies in one or holds one."""
    inside = any(path in other.parents for other in others)
    return inside or path in others or not others.isdisjoint(path.parents)


def _scratch(current: Instances) -> Iterator[Path]:
    """Logs, live curves and checkpoints of stages that are gone."""
    for template in (traces.log_file("x"), traces.progress_file("x")):
        for path in sorted(template.parent.glob(f"*{template.suffix}")):
            if path.name.removesuffix(template.suffix) not in current:
                yield path
    for path in sorted((SCRATCH / "live").glob("*/*/*")):
        profile, panel, cell = path.parts[-3:]
        if f"train_{panel}@{profile}-{cell}" not in current:
            yield path
    kept = {_checkpoints(name) for name in current}
    for path in sorted(p for block in CHECKPOINTED for p in SCRATCH.glob(f"*/{block}_*")):
        if path not in kept:
            yield path


def _checkpoints(stage: str) -> Path:
    """As in `places.checkpoints`: train_x@quick-mri-0 keeps its own in quick/train_x-mri-0."""
    block, _, cell = stage.partition("@")
    profile, dash, rest = cell.partition("-")
    return places.checkpoints(profile, f"{block}{dash}{rest}")


def _tracked(root: Path) -> set[Path]:
    result = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    return {Path(name) for name in result.stdout.split("\0") if name}


def _by_folder(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    grouped: dict[Path, list[Path]] = defaultdict(list)
    for path in paths:
        grouped[path.parent].append(path)
    return dict(grouped)


def _files(paths: Sequence[Path]) -> str:
    return "1 file" if len(paths) == 1 else f"{len(paths)} files"


def _some(paths: Sequence[Path]) -> str:
    names = [path.name for path in paths]
    more = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
