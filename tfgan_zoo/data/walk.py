"""Goes through the files of a folder, always in the same order."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# Files that lie beside images; they are passed over without a word.
_NO_IMAGES = (
    *(".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml"),
    *(".txt", ".md", ".rst", ".html", ".pdf", ".log", ".ini", ".db"),
    *(".npy", ".npz", ".pkl", ".zip", ".tar", ".gz", ".py", ".sh"),
)
_NO_IMAGE_FOLDER = "__MACOSX"


class FoundFile(NamedTuple):
    """A file that may be an image.

    Attributes:
        path: relative to the folder, with `/` between its parts.
        bytes, modified_ns: its size and time.
        problem: why it cannot be opened, empty if it can.
    """

    path: str
    bytes: int = 0
    modified_ns: int = 0
    problem: str = ""

    @property
    def class_name(self) -> str:
        """The first folder of its path, empty if it has none."""
        first, slash, _ = self.path.partition("/")
        return first if slash else ""


def walk(root: Path) -> Iterator[FoundFile]:
    """Yields the files below `root` that may be images, sorted by name.

    Hidden files and those of well-known other kinds are left out. Links are
    followed, except to a folder that they lie in. At no time is more held than
    the names in one folder and in those around it.
    """
    return _walk(root, "", frozenset())


def fingerprint(file: FoundFile) -> bytes:
    """A digest that changes with the file's name, size or time."""
    text = repr(tuple(file)).encode("utf-8", "backslashreplace")
    return hashlib.sha256(text).digest()


def _walk(
    folder: Path, prefix: str, around: frozenset[tuple[int, int]]
) -> Iterator[FoundFile]:
    try:
        status = folder.stat()
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield FoundFile(prefix, problem=_reason(error))
        return
    around |= {(status.st_dev, status.st_ino)}
    for name in names:
        if name.startswith(".") or name == _NO_IMAGE_FOLDER:
            continue
        path = folder / name
        try:
            status = path.stat()
        except OSError as error:
            yield FoundFile(prefix + name, problem=_reason(error))
            continue
        if stat.S_ISDIR(status.st_mode):
            if (status.st_dev, status.st_ino) not in around:
                yield from _walk(path, f"{prefix}{name}/", around)
        elif path.suffix.lower() not in _NO_IMAGES:
            yield _found(prefix + name, status)


def _found(path: str, status: os.stat_result) -> FoundFile:
    # To open a pipe would wait for its other end, for ever.
    problem = "" if stat.S_ISREG(status.st_mode) else "not a regular file"
    return FoundFile(path, status.st_size, status.st_mtime_ns, problem)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
