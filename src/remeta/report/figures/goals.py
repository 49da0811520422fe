"""Where the ant is sent: figure 2, right, of MRI."""

from pathlib import Path

from jaxtyping import Float
from numpy import ndarray

from remeta.report.figures.style import caption, save, sheet, styled


def draw_goals(points: Float[ndarray, "goal 2"], stem: Path) -> None:
    with styled():
        figure = sheet(2.2)
        axes = figure.add_subplot()
        axes.scatter(
            points[:, 0], points[:, 1], s=14, color="#d62728", alpha=0.75,
            edgecolor="white", linewidth=0.3,
        )  # fmt: skip
        axes.plot(0, 0, marker="+", color="#333333", markersize=7)
        axes.annotate("start", (0, 0), (0, 5), textcoords="offset points", ha="center", fontsize=7)
        axes.set(xlabel="x of the goal (m)", ylabel="y of the goal (m)", aspect="equal")
        axes.set(xlim=(-2.3, 2.3), ylim=(-0.3, 2.3))
        axes.grid(alpha=0.5)
        caption(figure, f"The {len(points)} goals of the ant in meta-training.")
        save(figure, stem)
