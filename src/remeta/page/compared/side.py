"""One of two sets of results, wherever they were read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from remeta.report.claims.verdicts import Verdict, earlier_claims

CLAIMS, TABLES = "claims.csv", "tables"


@dataclass(frozen=True)
class Side:
    """Results by path, below results/ for a commit, below results/<profile>/ for a profile."""

    name: str
    files: Mapping[str, str]  # path: text

    @property
    def rows(self) -> dict[str, Verdict]:
        paths = [path for path in self.files if PurePosixPath(path).name == CLAIMS]
        return {
            _key(path, row.id): row for path in paths for row in earlier_claims(self.files[path])
        }

    @property
    def tables(self) -> dict[str, str]:
        return {
            path: text
            for path, text in self.files.items()
            if PurePosixPath(path).parent.name == TABLES and path.endswith(".csv")
        }


def wanted(path: str) -> bool:
    """Whether a file of results is one that is compared."""
    place = PurePosixPath(path)
    return place.suffix == ".csv" and (place.name == CLAIMS or place.parent.name == TABLES)


def _key(path: str, id: str) -> str:
    """With the profile where there may be several."""
    profile = PurePosixPath(path).parts[:-2]
    return "/".join((*profile, id))
