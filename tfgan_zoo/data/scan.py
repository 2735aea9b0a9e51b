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
from tfgan_zoo.data.walk import Walk, class_key, class_name, fingerprint
from tfgan_zoo.messages import list_some, printable


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
        inner: names of the folders in the only one of `folders` that all its
            images lie in, none where there are others.
    """

    root: Path
    name: str
    walk: Walk
    digest: bytes
    count: int
    folders: tuple[str, ...]
    inner: tuple[str, ...] = ()

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
    direct: set[str] = set()
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
            if not rest:
                direct.add(file.class_name)
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
            f"{list_folders([name for name in folders if folders[name]])}."
        )
    classes = () if images_beside else tuple(folders)
    require_distinct(map(class_name, classes), str(root))
    is_wrapped = len(classes) == 1 and classes[0] not in direct
    within = sorted(inner[classes[0]], key=class_key) if is_wrapped else []
    return Scan(
        root, name, walk, digest.digest(), count, classes, tuple(within)
    )


def list_folders(names: Sequence[str]) -> str:
    """Returns the names of the first folders, and how many more there are."""
    return list_some([printable(class_name(name)) for name in names])
