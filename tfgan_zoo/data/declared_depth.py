"""The range of samples that a file declares."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from tfgan_zoo.data.repair import png_chunks

_SIXTEEN_BITS = 2**16 - 1
# Tags of TIFF.
_BITS_PER_SAMPLE = 258
_PHOTOMETRIC = 262
_MAX_SAMPLE_VALUE = 281
_SAMPLE_FORMAT = 339
_S_MAX_SAMPLE_VALUE = 341
_WHITE_IS_ZERO = 0
_SIGNED = 2
_MAXIMA = (_MAX_SAMPLE_VALUE, _S_MAX_SAMPLE_VALUE)
# Of a PNG or a JPEG 2000 file, before the pixels.
_HEADER_BYTES = 2**16
_CODESTREAM = b"\xff\x4f\xff\x51"
_CODESTREAM_DEPTH = 42
# Where a PNG's samples were read as `I`, by older versions of Pillow.
_UNSIGNED_16_FORMATS = ("PNG", "PPM", "JPEG2000")


class DeclaredDepth(NamedTuple):
    """What is known of an image's samples before one looks at them.

    Attributes:
        kind: what messages call them.
        is_unsigned_16: whether they are unsigned integers of 16 bits.
        limit: the highest value there can be, None if that is not known.
        least_bits: how many are meant at least.
        unit: what a step is in the file's own values; Pillow scales some.
        is_inverted: whether 0 is white.
    """

    kind: str
    is_unsigned_16: bool = True
    limit: int | None = None
    least_bits: int = 0
    unit: float = 1.0
    is_inverted: bool = False


def read(image: Image.Image) -> DeclaredDepth:
    """Reads what a file of over 8 bits a sample declares.

    Args:
        image: open, and not loaded yet.
    """
    if image.format == "PPM":
        return _of_ppm(image)
    if image.format == "TIFF":
        return _of_tiff(image)
    if image.mode == "F" or (
        image.mode == "I" and image.format not in _UNSIGNED_16_FORMATS
    ):
        kind = "32-bit float" if image.mode == "F" else "32-bit integer"
        return DeclaredDepth(kind, is_unsigned_16=False)
    if image.format == "PNG":
        return DeclaredDepth("16-bit", least_bits=_significant_bits(image))
    if image.format == "JPEG2000":
        return _of_jpeg_2000(image)
    return DeclaredDepth("16-bit")


def is_signed_8(image: Image.Image) -> bool:
    """Whether an image is a TIFF of signed bytes, which Pillow takes for L."""
    if image.format != "TIFF" or image.mode != "L":
        return False
    tags = image.tag_v2  # type: ignore[attr-defined]
    return _number(tags, _SAMPLE_FORMAT) == _SIGNED


def to_samples(image: Image.Image) -> np.ndarray:
    """Returns the values [H, W] of a loaded image of one channel."""
    values = np.asarray(image)
    if is_signed_8(image):
        return values.view(np.int8)  # Pillow has unsigned ones only.
    if image.mode == "I" and image.format == "TIFF":
        tags = image.tag_v2  # type: ignore[attr-defined]
        is_signed = _number(tags, _SAMPLE_FORMAT) == _SIGNED
        if _number(tags, _BITS_PER_SAMPLE) == 32 and not is_signed:
            return values.view(np.uint32)  # here it has signed ones only
    return values


def use_raw_samples(image: Image.Image) -> None:
    """Has a PPM file of 16 bits read as it is, not scaled, nor in Python."""
    if image.format != "PPM" or not image.tile:  # type: ignore[attr-defined]
        return
    ((codec, extents, offset, arguments),) = image.tile  # type: ignore[attr-defined]
    if codec != "ppm" or arguments[-1] <= 255:
        return
    raw_mode = "RGB;16B" if image.mode == "RGB" else "I;16B"
    image.info["maxval"] = arguments[-1]
    image.tile = [("raw", extents, offset, (raw_mode, 0, 1))]  # type: ignore[attr-defined]


def _of_ppm(image: Image.Image) -> DeclaredDepth:
    if image.mode == "F":
        return DeclaredDepth("32-bit float", is_unsigned_16=False)
    # 65,535 is what writers state that know no better.
    limit = image.info.get("maxval", _SIXTEEN_BITS)
    return DeclaredDepth(
        "16-bit", limit=limit if limit < _SIXTEEN_BITS else None
    )


def _of_tiff(image: Image.Image) -> DeclaredDepth:
    tags = image.tag_v2  # type: ignore[attr-defined]
    bits = _number(tags, _BITS_PER_SAMPLE)
    inverted = (
        len(image.getbands()) == 1
        and _number(tags, _PHOTOMETRIC) == _WHITE_IS_ZERO
    )
    if image.mode in ("I", "F") or is_signed_8(image):
        signed = "signed " if bits in (8, 16) else ""
        number = "float" if image.mode == "F" else "integer"
        kind = f"{bits or 32}-bit {signed}{number}"
        return DeclaredDepth(kind, False, is_inverted=inverted)
    limit = 2**bits - 1 if 8 < bits < 16 else None
    declared = [_number(tags, tag) for tag in _MAXIMA]
    least = max([value for value in declared if value < _SIXTEEN_BITS] or [0])
    return DeclaredDepth(
        "16-bit",
        limit=limit,
        least_bits=least.bit_length(),
        is_inverted=inverted,
    )


def _number(tags: object, tag: int) -> int:
    """Returns a tag's first value as an integer, 0 if it has none."""
    value = tags.get(tag, 0)  # type: ignore[attr-defined]
    if isinstance(value, tuple):
        value = value[0] if value else 0
    try:
        return max(0, int(value))
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return 0


def _significant_bits(image: Image.Image) -> int:
    """Returns what the chunk sBIT of a PNG states, 0 if there is none.

    The standard has writers scale the samples up to 16 bits, but some leave
    them as they are: so the samples must fit in at least as many.
    """
    for kind, chunk in png_chunks(_header(image)):
        if kind == b"sBIT":
            bits = chunk[8:-4]
            colours = bits[:3] if len(bits) > 2 else bits[:1]
            return max((number for number in colours if number < 16), default=0)
    return 0


def _of_jpeg_2000(image: Image.Image) -> DeclaredDepth:
    header = _header(image)
    place = header.find(_CODESTREAM) + _CODESTREAM_DEPTH
    if place < _CODESTREAM_DEPTH or place >= len(header):
        return DeclaredDepth("16-bit")
    bits = (header[place] & 0x7F) + 1
    if not 8 < bits < 16:
        return DeclaredDepth("16-bit")
    # Pillow shifts them up to 16 bits.
    unit = 1 << (16 - bits)
    return DeclaredDepth("16-bit", limit=(2**bits - 1) * unit, unit=1 / unit)


def _header(image: Image.Image) -> bytes:
    file = image.fp  # type: ignore[attr-defined]
    position = file.tell()
    file.seek(0)
    header = file.read(_HEADER_BYTES)
    file.seek(position)
    return bytes(header)
