"""Damage around the pixels that leaves them whole, and some that does not."""

from __future__ import annotations

import os
import random
import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_LARGEST_FILE_BYTES = 256 * 2**20

_PNG = b"\x89PNG\r\n\x1a\n"
# What the pixels and their orientation depend on; texts and times go.
_PNG_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"sBIT", b"eXIf", b"IDAT", b"IEND")
_PNG_PROFILE = b"iCCP"
# As Pillow's own limit, above which it takes a profile for an attack.
_LARGEST_PROFILE_BYTES = 2**20

_JPEG = b"\xff\xd8\xff"
_END_OF_IMAGE = b"\xff\xd9"
# Missing parts are made up of one of these: if the pixels are the same after
# each, nothing was missing. Few bits may change no pixel, so there are several.
_FILLERS = 6
_FILLER_BYTES = 64
_START_OF_SCAN = 0xDA
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
# The next marker after a scan: no stuffed zero, restart or fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_COEFFICIENTS = 64

# Bytes of a value, by the number of its type.
_TIFF_SIZES = {
    **{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4},
    **{10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8},
}
# The highest tag that pixels depend on, SMaxSampleValue.
_LAST_TIFF_TAG = 341


def versions(source: str | bytes) -> list[bytes]:
    """Returns other forms of a file that a decoder did not take.

    They are sound where the file's pixels are, and only then have all of them
    the same pixels. There are none for files of most kinds.

    Args:
        source: the path of a file, or a file's bytes.

    Raises:
        OSError: the file cannot be read.
    """
    content = _read(source)
    if content.startswith(_PNG):
        return [_without_texts(content)]
    if content.startswith(_JPEG) and content.endswith(_END_OF_IMAGE):
        return [content]
    if content.startswith(_JPEG) and _has_all_scans(content):
        return [content + filler + _END_OF_IMAGE for filler in _fillers()]
    return []


def _fillers() -> list[bytes]:
    """Noise; restart markers lead a decoder on to the next missing part."""
    noise = random.Random(0)
    return [
        b"".join(
            bytes(noise.choices(range(0xFF), k=_FILLER_BYTES))
            # Some numbers make it pass over a part; each begins elsewhere.
            + bytes([0xFF, 0xD0 + (first + number) % 8])
            for number in range(8)
        )
        for first in range(_FILLERS)
    ]


def ends_in_zeros(file: BinaryIO) -> bool:
    """Whether a file's last byte is 0, which ends no sound JPEG by itself.

    A download that was not finished may; a decoder takes zeros for pixels.
    """
    position = file.tell()
    file.seek(-1, os.SEEK_END)
    last = file.read(1)
    file.seek(position)
    return last == b"\0"


def _read(source: str | bytes) -> bytes:
    if isinstance(source, bytes):
        return _without_padding(source)
    if os.path.getsize(source) > _LARGEST_FILE_BYTES:
        return b""
    with open(source, "rb") as file:
        return _without_padding(file.read())


def _without_padding(content: bytes) -> bytes:
    """Cuts zeros off, with which recovered JPEG files end."""
    if not content.startswith(_JPEG):
        return content
    cut = content.rstrip(b"\0")
    if not cut.endswith(b"\xff"):
        return cut
    # 0xFF of a scan has a zero behind it, else it begins the missing marker.
    return cut + b"\0" if len(cut) < len(content) else cut[:-1]


def _without_texts(content: bytes) -> bytes:
    """A PNG file without what may be left out."""
    parts = [_PNG]
    for kind, chunk in png_chunks(content):
        if kind in _PNG_CHUNKS or (
            kind == _PNG_PROFILE and _is_small_profile(chunk)
        ):
            parts.append(chunk)
    return b"".join(parts)


def png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields a PNG's (type, whole chunk); the last may be cut."""
    position = len(_PNG)
    while position + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        yield kind, content[position:end]
        position = end


def _is_small_profile(chunk: bytes) -> bool:
    _, _, packed = chunk[8:-4].partition(b"\0")
    inflating = zlib.decompressobj()
    try:
        inflating.decompress(packed[1:], _LARGEST_PROFILE_BYTES)
    except zlib.error:
        return False
    return not inflating.unconsumed_tail


def _has_all_scans(content: bytes) -> bool:
    """Whether a JPEG's scans, of which the last may be cut, are all there.

    A progressive JPEG brings each coefficient in several scans, down to its
    lowest bit; one cut between scans looks whole, but is coarse.
    """
    lowest_bits: dict[int, list[int]] = {}
    for marker, segment in _jpeg_segments(content):
        if marker in _FRAMES and len(segment) > 5:
            for component in segment[6 : 6 + 3 * segment[5] : 3]:
                lowest_bits[component] = [-1] * _COEFFICIENTS
        elif marker == _START_OF_SCAN and segment:
            count = segment[0]
            first, last, bits = segment[1 + 2 * count : 4 + 2 * count]
            for component in segment[1 : 1 + 2 * count : 2]:
                known = lowest_bits.get(component, [])
                known[first : last + 1] = [bits & 15] * (last + 1 - first)
    return bool(lowest_bits) and not any(map(any, lowest_bits.values()))


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields the markers that have a segment, and these without length."""
    position = 2
    while match := _MARKER.search(content, position):
        marker = content[match.start() + 1]
        start = match.end() + 2
        if marker == _END_OF_IMAGE[1] or start > len(content):
            return
        (length,) = struct.unpack_from(">H", content, match.end())
        yield marker, content[start : start + length - 2]
        position = match.end() + length


class _TiffLayout(NamedTuple):
    """How the fields of a directory are packed."""

    length: str
    entry: str
    inline: int


_CLASSIC_TIFF = _TiffLayout("H", "HHLL", 4)
_BIG_TIFF = _TiffLayout("Q", "HHQQ", 8)


def has_whole_tags(file: BinaryIO) -> bool:
    """Whether a TIFF has all tags that its first image's pixels depend on.

    Where a file was cut, Pillow goes by the tags before: samples may then pass
    for others, such as signed numbers for unsigned ones.

    Args:
        file: a TIFF or BigTIFF; its position stays.
    """
    position = file.tell()
    try:
        end = file.seek(0, os.SEEK_END)
        return all(place <= end for place in _tiff_ends(file))
    except struct.error:  # It ends within the directory.
        return False
    finally:
        file.seek(position)


def _tiff_ends(file: BinaryIO) -> list[int]:
    """Returns where the values lie that are not within the directory end."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head.startswith(b"II") else ">"
    is_big = head[2:4] in (b"+\0", b"\0+")
    layout = _BIG_TIFF if is_big else _CLASSIC_TIFF
    (offset,) = struct.unpack_from(
        order + ("Q" if is_big else "L"), head, 8 if is_big else 4
    )
    file.seek(offset)
    (count,) = _unpack(file, order + layout.length)
    ends = []
    for _ in range(count):
        tag, kind, values, place = _unpack(file, order + layout.entry)
        size = values * _TIFF_SIZES.get(kind, 0)
        if size > layout.inline and tag <= _LAST_TIFF_TAG:
            ends.append(place + size)
    return ends


def _unpack(file: BinaryIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))
