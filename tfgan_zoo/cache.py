"""The package's folder in the user's cache, and how it is kept small.

Packed images and what evaluations computed of real ones can be made again, so
the longest unused of them make room for new ones. Downloads stay until the
user removes them. Files that the package did not write are never touched.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from tfgan_zoo import files

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed
    fcntl = None  # type: ignore[assignment]

LIMIT_VARIABLE = "TFGAN_ZOO_CACHE_GB"
_DEFAULT_LIMIT_GB = 20.0
# A process may be about to open what it has just written.
_RECENT_SECONDS = 60.0

IMAGES, EVALUATION, LEFTOVER = "images", "evaluation", "leftover"
DOWNLOAD = "download"
RENEWABLE = (IMAGES, EVALUATION, LEFTOVER)

_PACKED_NAME = r"(.*)-\d+x\d+x\d+-[0-9a-f]{32}\.examples"
_PACKED = re.compile(_PACKED_NAME)
_PACKED_PART = re.compile(_PACKED_NAME + r"\..*\.part")
_EVALUATED = re.compile(r"[0-9a-f]{40}\.npz")
_GENERATOR = re.compile(r"[0-9a-f]{64}")


class CachedFile(NamedTuple):
    """A file, or a folder that came as one.

    Attributes:
        path: where it is.
        kind: what it is: `IMAGES`, `EVALUATION`, `LEFTOVER` or `DOWNLOAD`.
        title: the data set's name, or the file's.
        bytes: its size.
        used: when it was last used, in seconds since 1970.
    """

    path: Path
    kind: str
    title: str
    bytes: int
    used: float


def limit_bytes() -> float:
    """Returns what packed images and evaluations may take.

    Raises:
        ValueError: `$TFGAN_ZOO_CACHE_GB` is no number of at least 0.
    """
    text = os.environ.get(LIMIT_VARIABLE, "").strip()
    try:
        limit = float(text) if text else _DEFAULT_LIMIT_GB
    except ValueError:
        limit = math.nan
    if not limit >= 0:
        raise ValueError(
            f"`${LIMIT_VARIABLE}` must be a number of at least 0. "
            f"Received: {text}."
        )
    return limit * 1e9


def cached_files(folder: Path) -> list[CachedFile]:
    """Returns what the package keeps in its cache, longest unused first.

    Args:
        folder: `files.user_cache()`; there need not be any.
    """
    cached = [
        *_find(folder, _PACKED, IMAGES),
        *_find(folder, _PACKED_PART, LEFTOVER),
        *_find(folder / "evaluation", _EVALUATED, EVALUATION),
        *_find(folder / "generators", _GENERATOR, DOWNLOAD),
        *_networks(folder / "networks"),
    ]
    partial = re.compile(re.escape(files.PARTIAL_PREFIX) + ".*")
    for name in ("evaluation", "generators", "networks"):
        cached += _find(folder / name, partial, LEFTOVER)
    return sorted(cached, key=lambda file: (file.used, file.path))


def trim(
    folder: Path, *, keep: Path, log: Callable[[str], None] = print
) -> None:
    """Removes the longest unused of what can be made again, above the limit.

    Args:
        folder: of the cache.
        keep: a file that stays.
        log: gets a line if something was removed.

    Raises:
        ValueError: as `limit_bytes`.
    """
    limit = limit_bytes()
    known = [file for file in cached_files(folder) if file.kind in RENEWABLE]
    excess = sum(file.bytes for file in known) - limit
    removed = 0
    for file in known:
        if excess <= 0:
            break
        if file.path == keep or _is_recent(file):
            continue
        if remove(file):
            excess -= file.bytes
            removed += file.bytes
    if removed:
        log(
            f"Removed {size_text(removed)} of data long unused from the cache "
            f"{folder}, which may hold {size_text(limit)} "
            f"(${LIMIT_VARIABLE})."
        )


def remove(file: CachedFile) -> bool:
    """Removes a file; returns whether it did, as one in use stays."""
    # A leftover may be a file that is being written.
    if file.kind == LEFTOVER and _is_recent(file) or _is_held(file.path):
        return False
    try:
        if file.path.is_dir():
            shutil.rmtree(file.path)
        else:
            file.path.unlink()
    except OSError:  # open, on Windows; or another process was quicker
        return False
    return True


def mark_used(path: Path) -> None:
    """Notes that a file was used; of one that is not ours, it cannot."""
    with contextlib.suppress(OSError):
        os.utime(path)


def hold(file: IO[bytes]) -> None:
    """Keeps other processes from removing a file until it is closed.

    Where there are no locks, POSIX still lets an open file be read to its end.
    """
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)


def size_text(count: float) -> str:
    """Returns a number of bytes for people, as "1.2 GB"."""
    units = iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while count >= 1000 and unit != "TB":
        count, unit = count / 1000, next(units)
    return f"{count:.0f} {unit}" if count >= 100 else f"{count:.3g} {unit}"


def _is_recent(file: CachedFile) -> bool:
    return abs(time.time() - file.used) < _RECENT_SECONDS


def _is_held(path: Path) -> bool:
    if fcntl is None or path.is_dir():
        return False
    try:
        with open(path, "rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no locks here, or no file any more
        return False
    return False


def _find(
    folder: Path, name: re.Pattern[str], kind: str
) -> Iterator[CachedFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        match = name.fullmatch(entry.name)
        # A link leads to what is somebody else's.
        if match and not entry.is_symlink():
            title = match.group(1) if match.groups() else entry.name
            with contextlib.suppress(OSError):
                yield _described(Path(entry.path), kind, title)


def _described(path: Path, kind: str, title: str) -> CachedFile:
    status = path.stat()
    count = status.st_size
    if path.is_dir():
        inner = [part for part in path.rglob("*") if part.is_file()]
        count = sum(part.stat().st_size for part in inner)
    return CachedFile(path, kind, title, count, status.st_mtime)


def _networks(folder: Path) -> Iterator[CachedFile]:
    """Feature networks; one that was downloaded has its hash beside it."""
    for record in _find(folder, re.compile(r"(.+)\.sha256"), DOWNLOAD):
        yield record
        with contextlib.suppress(OSError):
            path = folder / record.title
            if path.is_file() and not path.is_symlink():
                yield _described(path, DOWNLOAD, record.title)
