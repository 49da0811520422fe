"""Named task sets: drawn once, written down, disjoint wherever there are tasks enough."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.frozen import Advice
from remeta.storage import digest, write_text
from remeta.tasks.family import Family, in_turn

FORMAT = 1
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class TaskSets:
    """Training tasks, validation tasks for curves during training, and test tasks.

    Each set comes from a generator of its own: a larger training set leaves the tests alone, and no
    task is in two of them. Where a family has only so many tasks (`choices`: two directions, four
    corners) none can be held out: every set then holds all of them in turn, each as often as any
    other give or take one, whatever the seed; a method that draws from it meets them at random.

    A family may list tasks (`official_tasks`, by the name of a set). Those of a set come first, the
    rest is drawn; sets of other names are kept whole in `outside`, apart from what is trained on.
    """

    family: str
    seed: int
    train: Float[ndarray, "train _"]
    validation: Float[ndarray, "validation _"]
    test: Float[ndarray, "test _"]
    choices: Float[ndarray, "choice _"] | None = None
    outside: dict[str, Float[ndarray, "_ _"]] | None = None

    @classmethod
    def drawn(cls, family: Family, seed: int, train: int, validation: int, test: int) -> "TaskSets":
        counts, choices = (train, validation, test), family.choices
        if choices is not None:
            parts = [in_turn(choices, count) for count in counts]
            return cls(family.name, seed, *parts, choices=choices)
        official = dict(getattr(family, "official_tasks", {}))
        parts = []
        for index, (name, count) in enumerate(zip(SPLITS, counts, strict=True)):
            listed = list(official.pop(name, ()))[:count]
            rows = family.draw(np.random.default_rng([seed, index]), count - len(listed))
            parts.append(np.array([*listed, *rows]))
        sets = cls(family.name, seed, *parts, outside=official or None)
        if sets.overlap():
            raise Advice(f"the task sets of {family.name} overlap; choose another tasks seed.")
        return sets

    @property
    def parts(self) -> tuple[Float[ndarray, "task _"], ...]:
        return self.train, self.validation, self.test

    def first(self, train: int, validation: int, test: int) -> "TaskSets":
        """The first so many tasks of each set."""
        counts = zip(SPLITS, (train, validation, test), strict=True)
        return replace(self, **{name: getattr(self, name)[:count] for name, count in counts})

    def overlap(self) -> bool:
        rows = np.concatenate([self.train, self.validation, self.test])
        sets = [rows[:0], *(self.outside or {}).values()]
        return any(len(np.unique([*rows, *part], axis=0)) < len(rows) + len(part) for part in sets)

    def write(self, path: Path) -> None:
        values = {"format": FORMAT, "digest": self.digest()} | self._values()
        write_text(path, json.dumps(values, indent=1, default=ndarray.tolist) + "\n")

    def digest(self) -> str:
        return digest(json.dumps(self._values(), default=ndarray.tolist).encode())

    def _values(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def read(cls, path: Path, family: str) -> "TaskSets":
        remedy = f"run `dvc repro --force tasks_{path.stem}`"
        try:
            values = json.loads(path.read_text())
            if values.pop("format") != FORMAT:
                raise Advice(f"{path} is of another format; {remedy}.")
            written = values.pop("digest", None)
            for name in (*SPLITS, "choices") if "choices" in values else SPLITS:
                values[name] = np.asarray(values[name], dtype=float)
            if "outside" in values:
                rows = values["outside"].items()
                values["outside"] = {name: np.asarray(part, dtype=float) for name, part in rows}
            sets = cls(**values)
            fits = written in (None, sets.digest()) and sets._rows_fit()
        except FileNotFoundError:
            raise Advice(f"{path} is missing; {remedy}.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as broken:
            raise Advice(f"{path} is no readable task set ({broken}); {remedy}.") from broken
        if sets.family != family:
            raise Advice(f"{path} holds tasks of {sets.family}, not of {family}; {remedy}.")
        if not fits:
            raise Advice(f"{path} was changed or cut after it was drawn; {remedy}.")
        return sets

    def _rows_fit(self) -> bool:
        """Each set holds finite tasks of the same width: no two alike, or the choices in turn."""
        parts = [*(getattr(self, name) for name in SPLITS), *(self.outside or {}).values()]
        shaped = all(part.ndim == 2 and len(part) and np.isfinite(part).all() for part in parts)
        if not shaped or len({part.shape[1] for part in parts}) != 1:
            return False
        if self.choices is None:
            return not self.overlap()
        listed = self.choices.ndim == 2 and self.choices.size > 0
        return listed and all(np.array_equal(p, in_turn(self.choices, len(p))) for p in parts)
