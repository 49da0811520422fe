"""DVC's own loading, at a tenth of its time: patches of 3.67 for as long as a project is open.

DVC parses dvc.yaml, params.yaml and dvc.lock in pure Python, again for every command, target and
dependency, and copies all parameters for every stage. Here a file is parsed by libyaml, once until
it changes, what its stages come to is remembered until then, too, and what is asked for is looked
up. None of it changes what is read.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import networkx
from dvc import dvcfile, output, parsing
from dvc.dependency import param
from dvc.dvcfile import ProjectFile
from dvc.parsing import interpolate
from dvc.parsing.context import Container, Context
from dvc.repo import graph
from dvc.utils import serialize, strictyaml
from dvc.utils.serialize import _yaml
from ruamel.yaml.error import YAMLError

from remeta.pipeline.settings import yaml12
from remeta.runner.memory import recall
from remeta.runner.resolver import Resolver

PLAIN = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*")  # a parameter's name, and no pattern
PARSE, LOAD, LOAD_FILE = _yaml.parse_yaml, serialize.load_path, dvcfile.load_file
LOOK_UP, MERGE = param.read_param_file, Context.merge_update
FILE_SYSTEM, CHECK_ACYCLIC = output.get_cloud_fs, graph.check_acyclic
VALIDATE = strictyaml.validate


class CachedLoader:
    """Loads a file again only when it changed."""

    def __init__(self, load: Callable[..., Any]):
        self._load, self._cache = load, {}

    def __call__(self, path: str, fs: Any, **options: Any) -> Any:
        stat = os.stat(path)
        key = (os.path.abspath(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if key not in self._cache:
            self._cache[key] = self._load(path, fs, **options)
        return self._cache[key]


class FileSystems:
    """Which file system a path is of; all plain paths of a project are of the same."""

    def __init__(self):
        self._plain: Any = None

    def __call__(self, config: Any, url: str, **options: Any) -> Any:
        if options or ":" in url:
            return FILE_SYSTEM(config, url=url, **options)
        if self._plain is None:
            found: Any = FILE_SYSTEM(config, url=url)
            self._plain = found[0](**found[1])
        plain = self._plain
        return lambda: plain, {}, plain._strip_protocol(url)


@contextmanager
def fast_loading(root: Path, locked: Callable[[], Mapping[str, Any]]) -> Iterator[None]:
    """`locked` has the entries of dvc.lock by their stages' names."""
    files: dict[str, Any] = {}

    def load_file(repo: Any, path: str, **options: Any) -> Any:
        full_path = os.path.abspath(path)
        if full_path not in files or files[full_path].repo is not repo:
            files[full_path] = LOAD_FILE(repo, path, **options)
        return files[full_path]

    def validate(data: Any, schema: Any, text: str | None = None, **of: Any) -> Any:
        def make() -> str:
            VALIDATE(data, schema, text=text, **of)
            return "valid"

        recall(root, f"valid-{Path(str(of.get('path'))).name}", str(text), make)
        return data

    load = CachedLoader(LOAD)
    resolver = type("Resolver", (Resolver,), {"root": root})
    with ExitStack() as patches:
        for target, name, new in (
            (_yaml, "parse_yaml", parse),
            (strictyaml, "parse_yaml", parse),
            (strictyaml, "validate", validate),
            (parsing, "DataResolver", resolver),
            (serialize, "load_path", load),
            (param, "load_path", load),
            (param, "read_param_file", look_up),
            (dvcfile, "load_file", load_file),
            (ProjectFile, "lockfile_contents", property(lambda _: {"stages": locked()})),
            (interpolate, "parse_expr", cache(interpolate.parse_expr)),
            (Context, "clone", staticmethod(clone_shallow)),
            (Context, "merge_update", merge_update),
            (output, "get_cloud_fs", FileSystems()),
            (graph, "check_acyclic", check_acyclic),
        ):
            patches.enter_context(patch.object(target, name, new))
        yield


def parse(text: str, path: str, typ: str = "safe") -> Any:
    if typ != "safe":
        return PARSE(text, path, typ)
    try:
        return yaml12.load(text) or {}
    except YAMLError as error:
        raise serialize.YAMLFileCorruptedError(path) from error


def look_up(
    fs: Any, path: str, keys: list[str] | None = None, flatten: bool = False, **options: Any
) -> Any:
    """The values of parameters; DVC matches every name of the file against each of them."""
    if not (flatten and keys and all(map(PLAIN.fullmatch, keys))):
        return LOOK_UP(fs, path, keys, flatten, **options)
    values, selected = param.load_path(path, fs, **options), {}
    for key in keys:
        try:
            selected[key] = _at(values, key)
        except LookupError:  # it may stand in a list
            selected |= LOOK_UP(fs, path, [key], True, **options)
    return selected


def _at(values: Any, key: str) -> Any:
    for name in key.split("."):
        if not isinstance(values, dict):
            raise LookupError(key)
        values = values[name]
    return values


def clone_shallow(context: Context) -> Context:
    """A stage's own names come beside the parameters, which need no copy for that."""
    new = Context()
    new.data = {**context.data}
    new.meta = context.meta
    new.imports, new._reserved_keys = {**context.imports}, {**context._reserved_keys}
    return new


def merge_update(context: Context, other: Context, overwrite: bool = False) -> None:
    """Only what is merged into is copied before, since others may share it."""
    for key in other:
        if isinstance(context.data.get(key), Container):
            context.data[key] = deepcopy(context.data[key])
    MERGE(context, other, overwrite=overwrite)


def check_acyclic(stages: networkx.DiGraph) -> None:
    """DVC's own search tells where a cycle is; whether there is one is known at once."""
    if not networkx.is_directed_acyclic_graph(stages):
        CHECK_ACYCLIC(stages)
