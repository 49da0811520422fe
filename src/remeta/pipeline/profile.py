"""Choosing a profile, and taking one out of the lock again."""

from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from remeta.frozen import Advice
from remeta.pipeline.settings import PARAMS, PROFILES, Profile, Settings, read_yaml
from remeta.storage import write_text

LOCK = Path("dvc.lock")


def choose(name: str) -> None:
    """Write profiles/NAME.yaml into params.yaml; everything else there, comments too, stays."""
    path = PROFILES / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in PROFILES.glob("*.yaml")))
        raise Advice(f"{path} does not exist; choose among: {known}.")
    Profile.read(read_yaml(path), str(path))
    values = read_yaml(PARAMS)
    if isinstance(values, dict):
        values["profile"] = read_yaml(path)
    Settings.of(values, f"{PARAMS} with {path}")  # a mistake is not written down
    yaml = _round_trip()
    params = yaml.load(PARAMS.read_text())
    params["profile"] = yaml.load(path.read_text())
    _write(yaml, params, PARAMS)


def forget(name: str) -> None:
    """Drop a profile's stages from dvc.lock, so that git does not keep what it cannot check."""
    if not LOCK.exists():
        return
    read_yaml(LOCK)
    yaml = _round_trip()
    lock = yaml.load(LOCK.read_text()) or {}
    stages = lock.get("stages") or {}
    for stage in list(stages):
        if f"{stage}-".partition("@")[2].startswith(f"{name}-"):
            del stages[stage]
    _write(yaml, lock, LOCK)


def _round_trip() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    return yaml


def _write(yaml: YAML, values: object, path: Path) -> None:
    text = StringIO()
    yaml.dump(values, text)
    write_text(path, text.getvalue())
