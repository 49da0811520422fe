"""How every figure of this project looks: one colour per method, column width, the same bytes."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from remeta.papers.panel import Panel
from remeta.records import Run
from remeta.storage import write_bytes

WIDTH = 3.4  # inches: one column of a paper
SMALL = 6.5  # points: the least a reader can be asked to read
_RC = {
    "axes.axisbelow": True,
    "axes.edgecolor": ".15",
    "axes.labelcolor": ".15",
    "text.color": ".15",
    "xtick.color": ".15",
    "ytick.color": ".15",
    "grid.color": ".8",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "lines.markersize": 4,
    "grid.linewidth": 0.4,
    "figure.dpi": 200,
    "savefig.dpi": 200,
    "svg.hashsalt": "remeta",  # names of parts would be random without
    "pdf.fonttype": 3,  # embedded glyph by glyph; whole subsets are named by a random hash
}
METADATA: dict[str, dict[str, None]] = {  # what would tell when or by what it was drawn
    "pdf": {"CreationDate": None},
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
FORMATS: ContextVar[tuple[str, ...]] = ContextVar("formats", default=("pdf", "png"))


@dataclass(frozen=True)
class Look:
    label: str
    colour: str
    marker: str = "o"
    dash: tuple[float, ...] | str = ""  # lengths of strokes and gaps; none is a full line


LOOKS = {
    "mri": Look("MRI", "#d62728", "o"),
    "maml": Look("MAML", "#8244a8", "s"),
    "maml-trpo": Look("MAML-TRPO", "#8244a8", "s"),
    "maml-vpg": Look("MAML-VPG", "#c39ad9", "v", (4, 1.2)),
    "promp": Look("ProMP", "#0b7285", "^", (5, 1.2, 1, 1.2)),
    "mame": Look("MAME", "#e8780c", "o"),
    "mame-vpg_inner": Look("VPG inner loop", "#4a2400", "v", (1, 1)),
    "mame-reward_ss": Look("reward self-sup.", "#d9b310", "^", (4, 1.2)),
    "mame-vanilla_dice": Look("vanilla DiCE", "#8f8f8f", "s", (5, 1.2, 1, 1.2)),
    "mame-emaml": Look("E-MAML based", "#a8324a", "D", (2, 1)),
    "mame-slow_mu": Look("MAME, slow mu", "#a8324a", "D", (2, 1)),
    "mame-still_mu": Look("MAME, still mu", "#4a2400", "v", (1, 1)),
    "mame-vpg_step1": Look("VPG, 1", "#d9b310", "^", (4, 1.2)),
    "mame-vpg_step10": Look("VPG, 10", "#a8324a", "D", (2, 1)),
    "mame-larger_step": Look("MAME, step 0.5", "#d9b310", "^", (4, 1.2)),
    "gmps": Look("GMPS", "#d6277f", "o"),
    "multitask": Look("MultiTask", "#3b6e22", "v", (4, 1.2)),
    "pearl": Look("PEARL", "#0a9fa5", "D", (5, 1.2)),
    "rl2": Look("RL2", "#c77800", "P", (1, 1)),
    "maesn": Look("MAESN", "#5a5fd0", "P", (1, 1)),
    "gmps-aggregated": Look("with aggregation", "#7a1747", "^", (4, 1.2)),
    "gmps-steps1": Look("1 step", "#3d0c24", "v", (1, 1)),
    "gmps-steps10": Look("10 steps", "#8f1a54", "s", (3, 1.2)),
    "gmps-head": Look("last layer and bias", "#8f1a54", "s", (3, 1.2)),
    "gmps-bias": Look("bias alone", "#3d0c24", "v", (1, 1)),
    "gmps-unbiased": Look("GMPS without", "#f08dbb", "^", (4, 1.2)),
    "maml-unbiased": Look("MAML without", "#c39ad9", "v", (4, 1.2)),
    "dr": Look("domain rand.", "#6f6f6f", "D", (5, 1.2)),
    "maml-offset": Look("MAML + offset", "#c39ad9", "v", (4, 1.2)),
    "maml-advantage": Look("MAML + adv.", "#7fb83d", "^", (4, 1.2)),
    "norml": Look("NoRML", "#1b7f3b", "o"),
    "maml-slip": Look("MAML, slip", "#c39ad9", "v", (4, 1.2)),
    "norml-slip": Look("NoRML, slip", "#7fb83d", "^", (4, 1.2)),
    "norml-blind": Look("NoRML without s'", "#b5651d", "X", (1, 1)),
    "bc": Look("BC", "#2a6fbb", "s", (4, 1.2)),
    "gail": Look("GAIL", "#d62728", "o"),
    "airl": Look("AIRL", "#e8780c", "^", (5, 1.2)),
    "bc-demos4": Look("BC", "#2a6fbb", "s", (4, 1.2)),
    "gail-demos4": Look("GAIL", "#d62728", "o"),
    "rail": Look("RAIL", "#8244a8", "v", (1, 1)),
    "smile": Look("SMILe", "#3455db", "o"),
    "smile_states": Look("SMILe, state-only", "#228b22", "^", (5, 1.2)),
    "meta_dagger": Look("Meta-DAgger", "#800080", "D", (2, 1)),
    "sparse_sac": Look("SAC, told the goal", "#6f6f6f", "v", (5, 1.2, 1, 1.2)),
    "sparse_sac-official": Look("SAC, goals mixed up", "#b5651d", "X", (1, 1)),
    "meta_bc-pre_tanh": Look("Meta-BC, official loss", "#f2a093", "s", (1, 1)),
    "meta_dagger-official": Look("Meta-DAgger, official", "#c39ad9", "D", (1, 1)),
    "base": Look("base policy", "#b0b0b0", "", (1, 1)),
    "meta_bc": Look("Meta-BC", "#e8503a", "s", (4, 1.2)),
    "imitation": Look("imitation", "#2c9a3f", "^"),
    "random": Look("random", "#2a6fbb", "D"),
    "expert": Look("expert", "#7f7f7f", "", (4, 2)),
    "mri-steps1": Look("1 step", "#33101c", "v", (1, 1)),
    "mri-steps10": Look("10 steps", "#6b1a2e", "s", (3, 1.2)),
    "mri-steps50": Look("50 steps", "#a32130", "^", (5, 1.2)),
    "mri-uncorrected": Look("none", "#e8927c", "s", (1, 1)),
    "mri-trajectory": Look("trajectory", "#7a1730", "^", (4, 1.2)),
    "mri-longer": Look("MRI, longer", "#7a1730", "v", (4, 1.2)),
    "mri-official": Look("MRI, 3 steps", "#e8927c", "^", (5, 1.2)),
    "mri-official_uncorrected": Look("3 steps, uncorrected", "#e0a800", "D", (1, 1)),
}


def look(run: str, panel: Panel | None = None) -> Look:
    """A run's look, with the name it has on a panel; a variant that nobody has styled yet is its
    method, which is dashed unless the panel has a name for it."""
    called, method = dict(panel.called if panel else ()), Run.parse(run).method
    known = run if run in LOOKS else method
    if known not in LOOKS or (known != run and run not in called):
        return Look(run, LOOKS[known].colour if known in LOOKS else "#444444", "X", (3, 1))
    return replace(LOOKS[known], label=called.get(run, LOOKS[known].label))


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save under this style, whatever the caller's is."""
    with mpl.rc_context({**mpl.rcParamsDefault, **_RC}):  # type: ignore[arg-type]
        yield


def sheet(height: float) -> Figure:
    """An empty figure of column width; not one of pyplot's, so nothing is left open."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03)  # type: ignore[union-attr]
    return figure


def log_scale(axes: Axes, which: str = "x", labelled: tuple[int, ...] = (1, 2, 5)) -> None:
    """A logarithmic axis with plain numbers at these multiples of ten, or at as many as fit."""
    axes.set(**{f"{which}scale": "log"})  # type: ignore[arg-type]
    axis = {"x": axes.xaxis, "y": axes.yaxis}[which]
    low, high = axis.get_view_interval()
    decades = math.log10(high / low)
    labelled = (1, 2, 5) if decades < 1 else labelled if decades < 3 else (1,)
    axis.set_major_locator(LogLocator(subs=labelled))
    axis.set_major_formatter("{x:,g}")
    axis.set_minor_formatter(NullFormatter())


def deep_scale(axes: Axes, linear: float, ticks: tuple[float, ...]) -> None:
    """A vertical axis that is linear near zero and logarithmic beyond, for what falls far below."""
    low, high = axes.get_ylim()
    axes.set_yscale("symlog", linthresh=linear)
    axes.set_yticks([tick for tick in ticks if low <= tick <= high])
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


def caption(figure: Figure, text: str, width: int = 66) -> None:
    """A few small lines under the axes; the layout makes room for them."""
    figure.supxlabel(fill(text, width), fontsize=SMALL, x=0.02, ha="left", color="#333333")


@contextmanager
def drawn_as(*formats: str) -> Iterator[None]:
    """Pictures are saved in these formats, of `METADATA`."""
    before = FORMATS.set(formats)
    try:
        yield
    finally:
        FORMATS.reset(before)


def save(figure: Figure, stem: Path) -> None:
    """`stem`.pdf and `stem`.png, without dates or versions."""
    for ending in FORMATS.get():
        buffer = BytesIO()
        figure.savefig(buffer, format=ending, metadata=METADATA[ending])
        write_bytes(stem.with_name(f"{stem.name}.{ending}"), buffer.getvalue())
