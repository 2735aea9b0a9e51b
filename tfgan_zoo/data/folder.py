"""A folder of images as a data set."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tfgan_zoo import paths
from tfgan_zoo.data import ignored_folders, split_folders
from tfgan_zoo.data.class_names import normalize
from tfgan_zoo.data.decode import UnreadableImage, ValueScale, decode
from tfgan_zoo.data.packing import Entry, Images, Log, Source, build_examples
from tfgan_zoo.data.pixels import Shape
from tfgan_zoo.data.scan import Scan, list_folders, scan
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.store import Examples
from tfgan_zoo.data.unreadable import is_temporary_error
from tfgan_zoo.data.walk import Walk, class_key, class_name
from tfgan_zoo.messages import printable

DEFAULT_IMAGE_SIZE = 64
_BESIDE_CLASSES = "lies beside the class folders, so it has no class"


def load_folder(request: DataRequest, *, log: Log) -> Examples:
    """Reads a folder of images of any sizes, modes and formats.

    If the folder has subfolders with images in them, each is a class, with
    all that lies below it. Else the data set is unlabelled.

    Args:
        request: its `dataset` is the path of the folder.
        log: gets a line for each image skipped, for folders that are left out,
            and while it takes long.

    Returns:
        The examples, class by class in natural order, sorted by path.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it has no image that can be read, has images beside class
            folders, holds splits of which none is asked for, is none of
            images, or with `request.strict` has one that cannot be read.
        OSError: the cache folder cannot be written to.
    """
    whole = resolve_folder(request)
    root = split_folders.choose(whole, request.split or None)
    if root != whole and not request.split:
        split = printable(class_name(str(root.relative_to(whole))))
        dataset = printable(class_name(request.dataset))
        log(f"Taking the split {split} of {dataset}.")
    name = class_name(whole.name)
    contents = scan(root, Walk(root, log=log), name)
    _log_left_out(contents, log)
    examples = None
    if _is_in_order(contents, request.class_names):
        examples = _build(contents, request, (), log)
    given = tuple(map(normalize, request.class_names or ()))
    is_known = not set(given).isdisjoint(contents.class_names)
    if examples is None or (is_known and examples.spec.class_names != given):
        # As a run numbered its classes that began by another order.
        walk = Walk(root, key=functools.partial(_key_by, given))
        examples = _build(scan(root, walk, name), request, given, log)
    _log_empty(contents, examples, log)
    examples.path = str(whole)
    return examples


def resolve_folder(request: DataRequest) -> Path:
    """Returns the folder that a request names, as an absolute path.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it is the root of a file system, or part of a run folder.
    """
    root = paths.expand(request.dataset)
    if not os.path.isdir(root):
        raise FileNotFoundError(
            "`dataset` must be a name or the path of a folder that exists. "
            f"Received: {request.dataset}."
        )
    root = root.resolve()
    if root == root.parent and os.name == "posix":
        raise ValueError(
            "`dataset` must be a folder of images, not all of a disk. "
            f"Received: {request.dataset}."
        )
    run = ignored_folders.enclosing_run(root)
    if run is not None:
        raise ValueError(
            "`dataset` must not be what a training wrote. "
            f"Received: {request.dataset}, in the run folder {run}."
        )
    return root


def _is_in_order(contents: Scan, class_names: tuple[str, ...] | None) -> bool:
    """Whether the natural order of classes can be the one asked for."""
    if class_names is None or not contents.folders:
        return True
    requested = [normalize(name) for name in class_names]
    if set(requested).isdisjoint(contents.class_names):
        return True
    shared = [name for name in contents.class_names if name in requested]
    return shared == requested


def _key_by(class_names: tuple[str, ...], folder: str) -> Any:
    name, last = class_name(folder), len(class_names)
    place = class_names.index(name) if name in class_names else last
    return place, class_key(folder)


def _build(
    contents: Scan, request: DataRequest, fixed: tuple[str, ...], log: Log
) -> Examples:
    size = request.choose_size(DEFAULT_IMAGE_SIZE)
    further = [name for name in contents.class_names if name not in fixed]
    names = (*fixed, *further) if contents.folders else ()
    numbers = {name: label for label, name in enumerate(names)}
    spec = DatasetSpec(contents.name, *size, request.channels or 3, names)
    labels = {
        folder: numbers[class_name(folder)] for folder in contents.folders
    }
    shape = spec.image_shape
    source = Source(
        title=printable(class_name(str(contents.root))),
        spec=spec,
        fingerprint=contents.digest.hex(),
        count=contents.count,
        entries=lambda: _entries(contents.root, contents.walk, labels, shape),
        fixed_classes=len(fixed),
    )
    return build_examples(source, request, log=log)


def _entries(
    root: Path, walk: Walk, labels: dict[str, int], shape: Shape
) -> Iterator[Entry]:
    for file in walk:
        problem = file.problem
        if labels and file.class_name not in labels:
            problem = problem or _BESIDE_CLASSES
        path = os.path.join(root, file.path)
        decode_file = functools.partial(_decode, path, problem, shape)
        yield Entry(file.path, labels.get(file.class_name, 0), decode_file)


def _decode(path: str, problem: str, shape: Shape, scale: ValueScale) -> Images:
    if problem:
        raise UnreadableImage(problem)
    pixels = decode(path, shape, scale=scale)
    return Images({"image": pixels}, hash_file(path))


def hash_file(path: str) -> bytes:
    """Returns the SHA-256 of a file's content.

    Raises:
        UnreadableImage: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableImage(
            reason.lower(), is_temporary=is_temporary_error(error)
        ) from None
    return digest.digest()


def _log_left_out(contents: Scan, log: Log) -> None:
    for kind, places in contents.walk.left_out.items():
        log(f"Left out {kind}: {list_folders(places)}.")
    if len(contents.inner) > 1:
        (only,) = contents.folders
        folder = printable(class_name(str(contents.root / only)))
        log(
            f"All images are of one class, {printable(class_name(only))}; "
            f"--dataset={folder} makes classes of the folders in it: "
            f"{list_folders(contents.inner)}."
        )
    called_split = list(filter(split_folders.parse_split, contents.folders))
    if called_split:
        log(
            f"Taking {list_folders(called_split)} for a class, as there are "
            f"others beside: {list_folders(contents.folders)}."
        )


def _log_empty(contents: Scan, examples: Examples, log: Log) -> None:
    if not contents.folders:
        return
    empty = [
        name
        for name in map(class_name, contents.walk.class_folders)
        if name not in examples.spec.class_names
    ]
    if empty:
        log(
            "Not a class, without an image that can be read: "
            f"{list_folders(empty)}."
        )
