"""Even tuning: what a method may choose among, and the choice that a panel's runs are made with."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from remeta.frozen import Advice
from remeta.papers.panel import Panel
from remeta.pipeline import places
from remeta.pipeline.seeding import stream
from remeta.pipeline.settings.params import Settings

SEED = 1000  # of tuning, which no result uses
TEST_RATE = "test_rate"  # of adaptation at test, where it is not the rate of training
Choice = dict[str, float]  # by the name of a parameter; a dot leads into a block


def candidates(settings: Settings, panel: Panel, run: str) -> list[Choice]:
    """As many for each method: what is published, and draws from all combinations of its ranges.

    They are drawn without replacement, the same for all whose ranges have one name. What a run has
    switched off, by a nought, is left so: it would be another method.
    """
    where, given = ranges_of(settings, panel, run)
    ranges = {name: of for name, of in given.items() if published(settings, panel, run, name)}
    every = [dict(zip(ranges, values, strict=True)) for values in product(*ranges.values())]
    count = settings.profile.tuning.candidates
    if len(every) < count:
        raise Advice(
            f"params.yaml: {where} has {len(every)} combinations of {run}, fewer than "
            f"profile.tuning.candidates = {count}; add values, every method gets as many."
        )
    own = {name: published(settings, panel, run, name) for name in ranges}
    drawn = stream(SEED, "candidates", where.split(".")[-1]).permutation(len(every))
    others = [place for place in drawn if every[place] != own][: count - 1]
    return [own, *(every[place] for place in sorted(others))]


def ranges_of(settings: Settings, panel: Panel, run: str) -> tuple[str, dict[str, list[float]]]:
    """And where they stand: a paper's own by the name of a run, all others by its kind."""
    known, where, name = settings.hp.tuning_of.get(panel.paper), f"tuning_of.{panel.paper}", run
    if known is None:
        known, where = settings.hp.tuning, "tuning"
        name = settings.run_values(panel, run)[0]["kind"]
    if name not in known:
        raise Advice(f"params.yaml: there is no hp.{where}.{name} to choose among; add it.")
    return f"hp.{where}.{name}", known[name]


def file(settings: Settings, panel: Panel, run: str, ending: str) -> Path:
    """What was tried (csv), and what was chosen (json)."""
    folder = places.RESULTS / settings.profile.name / panel.paper / panel.name / "tuning"
    return folder / f"{run}.{ending}"


def as_chosen(settings: Settings, panel: Panel, run: str) -> Settings:
    """The settings of a run of an evenly tuned panel as it chose; of any other as they are."""
    if not panel.published or run not in panel.runs:
        return settings
    return with_choice(settings, panel, run, read_choice(file(settings, panel, run, "json")))


def read_choice(path: Path) -> Choice:
    """What was chosen, of a file that also says what is published."""
    try:
        return {name: float(of["chosen"]) for name, of in json.loads(path.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError, KeyError) as broken:
        raise Advice(f"{path} holds no choice ({broken}); run its `tune_` stage.") from broken


def with_choice(settings: Settings, panel: Panel, run: str, choice: Choice) -> Settings:
    """The same settings, but for these values of one run.

    A method that adapts in training by an inner rate is tested with the same: another would be
    another method.
    """
    hyper, size = settings.panel_params(panel), settings.panel_size(panel)
    values, sizes = dict(hyper.runs[run]), dict(size.runs.get(run, {}))
    for name, value in choice.items():
        if name in sizes:
            sizes[name] = int(value)
        elif name != TEST_RATE:
            _set(values, name, name, value)
    hyper = hyper.model_copy(update={"runs": hyper.runs | {run: values}})
    if hyper.test:
        rate = choice.get(TEST_RATE, choice.get("inner_rate", hyper.test.rates[run]))
        test = hyper.test.model_copy(update={"rates": hyper.test.rates | {run: rate}})
        hyper = hyper.model_copy(update={"test": test})
    size = size.model_copy(update={"runs": size.runs | ({run: sizes} if sizes else {})})
    return settings.model_copy(
        update={
            "hp": _with_panel(settings.hp, panel, hyper),
            "profile": _with_panel(settings.profile, panel, size),
        }
    )


def published(settings: Settings, panel: Panel, run: str, name: str) -> float:
    """The value that a run has as long as it has chosen no other."""
    if name == TEST_RATE:
        return settings.first_rate(panel, run)
    value: Any = settings.run_values(panel, run)[0]
    for part in name.split("."):
        _refuse_unknown(value, part, name)
        value = value[part]
    return float(value)


def _set(values: dict[str, Any], place: str, name: str, value: float) -> None:
    """In place, but for the blocks on the way, which are copied."""
    first, _, rest = place.partition(".")
    _refuse_unknown(values, first, name)
    if rest:
        values[first] = dict(values[first])
        return _set(values[first], rest, name, value)
    whole = isinstance(values[first], int) and value.is_integer()
    values[first] = int(value) if whole else value


def _refuse_unknown(values: dict[str, Any], part: str, name: str) -> None:
    if part not in values:
        raise Advice(f"params.yaml: hp.tuning names {name}, which the method does not have.")


def _with_panel(block: Any, panel: Panel, part: Any) -> Any:
    return block.model_copy(update={"panels": block.panels | {panel.id: part}})


def halved(scores: np.ndarray, keep: int) -> np.ndarray:
    """Places of the best, one in `keep` of them and at least one; the best comes first."""
    best = np.argsort(-scores, kind="stable")
    return best[: max(1, -(-len(scores) // keep))]
