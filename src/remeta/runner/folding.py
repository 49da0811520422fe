"""Names of many stages in few words: train_x@study-{mri,maml}-{0..4}."""

from collections import defaultdict
from collections.abc import Iterable
from textwrap import wrap

WIDTH = 100


def folded(names: Iterable[str]) -> list[str]:
    """Stages of one block whose cells make up a full grid are told in one name."""
    grid: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in names:
        block, axes, cell = name.partition("@")
        profile, _, rest = cell.partition("-")
        run, _, seed = rest.rpartition("-")
        grid[block, f"{axes}{profile}"][run].append(seed or rest)
    return [text for (block, axes), runs in grid.items() for text in _rows(block + axes, runs)]


def _rows(stem: str, runs: dict[str, list[str]]) -> Iterable[str]:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for run, seeds in runs.items():
        alike[tuple(seeds)].append(run)
    for seeds, names in alike.items():
        yield "-".join(part for part in (stem, _braced(names), _braced(_spans(seeds))) if part)


def _braced(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 and ".." not in parts[0] else f"{{{','.join(parts)}}}"


def _spans(seeds: tuple[str, ...]) -> list[str]:
    """0, 1, 2, 4 as 0..2 and 4."""
    if not all(seed.isdecimal() for seed in seeds):
        return list(seeds)
    spans: list[list[int]] = []
    for seed in sorted(map(int, seeds)):
        if spans and seed == spans[-1][-1] + 1:
            spans[-1].append(seed)
        else:
            spans.append([seed])
    return [f"{s[0]}..{s[-1]}" if len(s) > 1 else str(s[0]) for s in spans]


def lines(text: str, indent: str = "  ") -> list[str]:
    """Wrapped for a terminal; later lines are indented."""
    return wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False,
                break_on_hyphens=False)  # fmt: skip
