"""A folder of images as a data set."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tfgan_zoo.data.building import Log, build_examples
from tfgan_zoo.data.decode import UnreadableImage, ValueScale, decode
from tfgan_zoo.data.pixels import Shape
from tfgan_zoo.data.source import Entry, Source
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.store import Examples
from tfgan_zoo.data.walk import FoundFile, fingerprint, walk

DEFAULT_IMAGE_SIZE = 64
_BESIDE_CLASSES = "lies beside the class folders, so it has no class"
_IMAGE_ENDINGS = (
    *(".avif", ".bmp", ".gif", ".jp2", ".jpeg", ".jpg", ".png", ".ppm"),
    *(".tif", ".tiff", ".webp"),
)


def folder_examples(request: DataRequest, *, log: Log) -> Examples:
    """Reads a folder of images of any sizes, modes and formats.

    If the folder has subfolders with files in them, each is a class, with
    all that lies below it. Else the data set is unlabelled.

    Args:
        request: its `dataset` is the path of the folder.
        log: gets a line for each image skipped, and while it takes long.

    Returns:
        The examples, sorted by path.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it has no image that can be read, has images beside class
            folders, or with `request.strict` has one that cannot be read.
        OSError: the cache folder cannot be written to.
    """
    root = Path(request.dataset).expanduser()
    if not root.is_dir():
        raise FileNotFoundError(
            "`dataset` must be a name or the path of a folder that exists. "
            f"Received: {request.dataset}."
        )
    if request.split != "train":
        raise ValueError(
            "`split` of a folder must be train. "
            f"Received: {request.split} of {request.dataset}."
        )
    return build_examples(_source(root.resolve(), request), request, log=log)


def _source(root: Path, request: DataRequest) -> Source:
    digest = hashlib.sha256(os.fsencode(root))
    classes: list[str] = []
    images_without_class = 0
    count = 0
    for file in walk(root):
        digest.update(fingerprint(file))
        count += 1
        if not file.class_name:
            images_without_class += _is_named_as_image(file)
        elif file.class_name not in classes[-1:]:
            classes.append(file.class_name)
    if classes and images_without_class:
        raise ValueError(
            "A folder must hold images or class folders, not both. Received: "
            f"{root}, with {images_without_class:,} images beside the folders "
            f"{', '.join(classes[:3])}{', ...' if len(classes) > 3 else ''}."
        )
    size = request.image_size or DEFAULT_IMAGE_SIZE
    names = tuple(_text(name) for name in classes)
    spec = DatasetSpec(
        _text(root.name), size, size, request.channels or 3, names
    )
    labels = {name: label for label, name in enumerate(classes)}
    return Source(
        title=_text(str(root)),
        spec=spec,
        fingerprint=digest.hexdigest(),
        count=count,
        entries=lambda: _entries(root, labels, spec.image_shape),
    )


def _entries(
    root: Path, labels: dict[str, int], shape: Shape
) -> Iterator[Entry]:
    for file in walk(root):
        problem = file.problem
        if labels and file.class_name not in labels:
            problem = problem or _BESIDE_CLASSES
        path = os.path.join(root, file.path)
        image = functools.partial(_decode, path, problem, shape)
        yield Entry(file.path, labels.get(file.class_name, 0), image)


def _decode(
    path: str, problem: str, shape: Shape, scale: ValueScale
) -> np.ndarray:
    if problem:
        raise UnreadableImage(problem)
    return decode(path, shape, scale=scale)


def _is_named_as_image(file: FoundFile) -> bool:
    return os.path.splitext(file.path)[1].lower() in _IMAGE_ENDINGS


def _text(name: str) -> str:
    """A file's name without bytes that are not of any encoding."""
    return os.fsencode(name).decode("utf-8", "replace")
