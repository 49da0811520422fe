"""Imports point downward, heavy libraries stay where they belong, files stay small."""

import subprocess
import sys

import pytest
from importlinter.cli import lint_imports

from tests.contracts.graph import ROOT

LINES = 220
WALK = """
import pkgutil, sys
from importlib import import_module
for name in sys.argv[1:]:
    root = import_module(f"remeta.{name}")
    for part in pkgutil.walk_packages(getattr(root, "__path__", []), root.__name__ + "."):
        import_module(part.name)
print([name for name in ("torch", "pytorch_lightning") if name in sys.modules])
"""
HELP = """
import sys
from remeta.cli import main
try:
    main(["--help"])
finally:
    print([name for name in sys.argv[1:] if name in sys.modules])
"""


def last_line(code: str, *words: str) -> str:
    end = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return end.stdout.splitlines()[-1]


def test_the_import_contracts_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


@pytest.mark.parametrize("packages", ["report", "page", "records tasks papers frozen storage"])
def test_no_module_of_these_brings_torch_into_a_fresh_interpreter(packages):
    assert last_line(WALK, *packages.split()) == "[]"


def test_asking_for_help_costs_no_large_library():
    assert last_line(HELP, "torch", "pandas", "pytorch_lightning", "numpy", "mujoco", "dvc") == "[]"


def test_collecting_results_costs_no_torch():
    assert last_line(WALK, "pipeline.stages.reports") == "[]"


def test_every_file_can_be_read_in_one_sitting():
    long = {
        str(path.relative_to(ROOT)): count
        for path in (ROOT / "src/remeta").rglob("*.py")
        if (count := len(path.read_text().splitlines())) > LINES
    }
    assert not long
