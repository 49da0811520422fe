"""Named task sets: drawn once, written down, disjoint."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.frozen import Advice
from remeta.storage import write_text
from remeta.tasks.family import Family

FORMAT = 1


@dataclass(frozen=True)
class TaskSets:
    """Training tasks, validation tasks for curves during training, and test tasks.

    Each set comes from a generator of its own: a larger training set leaves the tests alone.
    """

    family: str
    seed: int
    train: Float[ndarray, "train _"]
    validation: Float[ndarray, "validation _"]
    test: Float[ndarray, "test _"]

    @classmethod
    def drawn(cls, family: Family, seed: int, train: int, validation: int, test: int) -> "TaskSets":
        parts = [
            family.draw(np.random.default_rng([seed, index]), count)
            for index, count in enumerate((train, validation, test))
        ]
        sets = cls(family.name, seed, *parts)
        if sets.overlap():
            raise Advice(f"the task sets of {family.name} overlap; choose another tasks seed.")
        return sets

    def overlap(self) -> bool:
        rows = np.concatenate([self.train, self.validation, self.test])
        return len(np.unique(rows, axis=0)) < len(rows)

    def write(self, path: Path) -> None:
        sets = {k: v.tolist() if isinstance(v, ndarray) else v for k, v in asdict(self).items()}
        write_text(path, json.dumps({"format": FORMAT} | sets, indent=1) + "\n")

    @classmethod
    def read(cls, path: Path, family: str) -> "TaskSets":
        remedy = f"run `dvc repro --force tasks_{family}`"
        try:
            values = json.loads(path.read_text())
            if values.pop("format") != FORMAT:
                raise Advice(f"{path} is of another format; {remedy}.")
            for name in ("train", "validation", "test"):
                values[name] = np.asarray(values[name], dtype=float)
            sets = cls(**values)
        except FileNotFoundError:
            raise Advice(f"{path} is missing; {remedy}.") from None
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            raise Advice(f"{path} is no readable task set ({broken}); {remedy}.") from broken
        if sets.family != family:
            raise Advice(f"{path} holds tasks of {sets.family}, not of {family}; {remedy}.")
        return sets
