"""YAML 1.2 at the speed of libyaml: the values are those of ruamel's safe loader, or its refusal.

libyaml splits a text into events ten times as fast as ruamel does, but it knows YAML 1.1, where
`1e-3` is a word and `on` a truth. So only its events are taken; what a plain word means is asked of
ruamel, once a word. A text with anything that the two may read differently is left to ruamel.

What is written is for programs: flow style, which needs no rules of layout and so no time.
"""

import json
import re
from functools import lru_cache
from math import isfinite
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import implicit_resolvers

DECIMAL = re.compile(r"[1-9][0-9]{0,17}")  # most of what is no word is the size of a file
IMPLICIT_FORMS = [form for versions, _, form, _ in implicit_resolvers if (1, 2) in versions]
# Rare signs, what tells of a document or ends one, and an escape that is new in 1.2.
UNUSUAL = re.compile(r"[^\n -~\xa1-\u2027\u202a-\ud7ff]|^(?:---|\.\.\.|%)|\\/", re.MULTILINE)
MERGE = object()


class Ambiguous(Exception):
    """That ruamel would read the same."""


def load(text: str) -> Any:
    """The values of a document; ruamel's own error where it is none."""
    if yaml.__with_libyaml__ and not UNUSUAL.search(text):
        try:
            return _Reader(text).document()
        except (Ambiguous, yaml.YAMLError):
            pass
    return YAML(typ="safe").load(text)


def dump(value: Any) -> str:
    """Dicts, lists and scalars on one line; keys in order, as ruamel's safe dumper has them."""
    if isinstance(value, dict):
        pairs = (f"{dump(str(key))}: {dump(value[key])}" for key in sorted(value, key=str))
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(dump, value))}]"
    if isinstance(value, str):  # the escapes of Python are some of YAML's
        escaped = value.encode("unicode_escape").decode()
        return '"' + escaped.replace('"', '\\"') + '"'
    if isinstance(value, float) and not isfinite(value):
        return f"{value}".replace("inf", ".inf").replace("nan", ".nan")
    return json.dumps(value)


@lru_cache(maxsize=50_000)
def scalar_value(word: str) -> Any:
    """Of a word without quotes."""
    if DECIMAL.fullmatch(word):
        return int(word)
    if word == "<<":
        return MERGE
    if not any(form.match(word) for form in IMPLICIT_FORMS):
        return word
    try:
        value = YAML(typ="safe").load(word)
    except YAMLError as error:
        raise Ambiguous(word) from error
    if isinstance(value, str | int | float | None):
        return value
    raise Ambiguous(word)  # a date


class _Reader:
    """Values from events; what has an anchor is the same object wherever it is named."""

    def __init__(self, text: str):
        self._next = yaml.CSafeLoader(text).get_event
        self._anchors: dict[str, Any] = {}
        self._constructors = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._dict,
            yaml.SequenceStartEvent: self._list,
            yaml.AliasEvent: self._alias,
        }

    def document(self) -> Any:
        for _ in ("the stream begins", "the document begins"):
            self._next()
        value = self._value(self._next())
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent) or value is MERGE:
            raise Ambiguous
        return value

    def _value(self, event: Any) -> Any:
        if type(event) not in self._constructors:
            raise Ambiguous
        return self._constructors[type(event)](event)

    def _scalar(self, event: Any) -> Any:
        if event.tag is not None or event.anchor is not None or event.style in ("|", ">"):
            raise Ambiguous
        return scalar_value(event.value) if event.implicit[0] else event.value

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise Ambiguous
        return self._anchors[event.anchor]

    def _list(self, event: Any) -> list[Any]:
        values = []
        while not isinstance(item := self._next(), yaml.SequenceEndEvent):
            values.append(self._value(item))
        if MERGE in values:
            raise Ambiguous
        return self._anchored(event, values)

    def _dict(self, event: Any) -> dict[Any, Any]:
        values, merged = {}, None
        while not isinstance(item := self._next(), yaml.MappingEndEvent):
            key, value = self._value(item), self._value(self._next())
            if value is MERGE or isinstance(key, list | dict | float) or key in values:
                raise Ambiguous
            if key is not MERGE:
                values[key] = value
            elif merged is None:
                merged = _flat(value)
            else:
                raise Ambiguous
        return self._anchored(event, values if merged is None else merged | values)

    def _anchored(self, event: Any, value: Any) -> Any:
        if event.tag is not None or event.anchor in self._anchors:
            raise Ambiguous
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value


def _flat(merged: Any) -> dict[Any, Any]:
    """Of several blocks to be merged, the first counts."""
    flat: dict[Any, Any] = {}
    for block in reversed(merged) if isinstance(merged, list) else [merged]:
        if not isinstance(block, dict):
            raise Ambiguous
        flat |= block
    return flat
