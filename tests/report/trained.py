"""Training curves, gradients and roll-outs as MAME's stages would write them, of a known truth."""

import math
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from remeta.papers.mame import PANELS
from remeta.records import IDENTITY, NOISE_COLUMNS, TRACE_COLUMNS, Run, folded, written

PROFILE = "tiny"
BY_NAME = {panel.name: panel for panel in PANELS}
ENDS = {"mame": 0.95, "promp": 0.7, "maml-trpo": 0.2, "maml-vpg": 0.12}
ENDS |= {"mame-vpg_step1": 0.24, "mame-vpg_step10": 0.28}
ENDS |= {"mame-vpg_inner": 0.2, "mame-reward_ss": 0.6, "mame-vanilla_dice": 0.5, "mame-emaml": 0.9}
PEAKS = {"promp": 0.93, "mame-emaml": 0.97, "mame-vanilla_dice": 0.7}
NOISE = {"mame": 0.01, "promp": 0.04, "mame-vanilla_dice": 0.08, "mame-emaml": 0.04}
UNSURE = {"mame": 0.8, "maml-vpg": 3.0, "mame-vanilla_dice": 4.0}
MODULES = ("explore", "exploit", "predict", "embedding")
CORNERS = [(-2.0, -2.0), (2.0, -2.0), (-2.0, 2.0), (2.0, 2.0)]


@dataclass
class Trained:
    """`ends` and `peaks` are shares of the way from `zero` to `one`."""

    root: Path
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    iterations: int = 60
    zero: float = 5.0
    one: float = 185.0
    speed: float = 8.0  # iterations to 63 % of the gain
    spread: float = 0.015
    ends: dict = field(default_factory=lambda: dict(ENDS))
    peaks: dict = field(default_factory=lambda: dict(PEAKS))
    noise: dict = field(default_factory=lambda: dict(NOISE))
    diverged: dict = field(default_factory=dict)  # (run, seed): the iteration without numbers

    def panel(self, name: str) -> None:
        """Write all files of one panel."""
        panel = BY_NAME[name]
        write = {"training": self.curve, "variance": self.gradients, "trajectories": self.traces}
        own = panel.runs or [run for _, run in panel.borrowed]
        for run in own:
            for seed in self.seeds:
                write[panel.kind](name, run, seed)

    def path(self, panel: str, kind: str, run: str, seed: int) -> Path:
        return self.root / PROFILE / "mame" / panel / kind / f"{run}-{seed}.csv"

    def returns(self, panel: str, run: str, seed: int) -> np.ndarray:
        """By iteration, on the scale of `ends`."""
        rng = np.random.default_rng(zlib.crc32(f"{panel}{run}{seed}".encode()))
        k, end = np.arange(self.iterations), self.ends.get(run, 0.5) + rng.normal(0, self.spread)
        top = max(self.peaks.get(run, end), end)
        curve = top * (1 - np.exp(-k / self.speed))
        late = np.clip((k / self.iterations - 0.6) / 0.15, 0, 1)
        curve = curve + late * (end - top)
        return curve + self.noise.get(run, 0.015) * lasting(rng, self.iterations)

    def curve(self, panel: str, run: str, seed: int) -> None:
        after = self.zero + self.returns(panel, run, seed) * (self.one - self.zero)
        rng = np.random.default_rng(zlib.crc32(f"inside{panel}{run}{seed}".encode()))
        rows, lost = [], self.diverged.get((run, seed), self.iterations + 1)
        for k, value in enumerate(after, start=1):
            numbers = {"return_before": 0.3 * value, "return_after": value, "loss": -0.1}
            numbers |= self._inside(run, k, 1 + 0.2 * rng.random())
            numbers = {"diverged": 1.0} if k == lost else numbers if k < lost else {}
            rows += [_spent(k) | {"metric": name, "value": v} for name, v in numbers.items()]
        self.write("curves", panel, run, seed, folded(rows), expert_env_steps=0, demos=0)

    def _inside(self, run: str, k: int, wave: float) -> dict[str, float]:
        if Run.parse(run).method != "mame":
            return {
                "inner_loss_before": -0.01,
                "inner_loss_after": -0.02,
                "divergence_explore": 0.01,
            }
        wave *= 1 + (zlib.crc32(run.encode()) % 5) / 4
        sizes = {f"slope_{name}": wave * 0.3**place for place, name in enumerate(MODULES)}
        if run == "mame-vpg_inner":
            sizes |= {"slope_predict": 0.0, "inner_loss_before": 0.1, "inner_loss_after": -0.1}
        else:
            sizes |= {"inner_loss_before": 2000 / k * wave, "inner_loss_after": 900 / k * wave}
        return sizes | {"divergence_explore": 0.1 * k * wave, "shift": 0.2}

    def gradients(self, panel: str, run: str, seed: int) -> None:
        rng = np.random.default_rng(zlib.crc32(f"noise{run}{seed}".encode()))
        rows = []
        for weights, factor in (("untrained", 1.0), ("trained", 1.3)):
            for module in ("all", *(MODULES if run.startswith("mame") else ("mean", "log_std"))):
                ratio = factor * UNSURE.get(run, 2.0) * np.exp(rng.normal(0, 0.1))
                sizes = {"norm": 0.2, "deviation": 0.2 * ratio, "batches": 20}
                rows.append({"weights": weights, "module": module} | sizes)
        self.write("gradients", panel, run, seed, (NOISE_COLUMNS, rows))

    def traces(self, panel: str, run: str, seed: int) -> None:
        rng = np.random.default_rng(zlib.crc32(f"walk{run}{seed}".encode()))
        rows = []
        for task, (x, y) in enumerate(CORNERS):
            goal = {"task": task, "goal_x": x, "goal_y": y}
            for phase in ("before", "after"):
                for episode in range(8):
                    target = (x, y) if phase == "after" else CORNERS[episode % 4]
                    walk = np.linspace(0, 1, 21)[:, None] * np.array(target)
                    walk = walk + rng.normal(0, 0.05, walk.shape)
                    where = {"phase": phase, "episode": episode}
                    rows += [
                        goal | where | {"step": step, "x": float(at[0]), "y": float(at[1])}
                        for step, at in enumerate(walk)
                    ]
        self.write("traces", panel, run, seed, (TRACE_COLUMNS, rows))

    def write(self, kind: str, panel: str, run: str, seed: int, table, **known: int) -> None:
        whose = dict(zip(IDENTITY, (PROFILE, "mame", panel, run, seed), strict=True))
        path = self.path(panel, kind, run, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(*table, whose | known))


def _spent(k: int) -> dict[str, int]:
    counts = {"iteration": k, "train_env_steps": 20_000 * k, "updates": k}
    return counts | {"pre_episodes": 100 * k, "post_episodes": 100 * k}


def lasting(rng: np.random.Generator, count: int, memory: float = 0.8) -> np.ndarray:
    """Noise of deviation 1 that outlasts an iteration, as that of weights does."""
    noise = rng.normal(size=count)
    for k in range(1, count):
        noise[k] = memory * noise[k - 1] + math.sqrt(1 - memory**2) * noise[k]
    return noise
