"""CONTRIBUTING.md is true: what it tells to add is added to a copy of the project and run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.graph import ROOT

BLOCK = re.compile(
    r"^`(?P<path>[^`]+)`(?: after `(?P<line>[^`\n]+)`)?\n\n```\w+\n(?P<text>.*?)```$", re.M | re.S
)
COPIED = ("src", "profiles", "tests", ".dvc/config", ".dvcignore", "dvc.yaml", "params.yaml")
RUN = """
from remeta import cli
from remeta.runner.project import Project

assert cli.main(["profile", "quick"]) == 0
assert cli.main(["probe", "slopes"]) == 0
with Project() as project:
    names = project.plan(["slopes"])
    commands = [project.command(name)[0][-1] for name in names if name != "probes"]
for command in commands:
    assert cli.main(command.split()[1:]) == 0, command
print("; ".join(commands))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project with all blocks of the text in their places."""
    folder = tmp_path_factory.mktemp("contributed") / "remeta"
    for name in COPIED:
        source = ROOT / name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for block in BLOCK.finditer((ROOT / "CONTRIBUTING.md").read_text()):
        add(folder / block["path"], block["line"], block["text"])
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


def add(path: Path, line: str | None, text: str) -> None:
    if line is None:
        assert not path.exists(), path
        path.write_text(text)
    else:
        lines = path.read_text().splitlines(keepends=True)
        (place,) = [at for at, known in enumerate(lines) if known.rstrip("\n") == line][:1]
        path.write_text("".join([*lines[: place + 1], text, *lines[place + 1 :]]))


def told(folder: Path, *words: str, status: int = 0) -> str:
    """What a Python of the copy says."""
    env = os.environ | {"PYTHONPATH": str(folder / "src"), "DVC_NO_ANALYTICS": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_a_method_a_family_a_kind_and_a_paper_are_new_files_and_lines(copy):
    commands = told(copy, "-c", RUN)
    assert "remeta train slopes_fig1 hill 1" in commands and "remeta report slopes" in commands
    assert "mri" not in commands and "mame" not in commands
    report = (copy / "results/quick/slopes/report.md").read_text()
    assert "SLOPES-1: Hill climbing ends high." in report
    assert re.search(r"> -5: \S+ \[.*\] \((supported|contradicted|inconclusive)\)", report)
    figure = copy / "results/quick/figures/slopes/fig1.png"
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_the_copy_keeps_the_contract_of_dvc_yaml_and_prints_what_is_missing(copy):
    pytest_ = ("-m", "pytest", "-q", "--import-mode=importlib", "tests/contracts/test_stages.py")
    told(copy, *pytest_, "-k", "slope or nothing_else")
    whole = (copy / "dvc.yaml").read_text()
    without = re.sub(r"  # Figure 1\n.*?(?=  slopes_claims)", "", whole, flags=re.S)
    assert len(without) < len(whole)
    (copy / "dvc.yaml").write_text(without)
    try:
        said = told(copy, *pytest_, "-k", "nothing_else", status=1)
    finally:
        (copy / "dvc.yaml").write_text(whole)
    assert "paste into dvc.yaml" in said and "train_slopes_fig1: {<<: *train_alone" in said
