"""params.yaml as values, and the questions that stages have to it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from remeta.frozen import Advice, Frozen
from remeta.papers.dataset import Dataset
from remeta.papers.panel import Panel
from remeta.pipeline.settings import yaml12
from remeta.pipeline.settings.blocks import (
    AnalysisSize,
    DataSize,
    Grid,
    Hyper,
    OwnNets,
    PanelParams,
    PanelSize,
    Profile,
    Protocol,
    Shown,
)
from remeta.pipeline.settings.names import check_names
from remeta.pipeline.settings.resources import Need

PARAMS = Path("params.yaml")
PROFILES = Path("profiles")


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
        cells = self.cells(panel)
        known = [*cells.train, *cells.score] if panel.runs else [*panel.lenders]
        if run not in known:
            raise Advice(f"{run} is no run of {panel.id}; choose among {', '.join(known)}.")

    def run_values(self, panel: Panel, run: str) -> tuple[dict[str, Any], int]:
        """A method's parameters and its number of meta-iterations.

        Hyper-parameters come from `hp`, sizes from `profile`; no key has two sources.
        """
        values = self.panel_params(panel).runs.get(run)
        if values is None:
            raise Advice(f"params.yaml: hp.panels.{panel.id}.runs.{run} is missing; add it.")
        if not isinstance(values.get("kind"), str):
            raise Advice(f"params.yaml: hp.panels.{panel.id}.runs.{run}.kind is no name; mend it.")
        sizes = dict(self.panel_size(panel).runs.get(run, {}))
        iterations, _ = sizes.pop("iterations", 0), sizes.pop("horizon", 0)
        if run in self.cells(panel).train and iterations < 1:
            where = f"profile.panels.{panel.id}.runs.{run}.iterations"
            raise Advice(f"params.yaml: {where} is missing or below 1; mend it.")
        duplicates = values.keys() & sizes.keys()
        if duplicates:
            raise Advice(
                f"params.yaml: {min(duplicates)} of {panel.id}.{run} stands in hp and in profile; "
                "keep one."
            )
        own = {key: values[key] for key in values if key not in ("policy", "demos", "every")}
        return own | sizes, iterations

    def nets(self, panel: Panel, run: str) -> OwnNets:
        """A run's own, where it is trained with others than `hp.policy`."""
        values = self.panel_params(panel).runs[run] if run in self.cells(panel).train else {}
        if "policy" not in values:
            return OwnNets(hidden=self.hp.policy.hidden, activation="relu")
        where = f"params.yaml: hp.panels.{panel.id}.runs.{run}.policy"
        return OwnNets.read(values["policy"], where)

    def horizon(self, panel: Panel, run: str) -> int:
        """Steps of an episode: the data set's, unless a run has its own."""
        own = self.panel_size(panel).runs.get(run, {})
        return own.get("horizon", 0) or self.data_size(panel.data).horizon

    def shown(self, panel: Panel, run: str) -> Shown:
        """How much of an expert a run is shown: all that the data set has, if it is silent."""
        values = self.panel_params(panel).runs[run]
        silent = {"demos": 0, "every": panel.data.every}
        own = {name: values.get(name, value) for name, value in silent.items()}
        return Shown.read(own, f"params.yaml: hp.panels.{panel.id}.runs.{run}")

    def protocol(self, panel: Panel) -> Protocol:
        test = self.panel_params(panel).test
        if test is None:
            raise Advice(f"{panel.id} holds nothing out; hp.panels.{panel.id}.test would say how.")
        return test

    def place_of(self, panel: Panel, run: str) -> str:
        """Where the values of a run stand, for those who refuse one."""
        return f"params.yaml: {{hp,profile}}.panels.{panel.id}.runs.{run}"

    def cells(self, panel: Panel) -> Grid:
        """What is trained or scored for a panel; nothing where it looks at what others train."""
        return self.grid.get(panel.id) or Grid(train=[], score=[])

    def panel_params(self, panel: Panel) -> PanelParams:
        return self._of(self.hp.panels, panel.id, "hp.panels")

    def panel_size(self, panel: Panel) -> PanelSize:
        return self._of(self.profile.panels, panel.id, "profile.panels")

    def analysis_size(self, panel: Panel) -> AnalysisSize:
        return self._of(self.profile.looks, panel.id, "profile.looks")

    def data_size(self, dataset: Dataset) -> DataSize:
        return self._of(self.profile.data, dataset.name, "profile.data")

    def rates(self, panel: Panel, run: str) -> list[float]:
        """Step sizes at test: the full one first, half of it afterwards."""
        first = self.first_rate(panel, run)
        steps = self.protocol(panel).steps
        return [first, *[first / 2] * (steps - 1)][:steps]

    def first_rate(self, panel: Panel, run: str) -> float:
        where = f"hp.panels.{panel.id}.test.rates"
        return self._of(self.protocol(panel).rates, run, where)

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
    except (YAMLError, UnicodeDecodeError) as error:
        line = " ".join(str(error).split())
        raise Advice(f"{path} is no readable YAML ({line}); correct it.") from None


def write_yaml(path: Path, values: Any) -> None:
    """For programs; nobody's comments are kept."""
    path.write_text(yaml12.dump(values) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def _parsed(text: str) -> Any:
    """Kept, since probes read one file a hundred times: half of what a tiny stage takes."""
    return yaml12.load(text)


def plain(value: Any) -> Any:
    """Dicts and lists all the way down, of the caller's own."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
