"""The stages of reports: each reads results, checks them, and writes whole files or none."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pandas as pd

from remeta.frozen import Advice
from remeta.papers import mri
from remeta.papers.panel import Panel
from remeta.report import page
from remeta.report import scoreboard as board
from remeta.report.claims import present, read_claims, verdicts
from remeta.report.claims import table as claims_table
from remeta.report.curves import by_iteration, labels
from remeta.report.figures import adaptation, correction, steps
from remeta.report.figures import scoreboard as scoreboard_figure
from remeta.report.results import Results
from remeta.report.statistics import flat, iqm
from remeta.report.tables import SHOWN, by_step, cells
from remeta.report.text import latex, markdown
from remeta.storage import write_text

PAPERS: dict[str, ModuleType] = {"mri": mri}
DRAWINGS: dict[str, Callable[[Results, Path], None]] = {
    "ablation_steps": steps.draw,
    "ablation_correction": correction.draw,
}


def inputs(panel: Panel, profile: str, seeds: Sequence[int], root: Path) -> list[Path]:
    """All files that the table and the figure of a panel read."""
    results = _results(panel, profile, seeds, root)
    return [*results.score_paths(), *results.curve_paths()]


def table(panel: Panel, profile: str, seeds: Sequence[int], root: Path) -> None:
    """<panel>.csv, .md and .tex, and <panel>_curves.csv, in results/<profile>/<paper>/tables."""
    results = _results(panel, profile, seeds, root)
    rows, curves = by_step(results), by_iteration(results)
    head, lines = cells(rows, labels(results))
    stem = root / profile / panel.paper / "tables" / panel.name
    _write_csv(stem.with_name(f"{panel.name}_curves.csv"), curves)
    write_text(stem.with_suffix(".md"), markdown(head, lines))
    write_text(stem.with_suffix(".tex"), latex(head, lines))
    _write_csv(stem.with_suffix(".csv"), rows)


def figure(panel: Panel, profile: str, seeds: Sequence[int], root: Path, figures: Path) -> None:
    """<figures>/<paper>/<panel>.pdf and .png."""
    draw = DRAWINGS.get(panel.name, adaptation.draw)
    draw(_results(panel, profile, seeds, root), figures / panel.paper / panel.name)


def claims(paper_name: str, profile: str, seeds: Sequence[int], root: Path) -> None:
    """claims.csv and summary.json of the panels that were run in this profile."""
    paper, folder = _paper(paper_name), root / profile / paper_name
    known = present(paper.PANELS, profile, seeds, root)
    rows = verdicts(paper.CLAIMS, known, profile)
    summary = {
        "panels": {name: _summary(results) for name, results in known.items()},
        "claims": {
            row.id: _finite({"effect": row.effect}) | {"verdict": row.verdict} for row in rows
        },
    }
    _write_csv(folder / "claims.csv", claims_table(rows))
    write_text(folder / "summary.json", json.dumps(summary, indent=2) + "\n")


def report(paper_name: str, profile: str, root: Path, figures: Path) -> None:
    """report.md of a paper in a profile, from its tables and claims."""
    paper, folder = _paper(paper_name), root / profile / paper_name
    at = page.Sheet(folder, figures / paper_name, folder / "report.md")
    title = str(paper.__doc__).strip().removesuffix(".")
    rows = read_claims(folder / "claims.csv")
    write_text(at.page, page.compose(title, paper.PANELS, rows, paper.DEVIATIONS, at))


def scoreboard(root: Path, readme: Path, figures: Path) -> None:
    """The block of claims in README.md, and <figures>/scoreboard.pdf and .png."""
    listed = [claim for paper in PAPERS.values() for claim in paper.CLAIMS]
    rows = board.gather(root, list(PAPERS), listed)
    text = board.renewed(readme, board.block(rows, listed))
    scoreboard_figure.draw(rows, figures / "scoreboard")
    write_text(readme, text)


def _results(panel: Panel, profile: str, seeds: Sequence[int], root: Path) -> Results:
    return Results(panel, profile, tuple(seeds), Path(root))


def _paper(name: str) -> ModuleType:
    if name not in PAPERS:
        raise Advice(f"{name!r} is no paper known here; choose among {', '.join(PAPERS)}.")
    return PAPERS[name]


def _summary(results: Results) -> dict[str, dict[str, float]]:
    """Interquartile means after some updates, as returns and on the expert scale."""
    summary = {}
    for run in results.runs:
        steps_run = [step for step in SHOWN if step in results.steps(run)]
        means = {step: iqm(flat(results.matrix(run, step))) for step in steps_run}
        summary[run] = {f"return_{step}": float(mean) for step, mean in means.items()} | {
            f"s_{step}": float(results.on_scale(mean)) for step, mean in means.items()
        }
    return {run: _finite(values) for run, values in summary.items()}


def _finite(values: dict[str, float]) -> dict[str, float]:
    """Six digits of what JSON can hold."""
    return {name: float(f"{v:.6g}") for name, v in values.items() if math.isfinite(v)}


def _write_csv(path: Path, frame: pd.DataFrame) -> None:
    write_text(path, frame.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
