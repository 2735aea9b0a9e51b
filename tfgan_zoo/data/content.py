"""What the examples of a data set are, in a few numbers to compare."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

_MODULUS = 2**256


@dataclasses.dataclass(frozen=True)
class Content:
    """Identifies the examples of a data set.

    Images of files count by the bytes of their files, so that the content does
    not depend on the size they are decoded to, nor on the decoder's version.

    Attributes:
        examples: how many there are.
        fingerprint: SHA-256 over all examples and their labels, in order.
        unordered: the same for every order of the examples.
        class_counts: examples of each label, empty where not counted.
    """

    examples: int
    fingerprint: str
    unordered: str
    class_counts: tuple[int, ...] = ()

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Content:
        """Returns the content that `dataclasses.asdict` made `values` of.

        Raises:
            KeyError: a value is missing.
            TypeError, ValueError: a value is of the wrong type.
        """
        return cls(
            int(values["examples"]),
            str(values["fingerprint"]),
            str(values["unordered"]),
            tuple(int(count) for count in values["class_counts"]),
        )

    @classmethod
    def from_text(cls, text: str, examples: int) -> Content:
        """Returns the content of examples that `text` describes entirely."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        return cls(examples, digest, digest)


class ContentHash:
    """Computes the content of examples that come one by one."""

    def __init__(self) -> None:
        self._ordered = hashlib.sha256()
        self._sum = 0
        self._counts: collections.Counter[int] = collections.Counter()

    def add(self, label: int, source: bytes | memoryview) -> None:
        """Adds an example.

        Args:
            label: of it, 0 without labels.
            source: its pixels, or a digest of the file that it comes from.
        """
        digest = hashlib.sha256(struct.pack("<i", label))
        digest.update(source)
        self._ordered.update(digest.digest())
        self._sum += int.from_bytes(digest.digest(), "big")
        self._counts[label] += 1

    def add_arrays(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Adds examples by their features, [N, ...] each.

        Args:
            arrays: `image`, and `label` and `source` if there are such.
        """
        names = [name for name in ("image", "source") if name in arrays]
        labels = arrays.get("label", np.zeros(len(arrays["image"]), np.int32))
        for row, label in enumerate(labels.tolist()):
            pixels = (arrays[name][row].tobytes() for name in names)
            self.add(label, b"".join(pixels))

    def content(self, num_classes: int) -> Content:
        """Returns the content of what was added."""
        counts = tuple(self._counts[label] for label in range(num_classes))
        return Content(
            sum(self._counts.values()),
            self._ordered.hexdigest(),
            f"{self._sum % _MODULUS:064x}",
            counts,
        )
