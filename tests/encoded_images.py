"""Image files as bytes, of kinds that Pillow does not write."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageCms

PNG_GREY, PNG_RGB, PNG_GREY_ALPHA, PNG_RGBA = 0, 2, 4, 6
TIFF_WHITE_IS_ZERO, TIFF_GREY, TIFF_RGB = 0, 1, 2
TIFF_FORMATS = {"u": 1, "i": 2, "f": 3}


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def png_header(width: int, height: int, *, bits: int = 8) -> bytes:
    """The start of a PNG: RGB of 8 bits a sample, grey of fewer."""
    kind = PNG_RGB if bits == 8 else PNG_GREY
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)


def png_16(values: np.ndarray, color_type: int, extra: bytes = b"") -> bytes:
    """A PNG of 16 bits a sample, with chunks of `extra` before its pixels."""
    height, width = values.shape[:2]
    rows = values.astype(">u2").reshape(height, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", zlib.compress(data))
        + png_chunk(b"IEND", b"")
    )


def tiff(
    values: np.ndarray,
    photometric: int = TIFF_GREY,
    *,
    order: str = "<",
    tags: dict[int, int] | None = None,
    data: bytes = b"",
) -> bytes:
    """An uncompressed TIFF; `data` are its pixels where NumPy lacks them."""
    values = np.atleast_3d(values)
    height, width, channels = values.shape
    data = data or values.astype(values.dtype.newbyteorder(order)).tobytes()
    bits = values.dtype.itemsize * 8
    entries = {
        256: width,
        257: height,
        258: bits,
        259: 1,
        262: photometric,
        273: 8,
        277: channels,
        278: height,
        279: len(data),
        339: TIFF_FORMATS[values.dtype.kind],
        **(tags or {}),
    }
    directory, beside = struct.pack(order + "H", len(entries)), b""
    for tag, value in sorted(entries.items()):
        count = channels if tag in (258, 339) else 1
        if tag in (273, 279):
            field = struct.pack(order + "HHII", tag, 4, 1, value)
        elif count * 2 > 4:
            at = 8 + len(data) + len(beside)
            beside += struct.pack(order + "H", value) * count
            field = struct.pack(order + "HHII", tag, 3, count, at)
        else:
            inline = (struct.pack(order + "H", value) * count).ljust(4, b"\0")
            field = struct.pack(order + "HHI", tag, 3, count) + inline
        directory += field
    mark = b"II*\0" if order == "<" else b"MM\0*"
    start = struct.pack(order + "I", 8 + len(data) + len(beside))
    return mark + start + data + beside + directory + bytes(4)


def icc_srgb() -> bytes:
    profile = ImageCms.createProfile("sRGB")
    return ImageCms.ImageCmsProfile(profile).tobytes()


def icc_green_as_red() -> bytes:
    """sRGB with the colours of red and of green exchanged."""
    profile = bytearray(icc_srgb())
    (count,) = struct.unpack_from(">I", profile, 128)
    places = [132 + 12 * number for number in range(count)]
    for place in places:
        name = bytes(profile[place : place + 4])
        other = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(name, name)
        profile[place : place + 4] = other
    return bytes(profile)


def icc_profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of version 2, of a device of one colour space."""
    pcs = b"Lab " if b"A2B0" in tags else b"XYZ "
    table, content = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        at = 128 + 4 + 12 * len(tags) + len(content)
        table += name + struct.pack(">II", at, len(data))
        content += data
    header = bytearray(128)
    struct.pack_into(">I", header, 0, 128 + len(table) + len(content))
    header[8:12] = b"\x02\x40\0\0"
    header[12:24] = b"prtr" + space + pcs
    header[36:40] = b"acsp"
    struct.pack_into(">3I", header, 68, 0xF6D6, 0x10000, 0xD32D)  # D50
    return bytes(header) + table + content


def icc_grey(gamma: float) -> bytes:
    white = b"XYZ \0\0\0\0" + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    return icc_profile(b"GRAY", {b"wtpt": white, b"kTRC": curve})


def icc_cmyk_lightness(of_paper: int, of_ink: int) -> bytes:
    """A press whose every ink is as black: Lab lightness of 255."""
    identity = bytes(range(256))
    matrix = struct.pack(">9I", *[0x10000 * (n % 4 == 0) for n in range(9)])
    nodes = [
        bytes([of_ink if number else of_paper, 128, 128])
        for number in range(16)
    ]
    lut = (
        b"mft1\0\0\0\0\x04\x03\x02\0"
        + matrix
        + identity * 4
        + b"".join(nodes)
        + identity * 3
    )
    white = b"XYZ \0\0\0\0" + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return icc_profile(b"CMYK", {b"wtpt": white, b"A2B0": lut})
