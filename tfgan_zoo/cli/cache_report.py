"""The output of `tfgan-zoo cache`: what is there, or was removed."""

from __future__ import annotations

import time
from pathlib import Path

from tfgan_zoo import cache
from tfgan_zoo.messages import printable


def table(folder: Path) -> str:
    """Returns a line for each file of the cache, and their sum."""
    cached = cache.cached_files(folder)
    lines = [
        f"{cache.size_text(file.bytes):>10}  {_date(file.used)}  "
        f"{file.kind:<10}  {printable(file.title)}"
        for file in reversed(cached)
    ]
    heading = [f"{'size':>10}  {'last used':<16}  {'kind':<10}  name"]
    total = cache.size_text(sum(file.bytes for file in cached))
    limit = cache.size_text(cache.limit_bytes())
    return "\n".join(
        [
            *(heading + lines if lines else []),
            f"{folder}: {_count(cached)}, {total}. Above {limit} "
            f"(${cache.LIMIT_VARIABLE}) what has been unused longest is "
            "removed, except downloads.",
        ]
    )


def empty(folder: Path, *, with_downloads: bool) -> str:
    """Removes what can be made or downloaded again; reports how much."""
    kinds = cache.RENEWABLE + ((cache.DOWNLOAD,) if with_downloads else ())
    chosen = [file for file in cache.cached_files(folder) if file.kind in kinds]
    removed = [file for file in chosen if cache.remove(file)]
    size = cache.size_text(sum(file.bytes for file in removed))
    in_use = len(chosen) - len(removed)
    stayed = f" {in_use:,} in use or not removable stayed." if in_use else ""
    return f"Removed {_count(removed)}, {size}, from {folder}.{stayed}"


def _count(cached: list[cache.CachedFile]) -> str:
    return f"{len(cached):,} file{'' if len(cached) == 1 else 's'}"


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
