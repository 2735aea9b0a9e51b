"""The files of a folder of pairs: `A` and `B`, and what has which partner."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tfgan_zoo.data import split_folders
from tfgan_zoo.data.class_names import normalize
from tfgan_zoo.data.walk import CandidateFile, Walk, fingerprint

Sides = tuple[Path, Path]

# `A`, `train_a`, `testB`.
_SIDE = re.compile(r"(.*?)[ _-]?([ab])", re.IGNORECASE)


class Pair(NamedTuple):
    """Two files of one name.

    Attributes:
        name: of the source, or of a file that has no partner.
        source, image: their paths.
        problem: why it is no pair, empty if it is.
    """

    name: str
    source: str = ""
    image: str = ""
    problem: str = ""


def find_sides(root: Path) -> dict[str, Sides]:
    """Returns `A` and `B` of each split, or of "" where none is named.

    Raises:
        ValueError: one is there without the other.
    """
    sides: dict[str, dict[str, Path]] = {}
    for name in split_folders.visible_folders(root):
        match = _SIDE.fullmatch(name)
        if match is None:
            continue
        word, side = match.group(1), match.group(2).lower()
        split = split_folders.parse_split(word)
        if split or not word:
            sides.setdefault(split, {})[side] = root / name
    for folders in sides.values():
        if len(folders) == 1:
            (folder,) = folders.values()
            raise ValueError(
                "A folder of pairs must have `B` beside `A`. "
                f"Received: {folder} alone."
            )
    return {split: (both["a"], both["b"]) for split, both in sides.items()}


def choose_sides(root: Path, split: str | None) -> Sides | None:
    """Returns `A` and `B` of a split, None where images are side by side.

    Raises:
        ValueError: `A` or `B` is there alone, or there is not that split.
    """
    sides = find_sides(root)
    if "" in sides:
        source, image = sides[""]
        return (
            split_folders.choose(source, split),
            split_folders.choose(image, split),
        )
    if not sides:
        # `train/A` beside `train/B`
        return find_sides(split_folders.choose(root, split)).get("")
    if split is None and len(sides) == 1:
        (both,) = sides.values()
        return both
    if split is None:
        raise split_folders.ambiguous_splits_error(root, list(sides))
    meant = split_folders.parse_split(split or "")
    if meant not in sides:
        raise ValueError(
            f"`split` of a folder of pairs must be one of: {', '.join(sides)}. "
            f"Received: {split} of {root}."
        )
    return sides[meant]


def require_no_sides(root: Path, folders: Iterable[str]) -> None:
    """Checks that no images lie in an `A` and a `B` somewhere below a folder.

    Args:
        root: the folder.
        folders: those below it that hold images, relative to it.

    Raises:
        ValueError: some do.
    """
    sides: dict[str, set[str]] = {}
    for folder in folders:
        names = PurePosixPath(folder).parts
        for depth, name in enumerate(names):
            if name.casefold() in ("a", "b"):
                outer = "/".join(names[:depth])
                sides.setdefault(outer, set()).add(name.casefold())
    for outer, both in sides.items():
        if len(both) > 1:
            raise ValueError(
                "`A` and `B` of a folder of pairs must lie at its top, or at "
                f"that of a split. Received: {root}, with both in {outer}."
            )


def match_files(root: Path, sides: Sides) -> tuple[list[Pair], str]:
    """Pairs the files of two folders by their paths without endings.

    Args:
        root: that messages name files from.
        sides: the folders of the sources and of the images.

    Returns:
        All pairs, and what is in none, with the reason; and a digest that
        changes with the name, size or time of any file.
    """
    digest = hashlib.sha256(b"pairs")
    by_name: list[dict[str, list[CandidateFile]]] = []
    for folder in sides:
        digest.update(os.fsencode(folder))
        files: dict[str, list[CandidateFile]] = {}
        for file in Walk(folder):
            digest.update(fingerprint(file))
            name = normalize(os.path.splitext(file.path)[0])
            files.setdefault(name, []).append(file)
        by_name.append(files)
    sources, images = by_name
    prefixes = [os.path.relpath(folder, root) for folder in sides]
    pairs = []
    for name in dict.fromkeys([*sources, *images]):
        both = sources.get(name, []), images.get(name, [])
        if list(map(len, both)) == [1, 1]:
            pairs.append(_pair(sides, prefixes[0], both[0][0], both[1][0]))
            continue
        for files_of_side, prefix, other in zip(both, prefixes, prefixes[::-1]):
            problem = f"has no partner in {other}"
            if all(both) or len(files_of_side) > 1:
                problem = "shares its name with another file"
            pairs += [
                Pair(os.path.join(prefix, file.path), problem=problem)
                for file in files_of_side
            ]
    return pairs, digest.hexdigest()


def _pair(
    sides: Sides, prefix: str, source: CandidateFile, image: CandidateFile
) -> Pair:
    problem = source.problem
    if image.problem:
        problem = problem or f"its partner: {image.problem}"
    return Pair(
        os.path.join(prefix, source.path),
        str(sides[0] / source.path),
        str(sides[1] / image.path),
        problem,
    )
