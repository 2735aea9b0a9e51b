"""The cache file of a data set: its examples, ready to be read in any order.

Records of one size come first (`store.record_type`), then a JSON object (what
the data set is, how many records, what was skipped), then its length and a
mark. A file cut short lacks the mark; any other length disagrees with it. What
is read into memory must have the CRC-32 that the object states.
The labels are numbers of the classes that have images (`class_names` of the
object), which may be fewer than those that the spec asks for.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import struct
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Union

import numpy as np

from tfgan_zoo import cache, file_systems
from tfgan_zoo.data import store
from tfgan_zoo.data.class_names import ClassNumbers
from tfgan_zoo.data.content import Content, ContentHash
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.data.value_scale import ValueScale

# To be raised whenever the format changes, or what decoding makes of an image.
VERSION = 3

_END = struct.Struct("<Q8s")
_MARK = b"TFGANZOO"
_ABANDONED_SECONDS = 3600


class Decoded(NamedTuple):
    """An example that could be decoded.

    Attributes:
        images: uint8 [H, W, C] each, by the names of features.
        label: its class's place among the spec's.
        digest: of the encoded images; empty where the pixels are all there is.
    """

    images: Mapping[str, np.ndarray]
    label: int
    digest: bytes = b""


Result = Union[Decoded, store.Skipped]


def write_packed(
    path: Path,
    spec: DatasetSpec,
    results: Iterable[Result],
    *,
    fixed_classes: int | None = None,
    scale: ValueScale | None = None,
) -> None:
    """Writes a cache file; it appears under its name only when whole.

    Args:
        path: where; folders that are missing are made.
        spec: of the images that `results` holds.
        results: what became of each image, in order.
        fixed_classes: how many of the spec's classes stay without an image;
            None is all of them.
        scale: by which they were decoded.

    Raises:
        OSError: the folder cannot be written to.
    """
    numbers = ClassNumbers(spec.class_names, fixed_classes)
    content_hash = ContentHash()
    checksum = 0
    with _write_atomically(path) as file:
        skipped = []
        for result in results:
            if isinstance(result, store.Skipped):
                skipped.append(dataclasses.astuple(result))
                continue
            label = numbers.number(result.label)
            images = [result.images[name] for name in spec.image_names]
            pixels = b"".join(image.tobytes() for image in images)
            record = struct.pack("<i", label) + pixels
            file.write(record)
            checksum = zlib.crc32(record, checksum)
            content_hash.add(label, result.digest or pixels)
        content = content_hash.content(len(numbers.class_names))
        index = {
            "spec": spec.to_dict(),
            "class_names": numbers.class_names,
            "count": content.examples,
            "content": dataclasses.asdict(content),
            "crc32": checksum,
            "sample_bits": scale.sample_bits if scale else None,
            "skipped": skipped,
        }
        text = json.dumps(index).encode()
        file.write(text + _END.pack(len(text), _MARK))


def open_packed(path: Path, spec: DatasetSpec) -> store.Examples | None:
    """Opens a cache file; None if it is not there, not whole or not it."""
    try:
        file = path.open("rb", buffering=0)
    except OSError:
        return None
    index = _read_index(file)
    if index is None or index["spec"] != _as_json(spec.to_dict()):
        file.close()
        return None
    named_spec = dataclasses.replace(
        spec, class_names=tuple(index["class_names"])
    )
    rows = _rows(file, store.record_type(spec), index)
    if rows is None:
        return None
    examples = store.Examples(
        named_spec,
        rows,
        skipped=tuple(store.Skipped(*pair) for pair in index["skipped"]),
        content=Content.from_dict(index["content"]),
    )
    examples.sample_bits = index["sample_bits"]
    return examples


def _rows(
    file: BinaryIO, record: np.dtype, index: dict[str, Any]
) -> store.Rows | None:
    """Returns the records, None if they are damaged."""
    count = index["count"]
    if count * record.itemsize > store.IN_MEMORY_BYTES:
        cache.hold(file)
        return store.FileRows(file, record, count=count)
    with file:
        file.seek(0)
        records = np.fromfile(file, record, count)
    if zlib.crc32(records.view(np.uint8).data) != index["crc32"]:
        return None
    return store.MemoryRows(store.unpack_records(records))


def _read_index(file: BinaryIO) -> dict[str, Any] | None:
    try:
        end = file.seek(-_END.size, os.SEEK_END)
        length, mark = _END.unpack(file.read(_END.size))
        start = file.seek(end - length)
        index = json.loads(file.read(length))
        spec = DatasetSpec(**index["spec"])
        index["sample_bits"] = index.get("sample_bits")
        records = index["count"] * store.record_type(spec).itemsize
        int(index["crc32"])
        Content.from_dict(index["content"])
        tuple(index["class_names"])
    except (OSError, OverflowError, ValueError, KeyError, TypeError):
        return None
    return index if mark == _MARK and records == start else None


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


@contextlib.contextmanager
def _write_atomically(path: Path) -> Iterator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path)
    number, name = tempfile.mkstemp(
        prefix=path.name + ".", suffix=".part", dir=path.parent
    )
    try:
        with open(number, "wb", buffering=2**20) as file:
            yield file
        file_systems.flush(Path(name))
        file_systems.replace(Path(name), path)
    except BaseException:
        os.unlink(name)
        raise


def _remove_abandoned(path: Path) -> None:
    """Removes what killed processes left of this file."""
    for part in path.parent.glob(path.name + ".*.part"):
        with contextlib.suppress(OSError):  # Another process was quicker.
            if time.time() - part.stat().st_mtime > _ABANDONED_SECONDS:
                part.unlink()
