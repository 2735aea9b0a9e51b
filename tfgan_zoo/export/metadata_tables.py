"""The tables of TFLite Model Metadata, as dicts and as a flatbuffer.

The part of the schema, `metadata_schema.fbs` of tflite-support, that exports
use: the first fields of each table, in its order. What else a file holds is
left out by `decode`.
"""

from __future__ import annotations

import struct
from typing import Any

import flatbuffers
import numpy as np
from flatbuffers import number_types
from flatbuffers.table import Table

# The version of the schema that knows all fields below: the first.
PARSER_VERSION = "1.0.0"
_IDENTIFIER = b"M001"
_ROOT = "ModelMetadata"

_STRING, _UINT, _FLOATS, _UNION = "string", "uint", "[float]", "union"
_COLOURS = ("UNKNOWN", "RGB", "GRAYSCALE")
_CONTENTS = ("NONE", "FeatureProperties", "ImageProperties")
_FILE_TYPES = (
    "UNKNOWN",
    "DESCRIPTIONS",
    "TENSOR_AXIS_LABELS",
    "TENSOR_VALUE_LABELS",
)
_PROCESSES = ("NONE", "NormalizationOptions")

# The type of a field is one of those above, the name of a table, a list of
# one, or the names of an enumeration. A union's table is named by the field
# before it.
_TABLES: dict[str, dict[str, Any]] = {
    "ModelMetadata": {
        "name": _STRING,
        "description": _STRING,
        "version": _STRING,
        "subgraph_metadata": ["SubGraphMetadata"],
        "author": _STRING,
        "license": _STRING,
        "associated_files": ["AssociatedFile"],
        "min_parser_version": _STRING,
    },
    "SubGraphMetadata": {
        "name": _STRING,
        "description": _STRING,
        "input_tensor_metadata": ["TensorMetadata"],
        "output_tensor_metadata": ["TensorMetadata"],
    },
    "TensorMetadata": {
        "name": _STRING,
        "description": _STRING,
        "dimension_names": [_STRING],
        "content": "Content",
        "process_units": ["ProcessUnit"],
        "stats": "Stats",
        "associated_files": ["AssociatedFile"],
    },
    "Content": {
        "content_properties_type": _CONTENTS,
        "content_properties": _UNION,
    },
    "FeatureProperties": {},
    "ImageProperties": {"color_space": _COLOURS, "default_size": "ImageSize"},
    "ImageSize": {"width": _UINT, "height": _UINT},
    "ProcessUnit": {"options_type": _PROCESSES, "options": _UNION},
    "NormalizationOptions": {"mean": _FLOATS, "std": _FLOATS},
    "Stats": {"max": _FLOATS, "min": _FLOATS},
    "AssociatedFile": {
        "name": _STRING,
        "description": _STRING,
        "type": _FILE_TYPES,
    },
}


def encode(metadata: dict[str, Any]) -> bytes:
    """Returns a `ModelMetadata` as a flatbuffer.

    Args:
        metadata: its fields by the schema's names: texts, lists of floats,
            tables as dicts, and enumerations by the names of their values.
            Fields that are missing or empty are left out.
    """
    builder = flatbuffers.Builder(1024)
    root = _write_table(builder, _ROOT, metadata)
    builder.Finish(root, _IDENTIFIER)
    return bytes(builder.Output())


def _write_table(
    builder: flatbuffers.Builder, table: str, values: dict[str, Any]
) -> int:
    fields = _TABLES[table]
    unknown = {*values} - {*fields}
    if unknown:
        raise ValueError(
            f"{table} must have the fields {', '.join(fields)}. "
            f"Received: {', '.join(sorted(unknown))}."
        )
    union = ""
    stored: dict[str, int] = {}  # numbers, and offsets of what is written
    for name, kind in fields.items():
        value = values.get(name)
        if isinstance(kind, tuple):
            union = value or kind[0]
            stored[name] = kind.index(union)
        elif kind == _UINT:
            stored[name] = value or 0
        elif value or (kind == _UNION and value is not None):
            kind = union if kind == _UNION else kind
            stored[name] = _write_value(builder, kind, value)
    builder.StartObject(len(fields))
    for slot, (name, kind) in enumerate(fields.items()):
        _add_field(builder, slot, kind, stored.get(name, 0))
    return int(builder.EndObject())


def _write_value(builder: flatbuffers.Builder, kind: Any, value: Any) -> int:
    """Writes what a table points at; returns its offset."""
    if kind == _STRING:
        # Names of folders may hold bytes of no encoding.
        return int(builder.CreateString(value, errors="replace"))
    if kind == _FLOATS:
        return int(builder.CreateNumpyVector(np.asarray(value, "<f4")))
    if isinstance(kind, list):
        offsets = [_write_value(builder, kind[0], entry) for entry in value]
        builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            builder.PrependUOffsetTRelative(offset)
        return int(builder.EndVector())
    return _write_table(builder, kind, value)


def _add_field(
    builder: flatbuffers.Builder, slot: int, kind: Any, stored: int
) -> None:
    if isinstance(kind, tuple):
        builder.PrependUint8Slot(slot, stored, 0)
    elif kind == _UINT:
        builder.PrependUint32Slot(slot, stored, 0)
    else:
        builder.PrependUOffsetTRelativeSlot(slot, stored, 0)


def decode(content: bytes) -> dict[str, Any]:
    """Returns the fields of a `ModelMetadata`, see `encode`.

    Args:
        content: a flatbuffer.

    Raises:
        ValueError: it is none, or damaged.
    """
    reason = "another identifier"
    if content[4:8] == _IDENTIFIER:
        try:
            (root,) = struct.unpack_from("<I", content)
            return _read_table(Table(content, root), _ROOT)
        except (struct.error, IndexError, ValueError) as error:
            reason = str(error)
    raise ValueError(
        "TFLite Model Metadata must be a flatbuffer of the type "
        f"{_IDENTIFIER.decode()}. Received: {len(content)} bytes, {reason}."
    )


def _read_table(table: Table, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    union = ""
    for slot, (field, kind) in enumerate(_TABLES[name].items()):
        offset = table.Offset(4 + 2 * slot)
        if not offset or (kind == _UNION and union not in _TABLES):
            continue
        position = table.Pos + offset
        if isinstance(kind, tuple):
            number = table.Get(number_types.Uint8Flags, position)
            union = kind[number] if number < len(kind) else kind[0]
            values[field] = union
        elif kind == _UINT:
            values[field] = table.Get(number_types.Uint32Flags, position)
        else:
            kind = union if kind == _UNION else kind
            values[field] = _read_value(table, kind, position)
    return values


def _read_value(table: Table, kind: Any, position: int) -> Any:
    """Returns what the offset at `position` points at."""
    if kind == _STRING:
        return table.String(position).decode("utf-8")
    if kind == _FLOATS:
        length, start = _vector(table, position)
        values = np.frombuffer(table.Bytes, "<f4", length, start)
        return [float(value) for value in values]
    if isinstance(kind, list):
        length, start = _vector(table, position)
        places = range(start, start + 4 * length, 4)
        return [_read_value(table, kind[0], place) for place in places]
    return _read_table(Table(table.Bytes, table.Indirect(position)), kind)


def _vector(table: Table, position: int) -> tuple[int, int]:
    """Returns how many elements a vector has, and where they begin."""
    start = table.Indirect(position)
    return table.Get(number_types.Uint32Flags, start), start + 4
