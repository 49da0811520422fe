"""Where everything lies, all paths relative to the project's root."""

from pathlib import Path

from remeta.papers.panel import Panel

DATA, MODELS, RESULTS, SCRATCH = Path("data"), Path("models"), Path("results"), Path(".scratch")


def tasks(profile: str, dataset: str) -> Path:
    return DATA / "tasks" / profile / f"{dataset}.json"


def expert(profile: str, dataset: str) -> Path:
    return DATA / "experts" / profile / f"{dataset}.safetensors"


def exam(profile: str, dataset: str) -> Path:
    """How the expert does in every task, beside the expert."""
    return DATA / "experts" / profile / f"{dataset}_exam.csv"


def demos(profile: str, dataset: str) -> Path:
    return DATA / "demos" / profile / f"{dataset}.npz"


def context(profile: str, dataset: str, split: str) -> Path:
    """Demonstrations of tasks that are held out."""
    return DATA / "context" / profile / f"{dataset}_{split}.npz"


def model(profile: str, panel: Panel, run: str, seed: int) -> Path:
    return MODELS / profile / panel.paper / panel.name / f"{run}-{seed}.safetensors"


def result(profile: str, panel: Panel, kind: str, run: str, seed: int, ending: str) -> Path:
    """`kind` is scores, curves or costs."""
    return RESULTS / profile / panel.paper / panel.name / kind / f"{run}-{seed}.{ending}"


def probe(name: str) -> Path:
    return RESULTS / "probes" / f"{name}.json"


def scratch(profile: str, panel: Panel, run: str, seed: int) -> Path:
    """Live curves of a run; never an output, so nobody deletes them under it."""
    return SCRATCH / "live" / profile / panel.id / f"{run}-{seed}"


def checkpoints(profile: str, stage: str) -> Path:
    """Where a long stage keeps what it has come to, a folder for every fingerprint."""
    return SCRATCH / profile / stage
