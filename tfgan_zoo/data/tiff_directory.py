"""The directory of a TIFF file, which says what its samples are."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, NamedTuple

# Bytes of a value, by the number of its type.
_SIZES = {
    **{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4},
    **{10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8},
}
# The highest tag that pixels depend on, SMaxSampleValue.
_LAST_TAG_OF_PIXELS = 341


class _Layout(NamedTuple):
    """How the fields of a directory are packed."""

    length: str
    entry: str
    inline: int


_CLASSIC = _Layout("H", "HHLL", 4)
_BIG = _Layout("Q", "HHQQ", 8)


def is_whole(file: BinaryIO) -> bool:
    """Whether all tags of the first image that its pixels depend on are there.

    Where a file was cut, Pillow goes by the tags before: samples may then pass
    for others, such as signed numbers for unsigned ones.

    Args:
        file: a TIFF or BigTIFF; its position stays.
    """
    position = file.tell()
    try:
        end = file.seek(0, os.SEEK_END)
        return all(place <= end for place in _ends(file))
    except struct.error:  # It ends within the directory.
        return False
    finally:
        file.seek(position)


def _ends(file: BinaryIO) -> list[int]:
    """Returns where the values lie that are not within the directory end."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head.startswith(b"II") else ">"
    is_big = head[2:4] in (b"+\0", b"\0+")
    layout = _BIG if is_big else _CLASSIC
    (offset,) = struct.unpack_from(
        order + ("Q" if is_big else "L"), head, 8 if is_big else 4
    )
    file.seek(offset)
    (count,) = _read(file, order + layout.length)
    ends = []
    for _ in range(count):
        tag, kind, values, place = _read(file, order + layout.entry)
        size = values * _SIZES.get(kind, 0)
        if size > layout.inline and tag <= _LAST_TAG_OF_PIXELS:
            ends.append(place + size)
    return ends


def _read(file: BinaryIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))
