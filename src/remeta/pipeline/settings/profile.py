"""Choosing a profile."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from remeta.frozen import Advice
from remeta.pipeline.settings.blocks import Profile
from remeta.pipeline.settings.params import PARAMS, PROFILES, Settings, read_yaml
from remeta.storage import write_text


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
    text = StringIO()
    yaml.dump(params, text)
    write_text(PARAMS, text.getvalue())


def _round_trip() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.representer.add_representer(type(None), _null)
    return yaml


def _null(representer: Any, _: None) -> Any:
    """Written out, as a person wrote it."""
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")
