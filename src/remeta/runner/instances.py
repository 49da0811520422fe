"""The stages that some profile yields, and which files are of the kind that stages make."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dvc.repo import Repo

from remeta.frozen import Advice
from remeta.pipeline.settings.params import PARAMS, PROFILES, read_yaml, write_yaml
from remeta.runner.dvc_internals import errors_as_advice
from remeta.runner.reading import fast_loading

DVC_FILES = ("dvc.yaml", ".dvcignore", ".dvc/config")
PLACEHOLDER = re.compile(r"\$\{[^}]*\}")

Instances = dict[str, list[Path]]  # stage name -> its outputs


def instances(root: Path) -> Instances:
    """Of every file in profiles/, and of params.yaml as it is, whatever its profile is called."""
    params = read_yaml(root / PARAMS)
    profiles = [read_yaml(path) for path in sorted((root / PROFILES).glob("*.yaml"))]
    if not profiles:
        raise Advice(f"{PROFILES}/ has no profile, so every stage would be gone; restore it.")
    stages: Instances = {}
    profiles += [params["profile"]] if params["profile"] not in profiles else []
    for profile in profiles:
        stages |= resolve(root, params | {"profile": profile})
    return stages


def generated(root: Path) -> list[Path]:
    """The files here that look like an output whose name holds a profile, a run or a seed."""
    blocks = read_yaml(root / "dvc.yaml")["stages"].values()
    outs = [out for block in blocks for out in _outs(block) if "${item." in out]
    top_folders = {folder for folder in (Path(out).parts[0] for out in outs) if "$" not in folder}
    paths = [path for folder in sorted(top_folders) for path in sorted((root / folder).rglob("*"))]
    files = [path.relative_to(root) for path in paths if path.is_symlink() or path.is_file()]
    patterns = [re.compile("[^/]+".join(map(re.escape, PLACEHOLDER.split(out)))) for out in outs]
    return [file for file in files if any(p.fullmatch(file.as_posix()) for p in patterns)]


def resolve(root: Path, params: Mapping[str, Any]) -> Instances:
    """As DVC resolves dvc.yaml with these parameters, beside the project."""
    with TemporaryDirectory(prefix="remeta-prune-") as folder:
        (Path(folder) / ".dvc").mkdir()
        for name in DVC_FILES:
            if (root / name).exists():
                shutil.copy(root / name, Path(folder) / name)
        write_yaml(Path(folder) / PARAMS, dict(params))
        core = {"no_scm": True, "site_cache_dir": f"{folder}/.dvc/site"}
        with (
            errors_as_advice(),
            fast_loading(Path(folder), dict),
            Repo(folder, config={"core": core}) as repo,
        ):
            stages: Any = repo.index.stages
            return {stage.name: [Path(out.def_path) for out in stage.outs] for stage in stages}


def _outs(block: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("outs", "metrics", "plots"):
        for out in block.get(kind, []):
            yield out if isinstance(out, str) else next(iter(out))
