"""Settings that remember which of their keys were read."""

from types import FunctionType, MethodType
from typing import Any

from remeta.frozen import Frozen

Log = set[str]


class Block:
    """A set of parameters: attributes are keys, methods see the spy as their self."""

    def __init__(self, values: Frozen, path: str, log: Log):
        self._values, self._path, self._log = values, path, log

    def __getattr__(self, name: str) -> Any:
        kind = type(self._values)
        if isinstance(getattr(kind, name, None), FunctionType):
            return MethodType(getattr(kind, name), self)
        return _spied(getattr(self._values, name), f"{self._path}.{name}".strip("."), self._log)


class ByName:
    """A mapping from names to blocks, or to values that are read as a whole."""

    def __init__(self, values: dict[str, Any], path: str, log: Log):
        self._values, self._path, self._log = values, path, log

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Any:
        value, path = self._values[name], f"{self._path}.{name}"
        if isinstance(value, Frozen):
            return Block(value, path, self._log)
        self._log.add(path)
        return value

    def get(self, name: str, *instead: Any) -> Any:
        return self[name] if name in self._values else self._values.get(name, *instead)


def _spied(value: Any, path: str, log: Log) -> Any:
    if isinstance(value, Frozen):
        return Block(value, path, log)
    if isinstance(value, dict):
        return ByName(value, path, log)
    log.add(path)
    return value
