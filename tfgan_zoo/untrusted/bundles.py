"""TensorFlow's checkpoint files, read as data.

TensorFlow's own reader ends the process where an index is written to mislead
it: it makes strings of any length that one claims, and aborts at an impossible
shape. So the index is parsed here. It is a table as LevelDB has them: blocks of
sorted keys, a block that lists the blocks, and a footer that locates that
one. See tensorflow/core/util/tensor_bundle and lib/io/table_format.txt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import tensor_bundle_pb2

from tfgan_zoo.untrusted import checksums
from tfgan_zoo.untrusted.regular_files import read_part

_MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
_FOOTER_BYTES = 48
_CHECKSUM_BYTES = 4
_UNCOMPRESSED = b"\0"
_MAX_INDEX_BYTES = 2**26


class Bundle:
    """A checkpoint: tensors by key.

    Args:
        prefix: path of its files without their endings.

    Raises:
        ValueError: its index is damaged.
        OSError: it cannot be read.
    """

    def __init__(self, prefix: Path) -> None:
        self._prefix = prefix
        index = read_part(
            prefix.with_name(f"{prefix.name}.index"), 0, _MAX_INDEX_BYTES
        )
        entries = _entries(index)
        header = tensor_bundle_pb2.BundleHeaderProto.FromString(
            entries.pop("", b"")
        )
        if header.endianness != tensor_bundle_pb2.BundleHeaderProto.LITTLE:
            raise ValueError("of another byte order")
        self._shards = header.num_shards
        self._entries = {
            key: tensor_bundle_pb2.BundleEntryProto.FromString(value)
            for key, value in entries.items()
        }

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def spec(self, key: str) -> tuple[int, list[int]]:
        """Returns the DataType and shape of a tensor, without reading it."""
        entry = self._entries[key]
        return entry.dtype, [dim.size for dim in entry.shape.dim]

    def string(self, key: str) -> bytes:
        """Returns the only string of a tensor.

        Raises:
            ValueError: it is no string, or damaged.
            OSError: it cannot be read.
        """
        entry = self._entries[key]
        if self.spec(key) != (tf.string.as_datatype_enum, []):
            raise ValueError(f"{key} is no string")
        content = self._content(entry)
        length, start = _varint(content, 0)
        text = start + _CHECKSUM_BYTES
        if text + length != len(content):
            raise ValueError(f"{key} is of another length")
        counted = length.to_bytes(4 if length < 2**32 else 8, "little")
        _require_checksum(counted + content[start:], entry.crc32c)
        return content[text:]

    def arrays(self, keys: list[str]) -> list[np.ndarray]:
        """Returns tensors of numbers.

        Raises:
            ValueError: one has another size than its shape, or
                damaged.
            OSError: one cannot be read.
        """
        arrays = []
        for key in keys:
            entry = self._entries[key]
            number, shape = self.spec(key)
            dtype = np.dtype(tf.dtypes.as_dtype(number).as_numpy_dtype)
            if entry.slices or entry.size != math.prod(shape) * dtype.itemsize:
                raise ValueError(f"{key} is of another size")
            content = self._content(entry)
            _require_checksum(content, entry.crc32c)
            arrays.append(np.frombuffer(content, dtype).reshape(shape))
        return arrays

    def _content(self, entry: Any) -> bytes:
        name = (
            f"{self._prefix.name}.data-"
            f"{entry.shard_id:05d}-of-{self._shards:05d}"
        )
        path = self._prefix.with_name(name)
        if not 0 <= entry.offset <= path.lstat().st_size - entry.size:
            raise ValueError(f"{name} is cut short")
        return read_part(path, entry.offset, entry.size)


def _entries(index: bytes) -> dict[str, bytes]:
    """Returns the values of a table by key."""
    footer = index[-_FOOTER_BYTES:]
    if len(footer) < _FOOTER_BYTES or not footer.endswith(_MAGIC):
        raise ValueError("without a footer")
    _, place = _handle(footer, 0)
    listing, _ = _handle(footer, place)
    blocks = [
        _handle(value, 0)[0]
        for _, value in _pairs(_checked(index, [listing])[0])
    ]
    return {
        key.decode("utf-8"): value
        for block in _checked(index, blocks)
        for key, value in _pairs(block)
    }


def _checked(index: bytes, handles: list[tuple[int, int]]) -> list[bytes]:
    """Returns blocks whose checksums are right."""
    if sum(size for _, size in handles) > len(index):
        raise ValueError("of overlapping blocks")
    blocks = []
    for offset, size in handles:
        end = offset + size + 1
        content = index[offset:end]
        checksum = index[end : end + _CHECKSUM_BYTES]
        if len(checksum) < _CHECKSUM_BYTES or content[-1:] != _UNCOMPRESSED:
            raise ValueError("without a whole block")
        _require_checksum(content, int.from_bytes(checksum, "little"))
        blocks.append(content[:-1])
    return blocks


def _require_checksum(content: bytes, expected: int) -> None:
    if checksums.masked(content) != expected:
        raise ValueError("of another checksum")


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields the keys and values of a block."""
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 * (restarts + 1)
    if len(block) < 4 or end < 0:
        raise ValueError("with a block of no entries")
    key, place = b"", 0
    while place < end:
        shared, place = _varint(block, place)
        added, place = _varint(block, place)
        size, place = _varint(block, place)
        if shared > len(key) or place + added + size > end:
            raise ValueError("with a broken entry")
        key = key[:shared] + block[place : place + added]
        place += added
        yield key, block[place : place + size]
        place += size


def _handle(content: bytes, place: int) -> tuple[tuple[int, int], int]:
    """Reads where a block is, and how long."""
    offset, place = _varint(content, place)
    size, place = _varint(content, place)
    return (offset, size), place


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Reads a number of at most 64 bits, and where it ends."""
    value = 0
    for shift in range(0, 64, 7):
        if place >= len(content):
            break
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("with a broken number")
