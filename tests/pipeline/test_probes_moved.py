"""Rewriting the code leaves every probe as it was; one flipped sign moves those of its method.

Each variant of the source is probed by the command itself, in a project and a process of its own,
for the panels of the point robot; what is compared are the bytes of the files, on which the train
stages depend.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from remeta.pipeline import probes
from tests.contracts.graph import params
from tests.pipeline.tiny import ROOT

POINT = ("mri_fig3_point", "mri_ablation_correction")
RUNS = [f"{panel} {run}" for panel in POINT for run in params()["grid"][panel]["train"]]
AFTER = "_by_another_name"
METHODS = ("imitation", "maml", "mri")
PROTOCOL = {"__init__", "meta_step", "build", "adaptation"}
# Libraries take seconds to import, remeta does not: a process forks from one that has the former.
RUN = """
import json, os, sys
import pytorch_lightning, torch
for folder, *words in json.loads(sys.argv[1]):
    if not os.fork():
        sys.path.insert(0, os.path.join(folder, "src"))
        os.chdir(folder)
        import remeta.cli
        assert remeta.__file__.startswith(folder)
        os._exit(remeta.cli.main(["probe", *words]))
    assert os.waitstatus_to_exitcode(os.wait()[1]) == 0, folder
"""
# A sign in a method or in its objective, and the runs whose probes then move.
FLIPS = {
    "mri": (
        "methods/mri.py",
        "[support], self.params.inner_rate",
        "[support], -self.params.inner_rate",
        {"mri", "mri-uncorrected", "mri-trajectory"},
    ),
    "mri without correction": (
        "learners/imitated.py",
        "torch.exp(log_prob - old).detach()",
        "torch.exp(log_prob + old).detach()",
        {"mri-uncorrected"},
    ),
    "mri by trajectory": (
        "core/objectives.py",
        "torch.exp(log_prob.detach() - old_log_prob)",
        "torch.exp(log_prob.detach() + old_log_prob)",
        {"mri-trajectory"},
    ),
    "maml": (
        "methods/maml.py",
        "return reinforce(log_prob, support.advantage",
        "return -reinforce(log_prob, support.advantage",
        {"maml"},
    ),
    "imitation": (
        "methods/imitation.py",
        "self.params.outer_rate,",
        "-self.params.outer_rate,",
        {"imitation"},
    ),
    "all demonstrations": (
        "experience/practice.py",
        "lambda part: part[rows[:, 0]]",
        "lambda part: -part[rows[:, 0]]",
        {"mri", "mri-uncorrected", "mri-trajectory", "imitation"},
    ),
}


class Renamed(ast.NodeTransformer):
    """Every method but those of the protocol, and every local variable, under another name."""

    def __init__(self, tree: ast.Module):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside = [node for function in functions for node in ast.walk(function)]
        taken = {node.arg for node in inside if isinstance(node, ast.arg | ast.keyword)}
        stored = [n for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        self.variables = {node.id for node in stored} - taken
        self.methods = {function.name for function in functions} - PROTOCOL
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        self.imported = {alias.asname or alias.name for node in imports for alias in node.names}

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Fields are parameters, whose names stand in params.yaml."""
        node.body = [self.visit(n) if isinstance(n, ast.FunctionDef) else n for n in node.body]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name += AFTER * (node.name in self.methods)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id += AFTER * (node.id in (self.variables | self.methods) - self.imported)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        own = isinstance(node.value, ast.Name) and node.value.id == "self"
        node.attr += AFTER * (own and node.attr in self.methods)
        return self.generic_visit(node)


def renamed(source: Path) -> None:
    for method in METHODS:
        path = source / "methods" / f"{method}.py"
        tree = ast.parse(path.read_text())
        path.write_text(ast.unparse(Renamed(tree).visit(tree)))
        assert path.read_text().count(AFTER) > 8


def reformatted(source: Path) -> None:
    """Without a comment or a blank line, parenthesised and broken as the compiler likes it."""
    for path in source.rglob("*.py"):
        path.write_text(ast.unparse(ast.parse(path.read_text())))


def logged(source: Path) -> None:
    """Every meta-step of every method says so."""
    for method in METHODS:
        path = source / "methods" / f"{method}.py"
        line = "        indices = practice.draw_tasks()\n"
        told = "        import sys\n        print('drawn', indices, file=sys.stderr)\n"
        replace(path, line, line + told)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{path.name} has {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new))


REWRITTEN: dict[str, Callable[[Path], None]] = {
    "renamed": renamed, "reformatted": reformatted, "logged": logged,
}  # fmt: skip


@pytest.fixture(scope="module")
def moved(tmp_path_factory) -> dict[str, set[str]]:
    """By variant, the probes that were written anew."""
    folder = tmp_path_factory.mktemp("variants")
    jobs = []
    for name in ("untouched", *REWRITTEN, *FLIPS):
        source = project(folder / name) / "src/remeta"
        if name in FLIPS:
            file, old, new, _ = FLIPS[name]
            replace(source / file, old, new)
        elif name in REWRITTEN:
            REWRITTEN[name](source)
        jobs.append([str(folder / name), *POINT])
    environment = os.environ | {"OMP_NUM_THREADS": "1", "REMETA_THREADS": "1"}
    end = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(jobs)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert end.returncode == 0, end.stderr[-3000:]
    return {name: changed(folder / name) for name in ("untouched", *REWRITTEN, *FLIPS)}


def project(folder: Path) -> Path:
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / probes.PROBES, folder / probes.PROBES)
    shutil.copy(ROOT / "params.yaml", folder)
    return folder


def changed(folder: Path) -> set[str]:
    """Names of the probes whose files differ from the committed ones."""
    return {
        path.stem
        for path in (folder / probes.PROBES).glob("*.json")
        if path.read_bytes() != (ROOT / probes.PROBES / path.name).read_bytes()
    }


@pytest.mark.parametrize("variant", ["untouched", *REWRITTEN])
def test_code_that_does_the_same_leaves_every_probe_as_it_was(variant, moved):
    assert moved[variant] == set()


@pytest.mark.parametrize("variant", FLIPS)
def test_a_flipped_sign_moves_the_probes_of_the_runs_it_touches_and_no_others(variant, moved):
    touched = [run for run in RUNS if run.partition(" ")[2] in FLIPS[variant][-1]]
    trained, scored = (
        {f"{verb}_{run.replace(' ', '_')}" for run in touched} for verb in ("train", "evaluate")
    )
    assert trained <= moved[variant] <= trained | scored
