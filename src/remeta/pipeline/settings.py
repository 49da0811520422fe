"""params.yaml as values: what is measured (`hp`) and how much of it (`profile`)."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from remeta.frozen import Advice, Frozen
from remeta.papers.panel import Panel
from remeta.pipeline.names import check_names
from remeta.pipeline.resources import Need

PARAMS = Path("params.yaml")
PROFILES = Path("profiles")


class WorldSize(Frozen):
    """How large a family's task sets, demonstrations and tests are."""

    horizon: PositiveInt
    train_tasks: PositiveInt
    validation_tasks: PositiveInt
    test_tasks: PositiveInt
    demos_per_task: PositiveInt
    roll_outs: PositiveInt  # per task and adaptation step, in validation and test


class ExpertSize(Frozen):
    env_steps: PositiveInt
    quality: float  # mean score on the training tasks, below which the stage stops


class PanelSize(Frozen):
    batch: PositiveInt  # tasks per meta-iteration
    episodes: PositiveInt  # roll-outs per task and meta-iteration
    validate_every: PositiveInt  # meta-iterations between points of the learning curve
    runs: dict[str, dict[str, int]]  # iterations and other sizes of each run


class Profile(Frozen):
    name: str
    seeds: list[NonNegativeInt]
    figures: str
    worlds: dict[str, WorldSize]
    experts: dict[str, ExpertSize]
    panels: dict[str, PanelSize]


class PolicyParams(Frozen):
    hidden: list[PositiveInt]
    min_log_std: float


class DemoParams(Frozen):
    noise: NonNegativeFloat  # std of the expert's actions, as a share of half their range


class Protocol(Frozen):
    """How a start is adapted and scored."""

    steps: PositiveInt  # of adaptation
    discount: PositiveFloat
    std: Literal["learned", "one"]  # `one`: reset before the test, as official code does
    rates: dict[str, NonNegativeFloat]  # of the first step; later steps take half


class PanelParams(Frozen):
    modes: NonNegativeInt  # exploration inputs
    may_diverge: list[str]  # runs for which losing their numbers is a result and no mistake
    test: Protocol
    runs: dict[str, dict[str, Any]]


class Hyper(Frozen):
    tasks_seed: NonNegativeInt
    experts: dict[str, dict[str, Any]]
    demos: dict[str, DemoParams]
    policy: PolicyParams
    panels: dict[str, PanelParams]


class Grid(Frozen):
    train: list[str]
    score: list[str]  # without training: the untrained policy and the expert


class Settings(Frozen):
    defaults: dict[str, Any]  # blocks that others refer to by YAML anchors
    grid: dict[str, Grid]
    resources: dict[str, Need]  # of stage families, `default` for all others
    hp: Hyper
    profile: Profile

    @classmethod
    def load(cls, path: Path = PARAMS) -> "Settings":
        return cls.of(read_yaml(path), path.name)

    @classmethod
    def of(cls, values: Any, where: str) -> "Settings":
        settings = cls.read(values, where)
        check_names(settings, where)
        return settings

    def refuse_unknown(self, panel: Panel, run: str) -> None:
        """A run that the grid does not name is a slip of the fingers."""
        known = [*self.grid[panel.id].train, *self.grid[panel.id].score]
        if run not in known:
            raise Advice(f"{run} is no run of {panel.id}; choose among {', '.join(known)}.")

    def run_values(self, panel: Panel, run: str) -> tuple[dict[str, Any], int]:
        """A method's parameters and its number of meta-iterations.

        Hyper-parameters come from `hp`, sizes from `profile`; no key has two sources.
        """
        fixed = self.panel_params(panel).runs.get(run)
        if fixed is None:
            raise Advice(f"params.yaml: hp.panels.{panel.id}.runs.{run} is missing; add it.")
        if not isinstance(fixed.get("kind"), str):
            raise Advice(f"params.yaml: hp.panels.{panel.id}.runs.{run}.kind is no name; mend it.")
        sizes = dict(self.panel_size(panel).runs.get(run, {}))
        iterations = sizes.pop("iterations", 0)
        if run in self.grid[panel.id].train and iterations < 1:
            where = f"profile.panels.{panel.id}.runs.{run}.iterations"
            raise Advice(f"params.yaml: {where} is missing or below 1; mend it.")
        twice = fixed.keys() & sizes.keys()
        if twice:
            raise Advice(
                f"params.yaml: {sorted(twice)[0]} of {panel.id}.{run} stands in hp and in profile; "
                "keep one."
            )
        return {**fixed, **sizes}, iterations

    def place_of(self, panel: Panel, run: str) -> str:
        """Where the values of a run stand, for those who refuse one."""
        return f"params.yaml: {{hp,profile}}.panels.{panel.id}.runs.{run}"

    def panel_params(self, panel: Panel) -> PanelParams:
        return self._of(self.hp.panels, panel.id, "hp.panels")

    def panel_size(self, panel: Panel) -> PanelSize:
        return self._of(self.profile.panels, panel.id, "profile.panels")

    def world_size(self, family: str) -> WorldSize:
        return self._of(self.profile.worlds, family, "profile.worlds")

    def rates(self, panel: Panel, run: str) -> list[float]:
        """Step sizes at test: the full one first, half of it afterwards."""
        first = self.first_rate(panel, run)
        return [first, *[first / 2] * (self.panel_params(panel).test.steps - 1)]

    def first_rate(self, panel: Panel, run: str) -> float:
        where = f"hp.panels.{panel.id}.test.rates"
        return self._of(self.panel_params(panel).test.rates, run, where)

    def _of(self, values: dict[str, Any], key: str, where: str) -> Any:
        if key not in values:
            raise Advice(
                f"params.yaml: {where}.{key} is missing; add it, or choose another profile."
            )
        return values[key]


def read_yaml(path: Path) -> Any:
    """Plain values of a YAML file; merge keys resolved, `1e-3` a number."""
    try:
        return plain(_parsed(path.read_text()))
    except FileNotFoundError:
        raise Advice(f"{path} is missing; run this where it lies (the project's root).") from None
    except (YAMLError, UnicodeDecodeError) as broken:
        line = " ".join(str(broken).split())
        raise Advice(f"{path} is no readable YAML ({line}); correct it.") from None


@lru_cache(maxsize=1)
def _parsed(text: str) -> Any:
    """Kept, since probes read one file a hundred times: half of what a tiny stage takes."""
    return YAML(typ="safe").load(text)


def plain(value: Any) -> Any:
    """Dicts and lists all the way down, of the caller's own."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def panel_named(name: str) -> Panel:
    """The panel of an id such as mri_fig3_point."""
    from remeta.papers.mri import PANELS

    panels = {panel.id: panel for panel in PANELS}
    if name not in panels:
        raise Advice(f"{name} is no panel; choose among {', '.join(panels)}.")
    return panels[name]
