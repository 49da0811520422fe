"""The entries of dvc.lock that git keeps, and beside them those that are only this machine's.

A profile whose folder in results/ git ignores is made afresh by everyone. What `remeta repro`
records of it stands in dvc.local.lock, which git ignores, too: nothing of it can be committed.
Plain `dvc repro` knows of dvc.lock alone; it finds the rest in its run cache, and what it then
writes is moved here by the next `remeta repro`.
"""

import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from remeta.frozen import Advice
from remeta.pipeline.places import RESULTS
from remeta.pipeline.settings.params import PARAMS, PROFILES, read_yaml
from remeta.runner.lockfile import Entries, LockFile, Values

SHARED, LOCAL = "dvc.lock", "dvc.local.lock"


class Locks:
    """Both files as one; what dvc.lock says counts, since DVC may have written it later."""

    def __init__(self, root: Path):
        self.shared, self.own = LockFile(root / SHARED), LockFile(root / LOCAL)
        self._merged: tuple[Entries, Entries] = {}, {}
        self._entries: Entries = {}
        self._unshared = tuple(f"{name}-" for name in unshared(root))

    def entries(self) -> Entries:
        both = self.own.entries(), self.shared.entries()
        if any(entries is not merged for entries, merged in zip(both, self._merged, strict=True)):
            self._merged, self._entries = both, both[0] | both[1]
        return self._entries

    def values(self) -> Values:
        return self.own.values() | self.shared.values()

    def put(self, name: str, text: str, order: Sequence[str]) -> None:
        """See `LockFile.put`; a kill in between leaves an older entry in dvc.lock, or none."""
        target, other = (self.own, self.shared) if self._is_own(name) else (self.shared, self.own)
        target.put(name, text, order)
        other.drop(name.__eq__)

    def drop(self, unwanted: Callable[[str], bool]) -> list[str]:
        return [*self.shared.drop(unwanted), *self.own.drop(unwanted)]

    def separate(self) -> None:
        """Take out of dvc.lock what git shall not keep, and the other way round."""
        entries = self.entries()
        own = {name: text for name, text in entries.items() if self._is_own(name)}
        self._move(own, self.shared, self.own)
        self._move(
            {name: entries[name] for name in entries if name not in own}, self.own, self.shared
        )

    def _move(self, entries: Entries, source: LockFile, target: LockFile) -> None:
        """Those that stand in `source`; they are in both files before they are in one."""
        moving = {name: entries[name] for name in source.entries() if name in entries}
        if moving:
            target.write(target.entries() | moving)
            source.drop(moving.__contains__)

    def _is_own(self, name: str) -> bool:
        return f"{name}-".partition("@")[2].startswith(self._unshared)


def unshared(root: Path) -> list[str]:
    """The profiles whose results git ignores; there are none outside of git."""
    names = {path.stem for path in (root / PROFILES).glob("*.yaml")}
    with suppress(Advice, KeyError, TypeError):  # which is for others to tell
        names.add(read_yaml(root / PARAMS)["profile"]["name"])
    names_by_folder = {f"{RESULTS}/{name}/": name for name in sorted(names)}
    words = ["git", "check-ignore", "--no-index", "--", *names_by_folder]
    result = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    return [names_by_folder[line] for line in result.stdout.splitlines() if line in names_by_folder]
