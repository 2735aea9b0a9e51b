"""From an image file that may be anything to pixels, or to a short reason."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import io
import threading
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError, _imaging

from tfgan_zoo.data import repair
from tfgan_zoo.data.depth import load_uint8
from tfgan_zoo.data.pixels import OWN_SIZE, SWAPS_SIDES, Shape, to_pixels
from tfgan_zoo.data.unreadable import (
    HEAD_BYTES,
    MAX_PIXELS,
    UnreadableImage,
    describe_error,
    describe_head,
    is_temporary_error,
    is_unsupported_tiff,
    too_many_pixels,
)
from tfgan_zoo.data.value_scale import ValueScale

__all__ = [
    "MAX_PIXELS",
    "UnreadableImage",
    "ValueScale",
    "decode",
    "read_size",
]

# No format whose decoder runs other programs (EPS) or knows no signature
# (TGA takes any text file for an image).
_FORMATS = (
    *("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF"),
    *("JPEG2000", "PPM", "ICO", "PCX", "QOI"),
)
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ORIENTATION_TAG = 0x0112
_LARGE_PIXELS = 8_000_000
# So that the largest images, 1 GB each while decoded, never add up.
_one_large_image = threading.Lock()


def decode(
    source: str | bytes, shape: Shape, *, scale: ValueScale | None = None
) -> np.ndarray:
    """Decodes an image, brought to one size and to grey or RGB.

    What the file holds counts, not how it is called. EXIF orientation is
    obeyed, an embedded colour profile too, alpha is laid over white, of an
    animation the first frame is taken. Damage that leaves the pixels whole,
    such as a JPEG's missing end, does not matter.

    Args:
        source: the path of a file, or a file's bytes.
        shape: (height, width, channels) with 1 or 3 channels; the height and
            width of `OWN_SIZE` are the image's.
        scale: how more than 8 bits become 8; images of one data set share
            one. None takes the image for the whole of its data set.

    Returns:
        uint8 [height, width, channels].

    Raises:
        UnreadableImage: it is no image, is damaged, has values of no fixed
            range that `scale` does not give, or has over `MAX_PIXELS` pixels,
            which is found out without decoding any.
    """
    if scale is None:
        scale = ValueScale()
        pixels = decode(source, shape, scale=scale)
        if not scale.choose_depth():
            return pixels
    # Decoders meet damaged files with nearly every exception there is.
    try:
        return _decode_or_repair(source, shape, scale)
    except UnreadableImage:
        raise
    except UnidentifiedImageError:
        raise UnreadableImage(_why_unidentified(source)) from None
    except Exception as error:
        reason, is_temporary = describe_error(error), is_temporary_error(error)
        raise UnreadableImage(reason, is_temporary=is_temporary) from error


def read_size(source: str | bytes) -> tuple[int, int]:
    """Returns the width and height of an upright image, without its pixels.

    Raises:
        UnreadableImage: see `decode`.
    """
    try:
        with _open(source) as image:
            is_turned = _orientation(image) in SWAPS_SIDES
            return image.size[::-1] if is_turned else image.size
    except Exception as error:
        reason, is_temporary = describe_error(error), is_temporary_error(error)
        raise UnreadableImage(reason, is_temporary=is_temporary) from error


def _decode_or_repair(
    source: str | bytes, shape: Shape, scale: ValueScale
) -> np.ndarray:
    try:
        return _decode(source, shape, scale)
    except UnreadableImage:
        raise
    except Exception:
        versions = repair.versions(source)
        with contextlib.suppress(Exception):
            if _have_same_pixels(versions, scale):
                return _decode(versions[0], shape, scale)
        raise


def _have_same_pixels(versions: list[bytes], scale: ValueScale) -> bool:
    if len(versions) < 2:
        return bool(versions)
    shape = (*OWN_SIZE, 3)
    images = (_decode(version, shape, scale) for version in versions)
    first = next(images)
    return all(np.array_equal(first, image) for image in images)


def _decode(source: str | bytes, shape: Shape, scale: ValueScale) -> np.ndarray:
    with _open(source) as image:
        pixels = image.width * image.height
        if pixels > MAX_PIXELS:
            raise UnreadableImage(too_many_pixels(pixels))
        if image.format == "JPEG" and repair.ends_in_zeros(_stream(image)):
            raise EOFError  # perhaps; `repair` has a closer look
        is_tiff = image.format == "TIFF"
        if is_tiff and not repair.has_whole_tags(_stream(image)):
            raise UnreadableImage("truncated")
        # A JPEG is decoded at a fraction of its size, if that is enough.
        if shape[:2] != OWN_SIZE:
            side = 2 * max(shape[:2])
            image.draft(None, (side, side))
        is_large = image.width * image.height > _LARGE_PIXELS
        with _one_large_image if is_large else contextlib.nullcontext():
            loaded = load_uint8(image, scale, reopen=lambda: _open(source))
            # Asked after loading, which turns some formats upright by itself.
            return to_pixels(loaded, shape, orientation=_orientation(image))


def _open(source: str | bytes) -> Image.Image:
    return Image.open(_file(source), formats=_formats())


def _stream(image: Image.Image) -> BinaryIO:
    return image.fp  # type: ignore[attr-defined]


def _file(source: str | bytes) -> str | BinaryIO:
    return source if isinstance(source, str) else io.BytesIO(source)


def _orientation(image: Image.Image) -> int:
    # Damaged EXIF data does not spoil sound pixels.
    with contextlib.suppress(Exception):
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    return 1


@functools.cache
def _formats() -> tuple[str, ...]:
    """Those of `_FORMATS` that this Pillow was built with."""
    Image.init()
    _silence_libtiff()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _silence_libtiff() -> None:
    """Stops its messages, which go straight to the process's stderr."""
    try:
        pillow = ctypes.CDLL(_imaging.__file__)
        pillow.TIFFSetErrorHandler(None)
        pillow.TIFFSetWarningHandler(None)
    except (AttributeError, OSError):  # A build that does not export them.
        pass


def _why_unidentified(source: str | bytes) -> str:
    if isinstance(source, str):
        with open(source, "rb") as file:
            head = file.read(HEAD_BYTES)
    else:
        head = source[:HEAD_BYTES]
    if head.startswith(_TIFF) and is_unsupported_tiff(_file(source)):
        return "TIFF with samples of a kind that Pillow does not decode"
    return describe_head(head)
