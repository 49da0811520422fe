"""Ways in which a file of rows can be broken."""


def broken(text: str, how: str) -> str:
    """A file of maml, seed 1 of the profile `tiny`; what is wrong is said by its name."""
    whose, head, *rows = text.splitlines(keepends=True)
    last = rows[0].rstrip("\n").rpartition(",")[2]
    first = rows[0].removesuffix(f"{last}\n")
    return {
        "empty": "",
        "no rows": whose + head,
        "no first line": "".join([head, *rows]),
        "no header": "".join([whose, *rows]),
        "column renamed": text.replace(head.split(",")[1], "other", 1),
        "cut in a line": text[: len(text) * 2 // 3 - 7],
        "no last newline": text[:-1],
        "row twice": text + rows[-1],
        "not a number": text.replace(rows[0], f"{first}nan\n", 1),
        "a word": text.replace(rows[0], f"{first}good\n", 1),
        "other run": text.replace("run maml", "run mri"),
        "other seed": text.replace("seed 1", "seed 2"),
        "other profile": text.replace("profile tiny", "profile huge"),
        "bytes": "\x00\x01\x02",
    }[how]


FAULTS = (
    "empty", "no rows", "no first line", "no header", "column renamed", "cut in a line",
    "no last newline", "row twice", "not a number", "a word", "other run", "other seed",
    "other profile", "bytes",
)  # fmt: skip
