"""Random access to the examples of a data set, in memory or in a file."""

from __future__ import annotations

import dataclasses
import os
import threading
from typing import BinaryIO, Protocol

import numpy as np

from tfgan_zoo.data.content import Content, ContentHash
from tfgan_zoo.data.spec import DatasetSpec

# Above this, examples stay in their file.
IN_MEMORY_BYTES = 256 * 2**20
_ROWS_AT_ONCE = 1024

Arrays = tuple[np.ndarray, np.ndarray]


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
    """What holds the pixels, or points, and the labels."""

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
        path: of the folder of images, absolute; None of other data.
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
            for image, label in zip(*self.read(rows)):
                content_hash.add(int(label), image.tobytes())
        return content_hash.content(self.spec.num_classes)

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, indices: np.ndarray) -> Arrays:
        """Reads examples, in the order and as often as they are named.

        Args:
            indices: integers [B] in [0, len(self)).

        Returns:
            Images, uint8 [B, H, W, C], or points, float32 [B, 2], and labels,
            int32 [B], 0 where the data set is unlabelled.

        Raises:
            IndexError: an index is out of range.
        """
        indices = np.asarray(indices, np.int64)
        if indices.size and not 0 <= indices.min() <= indices.max() < len(self):
            raise IndexError(
                f"`indices` must be from 0 to {len(self) - 1}. "
                f"Received: {indices}."
            )
        return self._rows.read(indices)


class MemoryRows:
    """Rows in two arrays: uint8 [N, H, W, C] or float32 [N, 2]; int32 [N]."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self._images = images
        self._labels = labels

    def __len__(self) -> int:
        return len(self._labels)

    def read(self, indices: np.ndarray) -> Arrays:
        return self._images[indices], self._labels[indices]


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
        images = np.ascontiguousarray(records["image"])
        return images, records["label"].astype(np.int32)

    def _read_at(self, offset: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size, offset)
        with self._lock:  # Windows has no pread.
            self._file.seek(offset)
            return self._file.read(size)


def record_type(spec: DatasetSpec) -> np.dtype:
    """An example as a file holds it: the label, then the pixels."""
    return np.dtype([("label", "<i4"), ("image", np.uint8, spec.image_shape)])
