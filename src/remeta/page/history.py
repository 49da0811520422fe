"""When results were last committed."""

from dataclasses import dataclass
from pathlib import Path

from remeta.git import asked

NEVER = "not committed"
MARK = "\x01"  # before a commit, and in no path
ABBREVIATED = "--abbrev=10"  # and not as it suits the size of a clone


@dataclass(frozen=True)
class History:
    """The last commit of every file of some folder, and what has changed since then."""

    commits: dict[str, str]  # path: commit and day
    changed: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path) -> "History":
        """Of a folder below the working directory; nothing is known outside of a repository."""
        log = asked(
            "log",
            ABBREVIATED,
            f"--format={MARK}%h of %cs",
            "--name-only",
            "--relative",
            "--",
            folder,
        )
        commits: dict[str, str] = {}
        for part in log.split(MARK)[1:]:
            commit, *paths = part.split("\n")
            for path in filter(None, paths):
                commits.setdefault(path, commit)
        told = asked("status", "--porcelain", "--untracked-files=all", "--", folder).splitlines()
        return cls(commits, tuple(line[3:].strip('"') for line in told))

    @property
    def newest(self) -> str:
        """Of all; logs tell the newest first."""
        return next(iter(self.commits.values()), NEVER)

    def last(self, folder: Path) -> str:
        """The newest commit in which anything of a folder changed: the first that is listed."""
        below = f"{folder.as_posix()}/"
        commit = next((c for path, c in self.commits.items() if path.startswith(below)), NEVER)
        dirty = any(path.startswith(below) for path in self.changed)
        return f"{commit}, changed since" if dirty and commit != NEVER else commit
