"""What a folder of images holds, before any of them is decoded."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from tfgan_zoo.data import split_folders
from tfgan_zoo.data.class_names import require_distinct
from tfgan_zoo.data.walk import Walk, class_name, fingerprint

_MAX_NAMED = 5


@dataclasses.dataclass(frozen=True)
class Scan:
    """What a walk found.

    Attributes:
        root: the folder.
        name: of the data set.
        walk: that walked it.
        digest: of all names, sizes and times.
        count: files that may be images.
        folders: names of those that hold such files, in order, or none where
            the images lie beside them.
    """

    root: Path
    name: str
    walk: Walk
    digest: bytes
    count: int
    folders: tuple[str, ...]

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(class_name(folder) for folder in self.folders)


def scan(root: Path, walk: Walk, name: str) -> Scan:
    """Walks a folder of images, or of class folders.

    Args:
        root: the folder.
        walk: of it.
        name: of the data set.

    Raises:
        ValueError: it has images beside class folders, holds splits within
            these, or is none of images.
    """
    digest = hashlib.sha256(os.fsencode(root))
    folders: dict[str, int] = {}
    inner: dict[str, set[str]] = collections.defaultdict(set)
    count = images_beside = 0
    for file in walk:
        digest.update(fingerprint(file))
        count += 1
        if not file.class_name:
            images_beside += file.is_named_as_image
            continue
        folders.setdefault(file.class_name, 0)
        if file.is_named_as_image:
            folders[file.class_name] += 1
            _, second, *rest = file.path.split("/", 2)
            inner[file.class_name].update([second] if rest else [])
    if walk.root_kind:
        raise ValueError(
            "`dataset` must be a folder of images. "
            f"Received: {root}, which is one of the {walk.root_kind}."
        )
    split_folders.require_no_splits(root, inner)
    if images_beside and any(folders.values()):
        raise ValueError(
            "A folder must hold images or class folders, not both. Received: "
            f"{root}, with {images_beside:,} images beside the folders "
            f"{some([name for name in folders if folders[name]])}."
        )
    classes = () if images_beside else tuple(folders)
    require_distinct(map(class_name, classes), str(root))
    return Scan(root, name, walk, digest.digest(), count, classes)


def some(names: Sequence[str]) -> str:
    """Returns the first names, for people, and how many there are if more."""
    shown = ", ".join(map(printable, names[:_MAX_NAMED]))
    if len(names) <= _MAX_NAMED:
        return shown
    return f"{shown}, ... ({len(names):,})"


def printable(name: str) -> str:
    """Returns a name or path for people, in a line."""
    # A name may hold line ends or terminal codes.
    name = class_name(name)
    return name if name.isprintable() else ascii(name)
