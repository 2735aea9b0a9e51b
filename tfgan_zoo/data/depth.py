"""Images of more than 8 bits a sample, brought to 8."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable

import numpy as np
from PIL import Image

from tfgan_zoo.data import stated_depth
from tfgan_zoo.data.stated_depth import StatedDepth
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
        self._stated_bits = 0
        self._lock = threading.Lock()

    @property
    def is_full(self) -> bool:
        """Whether values are taken as 16 bits."""
        return self.value_range is None and self.bits == max(_DEPTHS)

    def see(self, maximum: int, *, stated_bits: int = 0) -> None:
        """Takes note of an image's highest value, and of its stated depth."""
        with self._lock:
            self._maximum = max(self._maximum, maximum)
            self._stated_bits = max(self._stated_bits, stated_bits)

    def settle(self) -> bool:
        """Takes the depth of what was seen.

        Returns:
            Whether that is another one, so that all must be decoded again.
        """
        needed = max(self._maximum.bit_length(), self._stated_bits)
        if self._is_fixed or not needed:
            return False
        before = self.bits
        self.bits = next(bits for bits in _DEPTHS if bits >= needed)
        return self.bits != before

    @property
    def sample_bits(self) -> int | None:
        """Bits of 16 that are used; None where that made no difference."""
        is_seen = self._maximum > 0 or self._stated_bits > 0
        return self.bits if is_seen and self.value_range is None else None

    def description(self) -> str:
        """Returns what was found out, as a sentence for a log."""
        return (
            f"Images of 16 bits hold values up to {self._maximum:,}: they are "
            f"taken as {self.bits} bits (--value_range=MIN,MAX overrides that)."
        )

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
                scaled = _divided(part, limit or 2**self.bits - 1)
            else:
                scaled = _within(
                    part.astype(np.float64) * unit, self.value_range
                )
            levels[start : start + rows] = scaled
        return levels


def _divided(values: np.ndarray, limit: int) -> np.ndarray:
    levels = (values.astype(np.uint32) * 255 + limit // 2) // limit
    return np.minimum(levels, 255)


def _within(values: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    if np.isnan(values).any():
        raise UnreadableImage("holds values that are not a number (NaN)")
    low, high = limits
    shares = (np.clip(values, low, high) - low) / (high - low)
    return np.round(shares * 255)


def load_uint8(
    image: Image.Image,
    scale: ValueScale,
    *,
    reopen: Callable[[], Image.Image],
) -> Image.Image:
    """Loads an image, with 8 bits a sample.

    Args:
        image: not loaded yet.
        scale: of the data set; it is shown the image's values.
        reopen: opens the image anew.

    Returns:
        The image, or one of its size with its `info`.

    Raises:
        UnreadableImage: its values have no fixed range, and none was given.
    """
    stated_depth.use_raw_samples(image)
    raw_mode = _raw_mode(image)
    is_grey = image.mode in ("I", "F") or image.mode.startswith("I;16")
    is_colour = ";16" in raw_mode and image.mode in ("RGB", "RGBA", "CMYK")
    if not is_grey and not is_colour:
        image.load()
        return image
    stated = stated_depth.of(image)
    image.load()
    if is_grey:
        return _with_info(_grey(image, stated, scale), image)
    scaled = _colour(image, stated, scale, lambda: _low(reopen(), raw_mode))
    return _with_info(scaled, image)


def _grey(
    image: Image.Image, stated: StatedDepth, scale: ValueScale
) -> Image.Image:
    values = stated_depth.samples(image)
    if not stated.is_unsigned_16 and scale.value_range is None:
        raise UnreadableImage(
            f"{stated.kind} values have no fixed range; --value_range=MIN,MAX "
            "states it"
        )
    if stated.is_unsigned_16 and stated.limit is None:
        scale.see(int(values.max()), stated_bits=stated.least_bits)
    grey = scale.to_uint8(values, limit=stated.limit, unit=stated.unit)
    if stated.is_inverted:
        grey = 255 - grey
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey[values == key] = 255
    return Image.fromarray(grey)


def _colour(
    image: Image.Image,
    stated: StatedDepth,
    scale: ValueScale,
    read_low: Callable[[], np.ndarray | None],
) -> Image.Image:
    """Of 16 bits a sample, of which Pillow reads the higher byte alone."""
    high = np.asarray(image)
    alpha = high[..., 3] if image.mode == "RGBA" else None
    colours = high if alpha is None else high[..., :3]
    if stated.limit is None:
        highest = int(colours.max()) << 8 | 255
        scale.see(highest, stated_bits=stated.least_bits)
    key = image.info.get("transparency")
    if scale.is_full and stated.limit is None and key is None:
        return image
    low = read_low()
    if low is None:
        return image
    values = colours.astype(np.uint16) << 8 | low[..., : colours.shape[-1]]
    levels = scale.to_uint8(values, limit=stated.limit, unit=stated.unit)
    if isinstance(key, tuple):
        is_clear = (values == np.array(key)).all(-1)
        alpha = np.where(is_clear, 0, 255).astype(np.uint8)
    bands = [*np.moveaxis(levels, -1, 0), *([] if alpha is None else [alpha])]
    mode = image.mode if alpha is None else "RGBA"
    return Image.merge(
        mode, [Image.fromarray(np.ascontiguousarray(band)) for band in bands]
    )


def _low(image: Image.Image, raw_mode: str) -> np.ndarray | None:
    """uint8 [H, W, C] of the lower byte of 16, None where Pillow cannot."""
    if raw_mode == "LA;16B":
        # Both bytes of the grey, then of alpha.
        return _loaded(image, "RGBA")[..., [1, 1, 1, 3]]
    if raw_mode.startswith("RGBa"):  # Alpha is multiplied in.
        return None
    # As if the bytes were stored the other way round.
    is_big = raw_mode.endswith("B") or (
        raw_mode.endswith("N") and sys.byteorder == "big"
    )
    return _loaded(image, raw_mode[:-1] + ("L" if is_big else "B"))


def _loaded(image: Image.Image, raw_mode: str) -> np.ndarray:
    with image:
        stated_depth.use_raw_samples(image)
        image.tile = [  # type: ignore[attr-defined]
            (codec, extents, offset, _replaced(arguments, raw_mode))
            for codec, extents, offset, arguments in image.tile  # type: ignore[attr-defined]
        ]
        return np.asarray(image)


def _replaced(arguments: object, raw_mode: str) -> object:
    if isinstance(arguments, tuple):
        return (raw_mode, *arguments[1:])
    return raw_mode


def _raw_mode(image: Image.Image) -> str:
    """How a file's samples are stored, as Pillow's decoders call it."""
    for _, _, _, arguments in getattr(image, "tile", []):
        first = arguments[0] if isinstance(arguments, tuple) else arguments
        return first if isinstance(first, str) else ""
    return ""


def _with_info(image: Image.Image, original: Image.Image) -> Image.Image:
    if image is original:
        return image
    # The transparent colour has been used up.
    image.info = {
        name: value
        for name, value in original.info.items()
        if name != "transparency"
    }
    return image
