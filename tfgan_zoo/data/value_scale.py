"""The scale by which samples of more than 8 bits become 8."""

from __future__ import annotations

import math
import threading

import numpy as np

from tfgan_zoo.data.unreadable import UnreadableImage

# Of cameras, scanners and medical devices, which store them in 16.
_DEPTHS = (8, 10, 12, 14, 16)
# The numbers in between take up to 24 bytes each.
_SCALED_AT_ONCE = 2**20


class ValueScale:
    """How samples of over 8 bits become 8: one rule for all of a data set.

    What a 16-bit file holds may be of 10, 12 or 14 bits, which it seldom
    states. To stretch each image by itself would falsify them, so the images
    are decoded as 16 bits first, and once more if none of them needs as many.

    Args:
        value_range: the values that become 0 and 255; None finds the depth
            out, which only unsigned integers of 16 bits have.
        sample_bits: how many of 16 bits are used, if that is known.
    """

    def __init__(
        self,
        value_range: tuple[float, float] | None = None,
        sample_bits: int | None = None,
    ) -> None:
        self.value_range = value_range
        self.bits = sample_bits or max(_DEPTHS)
        self._is_fixed = value_range is not None or sample_bits is not None
        self._maximum = 0
        self._declared_bits = 0
        # Images that `value_range` was used on, and those it leaves no greys.
        self._ranged = self._clipped = 0
        self._lock = threading.Lock()

    @property
    def is_full(self) -> bool:
        """Whether values are taken as 16 bits."""
        return self.value_range is None and self.bits == max(_DEPTHS)

    def record(self, maximum: int, *, declared_bits: int = 0) -> None:
        """Records an image's highest value, and its declared depth."""
        with self._lock:
            self._maximum = max(self._maximum, maximum)
            self._declared_bits = max(self._declared_bits, declared_bits)

    def choose_depth(self) -> bool:
        """Chooses the depth that all recorded values need.

        Returns:
            Whether that is another one, so that all must be decoded again.
        """
        needed = max(self._maximum.bit_length(), self._declared_bits)
        if self._is_fixed or not needed:
            return False
        before = self.bits
        self.bits = next(bits for bits in _DEPTHS if bits >= needed)
        return self.bits != before

    @property
    def sample_bits(self) -> int | None:
        """Bits of 16 that are used; None where that made no difference."""
        is_seen = self._maximum > 0 or self._declared_bits > 0
        return self.bits if is_seen and self.value_range is None else None

    def description(self) -> str:
        """Returns what was found out, as a sentence for a log."""
        return (
            f"Images of 16 bits hold values up to {self._maximum:,}: they are "
            f"taken as {self.bits} bits (--value_range=MIN,MAX overrides that)."
        )

    def range_note(self) -> str:
        """Returns what to say of `value_range` once all images are read.

        Returns:
            A sentence for a log; empty where there is nothing to say.

        Raises:
            ValueError: it leaves none of the images anything but black and
                white.
        """
        if self.value_range is None:
            return ""
        low, high = self.value_range
        text = f"{low:.10g},{high:.10g}"
        if not self._ranged:
            return (
                f"--value_range={text} changes nothing: no image has more than "
                "8 bits a sample."
            )
        if self._clipped == self._ranged:
            raise ValueError(
                "`value_range` must be that of the images' values. Received: "
                f"{text}, which leaves of each but black and white."
            )
        if self._clipped:
            return (
                f"--value_range={text} leaves but black and white of "
                f"{self._clipped:,} of {self._ranged:,} images."
            )
        return ""

    def to_uint8(
        self, values: np.ndarray, *, limit: int | None = None, unit: float = 1.0
    ) -> np.ndarray:
        """Scales values of an image.

        Args:
            values: unsigned integers, where no range was given.
            limit: the highest value there can be, if the file states it.
            unit: what a step of `values` is in the file's own values.

        Returns:
            uint8 of the same shape, values outside the range clipped.

        Raises:
            UnreadableImage: a value is NaN.
        """
        levels = np.empty(values.shape, np.uint8)
        rows = max(1, _SCALED_AT_ONCE // max(1, math.prod(values.shape[1:])))
        for start in range(0, len(values), rows):
            part = values[start : start + rows]
            if self.value_range is None:
                scaled = _divide(part, limit or 2**self.bits - 1)
            else:
                scaled = _scale_range(
                    part.astype(np.float64) * unit, self.value_range
                )
            levels[start : start + rows] = scaled
        if self.value_range is not None:
            is_clipped = _is_clipped(values, levels)
            with self._lock:
                self._ranged += 1
                self._clipped += is_clipped
        return levels


def _is_clipped(values: np.ndarray, levels: np.ndarray) -> bool:
    """Whether levels are black and white alone, and values of more kinds."""
    if ((levels > 0) & (levels < 255)).any():
        return False
    least, most = values.min(), values.max()
    is_between = ((values != least) & (values != most)).any()
    return bool(is_between or (np.ptp(levels) == 0 and least != most))


def _divide(values: np.ndarray, limit: int) -> np.ndarray:
    levels = (values.astype(np.uint32) * 255 + limit // 2) // limit
    return np.minimum(levels, 255)


def _scale_range(values: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    if np.isnan(values).any():
        raise UnreadableImage("holds values that are not a number (NaN)")
    low, high = limits
    shares = (np.clip(values, low, high) - low) / (high - low)
    return np.round(shares * 255)
