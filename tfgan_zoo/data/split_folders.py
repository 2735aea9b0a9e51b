"""Folders that are the splits of a data set, not its classes."""

from __future__ import annotations

import collections
import os
import re
from collections.abc import Iterable
from pathlib import Path

from tfgan_zoo.data.class_names import natural_key
from tfgan_zoo.data.ignored_folders import is_system_folder
from tfgan_zoo.data.spec import PAIRS
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


def parse_split(folder: str) -> str:
    """Returns "train", "validation" or "test" if a name means it, else ""."""
    split, others = _parse(folder)
    return "" if others else split


def splits_in_name(name: str | None) -> frozenset[str]:
    """Returns all of "train", "validation" and "test" that a split is of.

    Args:
        name: of a folder, or of TFDS, as `train+test[:50%]`; None is `train`.
    """
    words = _words(name or "train")
    return frozenset(_SPLIT_OF[word] for word in words if word in _SPLIT_OF)


def find_splits(folders: Iterable[str]) -> dict[str, str]:
    """Returns which of the folders that hold images are splits, and of what.

    They are if all are called so, or if one is to train with and another one
    of the same further words (`seg_train`, `seg_test`) to validate or test. A
    class may well be called `test`, or `train`.

    Args:
        folders: their names.

    Returns:
        "train", "validation" or "test" by name; empty if they are no splits.
    """
    parsed = {name: _parse(name) for name in folders}
    if parsed and all(map(parse_split, parsed)):
        return {name: split for name, (split, _) in parsed.items()}
    by_words: dict[str, set[str]] = collections.defaultdict(set)
    for split, others in parsed.values():
        by_words[others].update([split] if split else [])
    paired = {
        others
        for others, splits in by_words.items()
        if "train" in splits and len(splits) > 1
    }
    return {
        name: split
        for name, (split, others) in parsed.items()
        if split and others in paired
    }


def split_folders(root: Path) -> dict[str, list[str]]:
    """Returns the folders of each split, empty if `root` holds no splits.

    Raises:
        OSError: `root` cannot be read.
    """
    return _innermost(root)[1]


def _parse(folder: str) -> tuple[str, str]:
    """Returns the split that a word of a name means, and the other words."""
    words = _words(folder)
    telling = [word for word in words if len(word) > 1 and word not in _FILLERS]
    splits = [word for word in telling if word in _SPLIT_OF]
    if len(splits) != 1:
        return "", ""
    telling.remove(splits[0])
    return _SPLIT_OF[splits[0]], " ".join(telling)


def _words(name: str) -> list[str]:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+", name)
    words = [word.casefold() for word in words]
    return [word[:-3] if word.endswith("set") else word for word in words]


def _innermost(root: Path) -> tuple[Path, dict[str, list[str]]]:
    """Goes into a split that is alone and holds splits, as zip files do.

    Returns:
        The folder that the splits lie in, and they.
    """
    while True:
        splits = _splits_in(root)
        names = [name for folders in splits.values() for name in folders]
        if len(names) != 1 or not _splits_in(root / names[0]):
            return root, splits
        root = root / names[0]


def _splits_in(root: Path) -> dict[str, list[str]]:
    folders = visible_folders(root)
    if not any(_parse(name)[0] for name in folders):
        return {}
    candidates = [name for name in folders if not is_system_folder(name)]
    candidates = [name for name in candidates if _holds_images(root / name)]
    split_by_folder = find_splits(candidates)
    splits = {
        split: [
            name for name in candidates if split_by_folder.get(name) == split
        ]
        for split in _SPLITS
    }
    return {split: names for split, names in splits.items() if names}


def visible_folders(root: Path) -> list[str]:
    """Returns the names of the folders in a folder that are not hidden.

    Raises:
        OSError: it cannot be read.
    """
    try:
        names = os.listdir(root)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise type(error)(
            "`dataset` must be a folder that can be read. "
            f"Received: {root} ({reason})."
        ) from None
    folders = [name for name in names if os.path.isdir(root / name)]
    return sorted(
        (name for name in folders if not name.startswith(".")), key=natural_key
    )


def choose(root: Path, split: str | None) -> Path:
    """Returns the folder of a split.

    Args:
        root: the data set's folder.
        split: the name of a folder, or what it stands for; None where the
            folder must not hold more than one.

    Raises:
        ValueError: the split is not there, or none is asked for and the
            folder holds several, or one to test with and none to train with.
        OSError: `root` cannot be read.
    """
    root, splits = _innermost(root)
    folders = [name for names in splits.values() for name in names]
    if split is None:
        if len(folders) == 1:
            _require_no_other_train(root, folders[0])
            return _unwrap(root / folders[0])
        if splits:
            raise ambiguous_splits_error(root, folders)
        return root
    asked_for = split.casefold()
    named = [name for name in folders if name.casefold() == asked_for]
    meant = named or splits.get(_SPLIT_OF.get(asked_for, ""), [])
    if len(meant) == 1:
        return _unwrap(root / meant[0])
    if not splits and split == "train":
        return root
    raise ValueError(
        f"`split` of a folder must be {_list_choices(meant or folders)}. "
        f"Received: {split} of {root}."
    )


def ambiguous_splits_error(root: Path, folders: list[str]) -> ValueError:
    """Returns the error of a folder of several splits, with none chosen."""
    # What to train with is what is advised.
    folders = sorted(folders, key=lambda name: parse_split(name) != "train")
    return ValueError(
        "A folder of splits needs `split`, such as "
        f"--split={parse_split(folders[0]) or folders[0]}. Received: {root}, "
        f"with {', '.join(folders)}."
    )


def _require_no_other_train(root: Path, only: str) -> None:
    """Checks that images to test with are not all that is left of a set."""
    trains = [name for name in visible_folders(root) if name != only]
    trains = [name for name in trains if parse_split(name) == "train"]
    if trains and parse_split(only) != "train":
        raise ValueError(
            f"`dataset` must have an image in {trains[0]}; --split={only} "
            f"takes the others. Received: {root}, with images in {only} alone."
        )


def _unwrap(folder: Path) -> Path:
    """Goes into `train/train` and the like, which zip files leave behind."""
    while True:
        inner = [n for names in _splits_in(folder).values() for n in names]
        if len(inner) > 1:
            raise ambiguous_splits_error(folder, inner)
        visible = visible_folders(folder)
        is_wrapped = [n.casefold() for n in visible] == [folder.name.casefold()]
        if not inner and not is_wrapped:
            return folder
        folder = folder / (inner or visible)[0]


def require_no_splits(root: Path, inner: dict[str, set[str]]) -> None:
    """Checks that class folders hold no splits themselves.

    Args:
        root: the data set's folder.
        inner: names of the folders in each class folder that hold images.

    Raises:
        ValueError: one does.
    """
    for class_folder, folders in inner.items():
        splits = find_splits(sorted(folders, key=natural_key))
        if "train" not in splits.values():
            continue
        # What to train with comes first: it is what is advised.
        names = sorted(
            splits, key=lambda name: list(_SPLITS).index(splits[name])
        )
        rule = (
            "Splits must lie at the top of a data set's folder. Received: "
            f"{', '.join(names)} in {root / class_folder}"
        )
        if {name.casefold() for name in inner} == {"a", "b"}:
            raise ValueError(f"{rule}; pairs are --dataset={PAIRS}{root}.")
        if len(inner) == 1:
            raise ValueError(f"{rule}; give that one, with --split={names[0]}.")
        raise ValueError(
            f"{rule}; move them to {names[0]}/{class_folder} and so on."
        )


def _list_choices(names: list[str]) -> str:
    return f"one of: {', '.join(names)}" if names else "train"


def _holds_images(folder: Path) -> bool:
    try:
        return any(file.is_named_as_image for file in Walk(folder))
    except ValueError:  # It has many files and no image.
        return False
