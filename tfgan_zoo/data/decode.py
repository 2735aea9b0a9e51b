"""From an image file that may be anything to pixels, or to a short reason."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import io
import re
import threading
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError, _imaging

from tfgan_zoo.data.pixels import OWN_SIZE, Shape, to_pixels

MAX_PIXELS = 64_000_000

# No format whose decoder runs other programs (EPS) or knows no signature
# (TGA takes any text file for an image).
_FORMATS = (
    *("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF"),
    *("JPEG2000", "PPM", "ICO", "PCX", "QOI"),
)
_SIGNATURES = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF"),
    *(b"II*\0", b"MM\0*"),
)
_ORIENTATION_TAG = 0x0112
_LARGE_PIXELS = 8_000_000
# So that the largest images, 1 GB each while decoded, never add up.
_one_large_image = threading.Lock()


class UnreadableImage(Exception):
    """An image cannot be decoded; `str` of it is a short reason."""


def decode(source: str | bytes, shape: Shape) -> np.ndarray:
    """Decodes an image, brought to one size and to grey or RGB.

    What the file holds counts, not how it is called. EXIF orientation is
    obeyed, alpha goes over white, of an animation the first frame is taken.

    Args:
        source: the path of a file, or a file's bytes.
        shape: (height, width, channels) with 1 or 3 channels; the height and
            width of `OWN_SIZE` are the image's.

    Returns:
        uint8 [height, width, channels].

    Raises:
        UnreadableImage: it is no image, is damaged, or has over `MAX_PIXELS`
            pixels, which is found out without decoding any.
    """
    # Decoders meet damaged files with nearly every exception there is.
    try:
        return _decode(source, shape)
    except UnreadableImage:
        raise
    except UnidentifiedImageError:
        raise UnreadableImage(_why_unidentified(source)) from None
    except Exception as error:
        raise UnreadableImage(_reason(error)) from error


def _decode(source: str | bytes, shape: Shape) -> np.ndarray:
    file: str | BinaryIO
    file = source if isinstance(source, str) else io.BytesIO(source)
    with Image.open(file, formats=_formats()) as image:
        pixels = image.width * image.height
        if pixels > MAX_PIXELS:
            raise UnreadableImage(_too_many(pixels))
        # A JPEG is decoded at a fraction of its size, if that is enough.
        if shape[:2] != OWN_SIZE:
            side = 2 * max(shape[:2])
            image.draft(None, (side, side))
        if image.width * image.height <= _LARGE_PIXELS:
            return _load(image, shape)
        with _one_large_image:
            return _load(image, shape)


def _load(image: Image.Image, shape: Shape) -> np.ndarray:
    image.load()
    # Asked after loading, which turns some formats upright by itself.
    return to_pixels(image, shape, orientation=_orientation(image))


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


def _too_many(pixels: int) -> str:
    return f"{pixels:,} pixels are over the limit of {MAX_PIXELS:,}"


def _why_unidentified(source: str | bytes) -> str:
    if isinstance(source, str):
        with open(source, "rb") as file:
            start = file.read(16)
    else:
        start = source[:16]
    if not start:
        return "empty file"
    if start.startswith(_SIGNATURES):
        return "truncated or damaged in its header"
    return "not an image of a known format"


def _reason(error: Exception) -> str:
    text = (str(error) or type(error).__name__).splitlines()[0]
    if isinstance(error, Image.DecompressionBombError):
        # Pillow's own, higher limit comes first, and hides the image's size.
        number = re.search(r"\((\d+) pixels\)", text)
        return _too_many(int(number.group(1))) if number else text
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if isinstance(error, EOFError) or "truncated" in text.lower():
        return "truncated"
    return f"damaged or unsupported ({text[:100]})"
