"""What a folder holds, to find out what a process did to it."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path


def take(folder: Path, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    """Returns what is under `folder`: relative path -> kind and content.

    Args:
        folder: which to read; nothing in it is followed or opened but
            regular files.
        but: names at its top to leave out.
    """
    found = {}
    for root, folders, names in os.walk(folder):
        if root == str(folder):
            folders[:] = [name for name in folders if name not in but]
            names = [name for name in names if name not in but]
        for name in [*folders, *names]:
            path = Path(root, name)
            found[str(path.relative_to(folder))] = _describe(path)
    return found


def _describe(path: Path) -> str:
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return f"link {os.readlink(path)}"
    if not stat.S_ISREG(mode):
        return f"{stat.S_IFMT(mode):o}"
    return f"file {hashlib.sha1(path.read_bytes()).hexdigest()}"


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Returns the paths that were added, changed or removed, sorted."""
    return sorted(
        path
        for path in {*before, *after}
        if before.get(path) != after.get(path)
    )
