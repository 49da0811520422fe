"""What leaves the project: the page of a profile, and files for who writes a paper."""

from pathlib import Path

from remeta.frozen import Advice
from remeta.page import compose
from remeta.page import export as files
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings import blocks
from remeta.pipeline.settings.params import PROFILES, Settings, read_yaml


def page(profile: str | None = None) -> None:
    compose.write(of(profile))


def export(folder: str, names: list[str], profile: str | None = None) -> None:
    made = files.export(Path(folder), names, of(profile))
    print(f"{len(made)} files in {folder}, to be cited as in {folder}/{files.BIB}")


def of(name: str | None) -> compose.Profile:
    """What the page of a profile is made from; the chosen one's without a name."""
    found = _named(name) if name else Settings.load().profile
    return compose.Profile(found.name, found.seeds, RESULTS, Path(found.figures))


def _named(name: str) -> blocks.Profile:
    path = PROFILES / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in PROFILES.glob("*.yaml")))
        raise Advice(f"{path} does not exist; choose among: {known}.")
    return blocks.Profile.read(read_yaml(path), str(path))
