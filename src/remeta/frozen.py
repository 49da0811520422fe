"""The base of every set of parameters, and the one error that speaks to the user."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

SHOWN = 60  # characters of a refused value


class Advice(Exception):
    """A mistake the user can mend: one sentence that names the file or key and the remedy."""


class Frozen(BaseModel):
    """Immutable values; unknown or misspelt keys, wrong types and infinite numbers are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def read(cls, values: Any, where: str) -> Self:
        """Validate `values`, naming the full key of the first mistake."""
        try:
            return cls.model_validate(values)
        except ValidationError as mistake:
            raise Advice(_sentence(mistake, cls, where)) from mistake


def _sentence(mistake: ValidationError, kind: type[Frozen], where: str) -> str:
    first = mistake.errors()[0]
    key = ".".join([where, *map(str, first["loc"])])
    match first["type"]:
        case "extra_forbidden":
            known = ", ".join(sorted(kind.model_fields))
            return f"{key} is no known key; remove it or choose among: {known}."
        case "missing":
            return f"{key} is missing; add it."
        case _:
            value = repr(first["input"])
            shown = value if len(value) <= SHOWN else value[:SHOWN] + "..."
            return f"{key} = {shown} is refused: {first['msg'].lower()}; correct it."
