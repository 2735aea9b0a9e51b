"""Pairs of an image to be translated, `source`, and what it becomes, `image`.

A folder of pairs has one of three forms, as the data sets of image-to-image
translation come: folders `A` and `B` that hold the same names, each with
folders of splits in it or not; such folders of each split, `train_a` and
`train_b`, or `A` and `B` in `train`; or images with both side by side. `A`, or
the left half, is the source.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tfgan_zoo.data import split_folders
from tfgan_zoo.data.decode import (
    UnreadableImage,
    ValueScale,
    decode,
    read_size,
)
from tfgan_zoo.data.folder import DEFAULT_IMAGE_SIZE, hash_file, resolve_folder
from tfgan_zoo.data.packing import Entry, Images, Log, Source, build_examples
from tfgan_zoo.data.pair_folders import (
    Pair,
    Sides,
    choose_sides,
    find_sides,
    match_files,
    require_no_sides,
)
from tfgan_zoo.data.pixels import OWN_SIZE, Shape, resize
from tfgan_zoo.data.spec import PAIRS, DataRequest, DatasetSpec
from tfgan_zoo.data.store import Examples
from tfgan_zoo.data.walk import CandidateFile, Walk, class_name, fingerprint
from tfgan_zoo.messages import list_some, printable


def load_pairs(request: DataRequest, *, log: Log) -> Examples:
    """Reads a folder of pairs.

    Both images of a pair must be of one size, so that what is at a place in
    the one is there in the other. What has no partner, or one of another size
    or that cannot be read, is left out. The paths of all pairs are held at
    once.

    Args:
        request: its `dataset` is `pairs:` and the path of the folder.
        log: gets a line for each pair left out, and while it takes long.

    Returns:
        The examples, without labels, sorted by path.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it has no pair that can be read, `A` without `B`, a link
            from one to the other, or both where they are not looked for,
            splits of which none is asked for, or with `request.strict` an
            image without a partner or that cannot be read.
        OSError: the cache folder cannot be written to.
    """
    root = _root(request)
    channels = request.channels
    spec = DatasetSpec(
        class_name(root.name),
        *request.choose_size(DEFAULT_IMAGE_SIZE),
        channels or 3,
        source_channels=request.source_channels or channels or 3,
    )
    sides = choose_sides(root, request.split or None)
    if sides is None:
        source = _side_by_side(root, request.split or None, spec)
        log(
            f"Taking the left half of each image of {source.title} for the "
            "source, the right half for the image."
        )
    else:
        _log_left_out(root, log)
        source = _of_two_folders(root, sides, spec)
    examples = build_examples(source, request, log=log)
    examples.path = f"{PAIRS}{root}"
    return examples


def list_pair_splits(request: DataRequest) -> tuple[str, ...]:
    """Returns the splits of a folder of pairs, `train` alone without any.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it has `A` without `B`.
    """
    root = _root(request)
    sides = find_sides(root)
    if "" in sides:
        # Of splits within `A` and `B`, those that both have.
        first, second = map(split_folders.split_folders, sides[""])
        names = [name for name in first if name in second]
    else:
        names = list(sides or split_folders.split_folders(root))
    return tuple(names) or ("train",)


def _root(request: DataRequest) -> Path:
    path = request.dataset[len(PAIRS) :]
    if not path:
        raise ValueError(
            f"`dataset` must be `{PAIRS}` and the path of a folder of pairs. "
            f"Received: {request.dataset}."
        )
    return resolve_folder(dataclasses.replace(request, dataset=path))


def _log_left_out(root: Path, log: Log) -> None:
    files = map(CandidateFile, sorted(os.listdir(root)))
    images = [file.path for file in files if file.is_named_as_image]
    if images:
        log(f"Left out images beside `A` and `B`: {list_some(images)}.")


def _of_two_folders(root: Path, sides: Sides, spec: DatasetSpec) -> Source:
    if os.path.samefile(*sides):
        raise ValueError(
            "`A` and `B` of a folder of pairs must be different folders. "
            f"Received: {root}, where one is a link to the other."
        )
    pairs, digest = match_files(root, sides)
    if pairs and all("no partner" in pair.problem for pair in pairs):
        first, second = (os.path.relpath(side, root) for side in sides)
        raise ValueError(
            f"Some images in {first} and {second} must have the same names. "
            f"Received: {root}, where none do, such as {pairs[0].name}."
        )
    return Source(
        title=printable(class_name(str(root))),
        spec=spec,
        fingerprint=digest,
        count=len(pairs),
        entries=lambda: _entries_of_pairs(pairs, spec),
    )


def _entries_of_pairs(pairs: list[Pair], spec: DatasetSpec) -> Iterator[Entry]:
    for pair in pairs:
        yield Entry(pair.name, 0, functools.partial(_decode_pair, pair, spec))


def _decode_pair(pair: Pair, spec: DatasetSpec, scale: ValueScale) -> Images:
    if pair.problem:
        raise UnreadableImage(pair.problem)
    source = decode(pair.source, _source_shape(spec), scale=scale)
    try:
        image = decode(pair.image, spec.image_shape, scale=scale)
    except UnreadableImage as error:
        raise UnreadableImage(
            f"its partner: {error}",
            is_temporary=error.is_temporary,
            remedy=error.remedy,
        ) from None
    size, other = read_size(pair.source), read_size(pair.image)
    if size != other:
        raise UnreadableImage(
            f"{size[0]} x {size[1]} pixels, its partner {other[0]} x {other[1]}"
        )
    digest = hashlib.sha256(hash_file(pair.source))
    digest.update(hash_file(pair.image))
    return Images({"image": image, "source": source}, digest.digest())


def _side_by_side(root: Path, split: str | None, spec: DatasetSpec) -> Source:
    folder = split_folders.choose(root, split)
    walk = Walk(folder)
    digest = hashlib.sha256(b"side by side" + os.fsencode(folder))
    count = 0
    inner: set[str] = set()
    for file in walk:
        digest.update(fingerprint(file))
        inner.add(os.path.dirname(file.path))
        count += 1
    require_no_sides(folder, inner)
    return Source(
        title=printable(class_name(str(folder))),
        spec=spec,
        fingerprint=digest.hexdigest(),
        count=count,
        entries=lambda: _entries_of_halves(folder, walk, spec),
    )


def _entries_of_halves(
    folder: Path, walk: Walk, spec: DatasetSpec
) -> Iterator[Entry]:
    for file in walk:
        path = str(folder / file.path)
        decode_file = functools.partial(
            _decode_halves, path, file.problem, spec
        )
        yield Entry(file.path, 0, decode_file)


def _decode_halves(
    path: str, problem: str, spec: DatasetSpec, scale: ValueScale
) -> Images:
    if problem:
        raise UnreadableImage(problem)
    shape = spec.image_shape
    whole = decode(path, (*OWN_SIZE, shape[-1]), scale=scale)
    width = whole.shape[1]
    if width % 2:
        raise UnreadableImage(f"{width} pixels wide, which has no two halves")
    source, image = np.split(whole, 2, axis=1)
    pixels = {
        "image": resize(image, shape),
        "source": resize(source, _source_shape(spec)),
    }
    return Images(pixels, hash_file(path))


def _source_shape(spec: DatasetSpec) -> Shape:
    return spec.features["source"].shape
