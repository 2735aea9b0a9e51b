"""Images of more than 8 bits a sample, brought to 8."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from PIL import Image

from tfgan_zoo.data import declared_depth
from tfgan_zoo.data.declared_depth import DeclaredDepth
from tfgan_zoo.data.unreadable import UnreadableImage
from tfgan_zoo.data.value_scale import ValueScale


def load_uint8(
    image: Image.Image,
    scale: ValueScale,
    *,
    reopen: Callable[[], Image.Image],
) -> Image.Image:
    """Loads an image, with 8 bits a sample.

    Args:
        image: not loaded yet.
        scale: of the data set; the image's highest value is recorded in it.
        reopen: opens the image anew.

    Returns:
        The image, or one of its size with its `info`.

    Raises:
        UnreadableImage: its values have no fixed range, and none was given.
    """
    declared_depth.use_raw_samples(image)
    raw_mode = _raw_mode(image)
    is_grey = (
        image.mode in ("I", "F")
        or image.mode.startswith("I;16")
        or declared_depth.is_signed_8(image)
    )
    is_colour = ";16" in raw_mode and image.mode in ("RGB", "RGBA", "CMYK")
    if not is_grey and not is_colour:
        image.load()
        return image
    declared = declared_depth.read(image)
    image.load()
    if is_grey:
        return _copy_info(_grey(image, declared, scale), image)
    scaled = _colour(
        image, declared, scale, lambda: _read_low_bytes(reopen(), raw_mode)
    )
    return _copy_info(scaled, image)


def _grey(
    image: Image.Image, declared: DeclaredDepth, scale: ValueScale
) -> Image.Image:
    values = declared_depth.to_samples(image)
    if not declared.is_unsigned_16 and scale.value_range is None:
        raise UnreadableImage(
            f"{declared.kind} values have no fixed range",
            remedy="--value_range=MIN,MAX states it",
        )
    if declared.is_unsigned_16 and declared.limit is None:
        scale.record(int(values.max()), declared_bits=declared.least_bits)
    grey = scale.to_uint8(values, limit=declared.limit, unit=declared.unit)
    if declared.is_inverted:
        grey = 255 - grey
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey[values == key] = 255
    return Image.fromarray(grey)


def _colour(
    image: Image.Image,
    declared: DeclaredDepth,
    scale: ValueScale,
    read_low: Callable[[], np.ndarray | None],
) -> Image.Image:
    """Of 16 bits a sample, of which Pillow reads the higher byte alone."""
    high = np.asarray(image)
    alpha = high[..., 3] if image.mode == "RGBA" else None
    colours = high if alpha is None else high[..., :3]
    if declared.limit is None:
        highest = int(colours.max()) << 8 | 255
        scale.record(highest, declared_bits=declared.least_bits)
    key = image.info.get("transparency")
    if scale.is_full and declared.limit is None and key is None:
        return image
    low = read_low()
    if low is None:
        return image
    values = colours.astype(np.uint16) << 8 | low[..., : colours.shape[-1]]
    levels = scale.to_uint8(values, limit=declared.limit, unit=declared.unit)
    if alpha is not None and low.shape[-1] == high.shape[-1]:
        alpha = _alpha(alpha.astype(np.uint16) << 8 | low[..., 3], scale)
    if isinstance(key, tuple):
        is_clear = (values == np.array(key)).all(-1)
        alpha = np.where(is_clear, 0, 255).astype(np.uint8)
    bands = [*np.moveaxis(levels, -1, 0), *([] if alpha is None else [alpha])]
    mode = image.mode if alpha is None else "RGBA"
    return Image.merge(
        mode, [Image.fromarray(np.ascontiguousarray(band)) for band in bands]
    )


def _alpha(values: np.ndarray, scale: ValueScale) -> np.ndarray:
    """uint8 [H, W]: of as many bits as the colours, if it fits in them."""
    if scale.value_range is None and values.max() < 1 << scale.bits:
        return scale.to_uint8(values)
    return (values >> 8).astype(np.uint8)


def _read_low_bytes(image: Image.Image, raw_mode: str) -> np.ndarray | None:
    """uint8 [H, W, C] of the lower byte of 16, None where Pillow cannot."""
    if raw_mode == "LA;16B":
        # Both bytes of the grey, then of alpha.
        return _load_as(image, "RGBA")[..., [1, 1, 1, 3]]
    if raw_mode.startswith("RGBa"):  # Alpha is multiplied in.
        return None
    # As if the bytes were stored the other way round.
    is_big = raw_mode.endswith("B") or (
        raw_mode.endswith("N") and sys.byteorder == "big"
    )
    return _load_as(image, raw_mode[:-1] + ("L" if is_big else "B"))


def _load_as(image: Image.Image, raw_mode: str) -> np.ndarray:
    with image:
        declared_depth.use_raw_samples(image)
        image.tile = [  # type: ignore[attr-defined]
            (codec, extents, offset, _replace_raw_mode(arguments, raw_mode))
            for codec, extents, offset, arguments in image.tile  # type: ignore[attr-defined]
        ]
        return np.asarray(image)


def _replace_raw_mode(arguments: object, raw_mode: str) -> object:
    if isinstance(arguments, tuple):
        return (raw_mode, *arguments[1:])
    return raw_mode


def _raw_mode(image: Image.Image) -> str:
    """How a file's samples are stored, as Pillow's decoders call it."""
    for _, _, _, arguments in getattr(image, "tile", []):
        first = arguments[0] if isinstance(arguments, tuple) else arguments
        return first if isinstance(first, str) else ""
    return ""


def _copy_info(image: Image.Image, original: Image.Image) -> Image.Image:
    if image is original:
        return image
    # The transparent colour has been used up.
    image.info = {
        name: value
        for name, value in original.info.items()
        if name != "transparency"
    }
    return image
