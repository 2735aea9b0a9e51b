"""Reads flatbuffers of unknown origin, with bounds and a limit.

The classes that flatbuffers generates take offsets as they are: they lead
anywhere, and thousands may lead to the same table.
"""

from __future__ import annotations

import dataclasses
import struct
from typing import Any

STRING, UINT, FLOATS, UNION = "string", "uint", "[float]", "union"
Tables = dict[str, dict[str, Any]]
_INT32, _UINT32, _UINT16, _UINT8 = map(struct.Struct, ("<i", "<I", "<H", "<B"))
_DAMAGED = "cut or damaged"


@dataclasses.dataclass(frozen=True)
class Span:
    """The type of a vector or a text that is returned as it is stored.

    Attributes:
        item_bytes: of each element.
    """

    item_bytes: int


def read(
    content: bytes, tables: Tables, root: str, *, identifier: bytes, limit: int
) -> dict[str, Any]:
    """Returns the fields of a flatbuffer's root that are there.

    Args:
        content: the flatbuffer; what follows it is ignored.
        tables: by name, the first fields of each table in the schema's order,
            and their types: `STRING`, `UINT`, `FLOATS`, a `Span`, the name of
            a table, a list of a type, the names of an enumeration's values, or
            None for what is ignored. `UNION` is the table that the field
            before it names.
        root: the table that holds all others.
        identifier: of the schema, 4 bytes.
        limit: how many numbers, and bytes of texts, may be decoded. Elements
            of a `Span` do not count.

    Returns:
        Tables as dicts, vectors as lists, and a `Span` as a memoryview.

    Raises:
        ValueError: it is none, is cut or damaged, or exceeds the limit.
    """
    if content[4:8] != identifier:
        raise ValueError("another identifier")
    reader = _Reader(content, tables, limit)
    return reader.table(reader.follow(0), root)


class _Reader:
    def __init__(self, content: bytes, tables: Tables, limit: int) -> None:
        self._content = memoryview(content)
        self._tables = tables
        self._limit = self._left = limit

    def table(self, start: int, name: str) -> dict[str, Any]:
        vtable = start - self._number(_INT32, start)
        vtable_bytes = self._number(_UINT16, vtable)
        self._slice(start, self._number(_UINT16, vtable + 2))
        values: dict[str, Any] = {}
        union = ""
        for slot, (field, kind) in enumerate(self._tables[name].items()):
            place = 4 + 2 * slot
            if kind is None or place + 2 > vtable_bytes:
                continue
            offset = self._number(_UINT16, vtable + place)
            if not offset or (kind == UNION and union not in self._tables):
                continue
            values[field] = self._value(
                union if kind == UNION else kind, start + offset
            )
            union = values[field] if isinstance(kind, tuple) else ""
        return values

    def follow(self, place: int) -> int:
        return place + self._number(_UINT32, place)

    def _value(self, kind: Any, place: int) -> Any:
        if isinstance(kind, tuple):
            number = self._number(_UINT8, place)
            return kind[number] if number < len(kind) else kind[0]
        if kind == UINT:
            return self._number(_UINT32, place)
        start = self.follow(place)
        if kind == STRING:
            text = self._vector(start, 1)
            self._spend(len(text))
            return str(text, "utf-8")
        if kind == FLOATS:
            numbers = self._vector(start, 4)
            self._spend(len(numbers) // 4)
            return [*struct.unpack(f"<{len(numbers) // 4}f", numbers)]
        if isinstance(kind, Span):
            return self._vector(start, kind.item_bytes)
        if isinstance(kind, list):
            end = start + 4 + len(self._vector(start, 4))
            places = range(start + 4, end, 4)
            return [self._value(kind[0], place) for place in places]
        return self.table(start, kind)

    def _vector(self, start: int, item_bytes: int) -> memoryview:
        return self._slice(start + 4, self._number(_UINT32, start) * item_bytes)

    def _number(self, form: struct.Struct, place: int) -> int:
        self._spend(1)
        # A negative place would count from the end.
        if not 0 <= place <= len(self._content) - form.size:
            raise ValueError(_DAMAGED)
        return int(form.unpack_from(self._content, place)[0])

    def _slice(self, start: int, count: int) -> memoryview:
        if not 0 <= start <= len(self._content) - count:
            raise ValueError(_DAMAGED)
        return self._content[start : start + count]

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise ValueError(f"more than {self._limit:,} values")
