"""Folders that are the splits of a data set, not its classes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from tfgan_zoo.data.class_names import natural_key
from tfgan_zoo.data.own_folders import is_system_folder
from tfgan_zoo.data.walk import Walk

_SPLITS = {
    "train": ("train", "training", "trainval"),
    "validation": ("val", "valid", "validation", "dev", "eval", "evaluation"),
    "test": ("test", "testing"),
}
_SPLIT_OF = {name: split for split, names in _SPLITS.items() for name in names}
# Said beside the split: `train_images`, `test-set`, `trainA`, `val2017`.
_FILLERS = frozenset(
    (
        *("set", "data", "dataset", "split", "folder", "files", "hr", "lr"),
        *("images", "image", "imgs", "img", "pictures", "photos", "jpg", "png"),
    )
)


def split_of(folder: str) -> str:
    """Returns "train", "validation" or "test" if a name means it, else ""."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+", folder)
    words = [word.casefold().removesuffix("set") for word in words]
    telling = [word for word in words if len(word) > 1 and word not in _FILLERS]
    return _SPLIT_OF.get(telling[0], "") if len(telling) == 1 else ""


def are_splits(folders: Iterable[str]) -> bool:
    """Whether the folders that hold images are splits.

    They are if all are called so, or if one is to train with and another one
    to validate or test. A class may well be called `test`, or `train`.
    """
    splits = {split_of(folder) for folder in folders}
    all_are = bool(splits) and "" not in splits
    return all_are or ("train" in splits and len(splits - {"", "train"}) > 0)


def split_folders(root: Path) -> dict[str, list[str]]:
    """Returns the folders of each split, empty if `root` holds no splits.

    Raises:
        OSError: `root` cannot be read.
    """
    folders = sorted(
        (
            entry.name
            for entry in os.scandir(root)
            if entry.is_dir() and not entry.name.startswith(".")
        ),
        key=natural_key,
    )
    if not any(map(split_of, folders)):
        return {}
    candidates = [name for name in folders if not is_system_folder(name)]
    candidates = [name for name in candidates if _holds_images(root / name)]
    if not are_splits(candidates):
        return {}
    splits = {
        split: [name for name in candidates if split_of(name) == split]
        for split in _SPLITS
    }
    return {split: names for split, names in splits.items() if names}


def choose(root: Path, split: str | None) -> Path:
    """Returns the folder of a split.

    Args:
        root: the data set's folder.
        split: the name of a folder, or what it stands for; None where the
            folder must not hold more than one.

    Raises:
        ValueError: the split is not there, or none is asked for and the
            folder holds several.
    """
    splits = split_folders(root)
    folders = [name for names in splits.values() for name in names]
    if split is None:
        if len(folders) == 1:
            return root / folders[0]
        if splits:
            raise ValueError(
                "A folder of splits needs `split`, such as "
                f"--split={next(iter(splits))}. Received: {root}, with "
                f"{', '.join(folders)}."
            )
        return root
    named = [name for name in folders if name.casefold() == split.casefold()]
    meant = named or splits.get(split_of(split), [])
    if len(meant) == 1:
        return root / meant[0]
    if not splits and split == "train":
        return root
    raise ValueError(
        f"`split` of a folder must be {_choices(meant or folders)}. "
        f"Received: {split} of {root}."
    )


def require_no_splits(root: Path, inner: dict[str, set[str]]) -> None:
    """Checks that class folders hold no splits themselves.

    Args:
        root: the data set's folder.
        inner: names of the folders in each class folder that hold images.

    Raises:
        ValueError: one does.
    """
    for class_folder, folders in inner.items():
        if "train" not in map(split_of, folders) or not are_splits(folders):
            continue
        names = sorted(filter(split_of, folders))
        rule = (
            "Splits must lie at the top of a data set's folder. Received: "
            f"{', '.join(names)} in {root / class_folder}"
        )
        if len(inner) == 1:
            raise ValueError(
                f"{rule}; give that one, with --split={split_of(names[0])}."
            )
        raise ValueError(
            f"{rule}; move them to {names[0]}/{class_folder} and so on."
        )


def _choices(names: list[str]) -> str:
    return f"one of: {', '.join(names)}" if names else "train"


def _holds_images(folder: Path) -> bool:
    try:
        return any(file.is_named_as_image for file in Walk(folder))
    except ValueError:  # It has many files and no image.
        return False
