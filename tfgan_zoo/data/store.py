"""Random access to the examples of a data set, in memory or in a file."""

from __future__ import annotations

import dataclasses
import os
import threading
from typing import BinaryIO, Protocol

import numpy as np

from tfgan_zoo.data.content import Content, ContentHash
from tfgan_zoo.data.order import example_indices
from tfgan_zoo.data.spec import DatasetSpec

# Above this, examples stay in their file.
IN_MEMORY_BYTES = 256 * 2**20
_ROWS_AT_ONCE = 1024

# Features by name, [B, ...] each.
Arrays = dict[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Skipped:
    """An image that could not be read, and why.

    Attributes:
        path: of the file, or what it is called.
        reason: in a few words.
        is_temporary: whether it may be read another time.
    """

    path: str
    reason: str
    is_temporary: bool = False


class Rows(Protocol):
    """What holds the features of examples."""

    def __len__(self) -> int: ...

    def read(self, indices: np.ndarray) -> Arrays: ...


class Examples:
    """The examples of a data set, by index.

    Args:
        spec: what all examples have in common.
        rows: that hold them.
        skipped: the images that could not be read.
        content: of the examples; None computes it when it is asked for.

    Attributes:
        spec, skipped: as given.
        path: of the folder of images, absolute; of pairs and of two folders,
            the data set's name with absolute paths; None of other data.
        label_note: why the examples have no labels, if there is more to say.
        sample_bits: how many bits the 16-bit images were taken to use; None
            where there are none.
    """

    def __init__(
        self,
        spec: DatasetSpec,
        rows: Rows,
        *,
        skipped: tuple[Skipped, ...] = (),
        content: Content | None = None,
    ) -> None:
        self.spec = spec
        self.skipped = skipped
        self.path: str | None = None
        self.label_note = ""
        self.sample_bits: int | None = None
        self._rows = rows
        self._content = content

    @property
    def content(self) -> Content:
        """What the examples are, to compare with others."""
        if self._content is None:
            self._content = self._read_content()
        return self._content

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the examples and their labels, in order."""
        return self.content.fingerprint

    def _read_content(self) -> Content:
        content_hash = ContentHash()
        for start in range(0, len(self), _ROWS_AT_ONCE):
            rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(self)))
            content_hash.add_arrays(self.read(rows))
        return content_hash.content(self.spec.num_classes)

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, indices: np.ndarray) -> Arrays:
        """Reads examples, in the order and as often as they are named.

        Args:
            indices: integers [B] in [0, len(self)).

        Returns:
            The features that `spec.features` describes: `image`, uint8
            [B, H, W, C], or points, float32 [B, 2]; of labelled data `label`,
            int32 [B]; and `source`, uint8 [B, H, W, C], where there is one.

        Raises:
            IndexError: an index is out of range.
        """
        indices = np.asarray(indices, np.int64)
        if indices.size and not 0 <= indices.min() <= indices.max() < len(self):
            raise IndexError(
                f"`indices` must be from 0 to {len(self) - 1}. "
                f"Received: {indices}."
            )
        arrays = self._rows.read(indices)
        return {name: arrays[name] for name in self.spec.features}

    def read_shuffled(
        self, positions: np.ndarray, *, seed: int, stream: str = ""
    ) -> Arrays:
        """Reads examples of the endless sequence of shuffled epochs.

        Args:
            positions, seed, stream: see `example_indices`.

        Returns:
            See `read`.
        """
        return self.read(
            example_indices(
                positions, count=len(self), seed=seed, stream=stream
            )
        )


class MemoryRows:
    """Rows in arrays: features by name, [N, ...] each."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def __len__(self) -> int:
        return len(next(iter(self._arrays.values())))

    def read(self, indices: np.ndarray) -> Arrays:
        return {name: array[indices] for name, array in self._arrays.items()}


class FileRows:
    """Rows in a file of `count` records, which starts with them.

    The file is not mapped into memory: what a process has touched of a mapped
    file counts as its memory, and would grow to the whole of it.
    """

    def __init__(self, file: BinaryIO, record: np.dtype, *, count: int) -> None:
        self._file = file
        self._record = record
        self._count = count
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._count

    def read(self, indices: np.ndarray) -> Arrays:
        size = self._record.itemsize
        parts = [self._read_at(size * int(index), size) for index in indices]
        records = np.frombuffer(b"".join(parts), self._record)
        arrays = unpack_records(records)
        return {name: np.ascontiguousarray(arrays[name]) for name in arrays}

    def _read_at(self, offset: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size, offset)
        with self._lock:  # Windows has no pread.
            self._file.seek(offset)
            return self._file.read(size)


def record_type(spec: DatasetSpec) -> np.dtype:
    """An example as a file holds it: the label, then the pixels.

    Examples without a label have 0 there.
    """
    images = [
        (name, np.uint8, spec.features[name].shape) for name in spec.image_names
    ]
    return np.dtype([("label", "<i4"), *images])


def unpack_records(records: np.ndarray) -> Arrays:
    """Returns the features of records, [N, ...] each, images as views."""
    arrays = {name: records[name] for name in records.dtype.names or ()}
    arrays["label"] = arrays["label"].astype(np.int32)
    return arrays
