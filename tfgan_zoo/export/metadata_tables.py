"""The tables of TFLite Model Metadata, as dicts and as a flatbuffer.

The part of the schema, `metadata_schema.fbs` of tflite-support, that exports
use: the first fields of each table, in its order. What else a file holds is
left out by `decode`.
"""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np

from tfgan_zoo.export import flatbuffer_reader
from tfgan_zoo.export.flatbuffer_reader import FLOATS, STRING, UINT, UNION
from tfgan_zoo.messages import error_text

# The version of the schema that knows all fields below: the first.
PARSER_VERSION = "1.0.0"
_IDENTIFIER = b"M001"
_ROOT = "ModelMetadata"

# Of a flatbuffer, bytes, and of what is decoded, values.
_LIMIT = 1_000_000

_COLOURS = ("UNKNOWN", "RGB", "GRAYSCALE")
_CONTENTS = ("NONE", "FeatureProperties", "ImageProperties")
_FILE_TYPES = (
    "UNKNOWN",
    "DESCRIPTIONS",
    "TENSOR_AXIS_LABELS",
    "TENSOR_VALUE_LABELS",
)
_PROCESSES = ("NONE", "NormalizationOptions")

# See `flatbuffer_reader.read`.
_TABLES: flatbuffer_reader.Tables = {
    "ModelMetadata": {
        "name": STRING,
        "description": STRING,
        "version": STRING,
        "subgraph_metadata": ["SubGraphMetadata"],
        "author": STRING,
        "license": STRING,
        "associated_files": ["AssociatedFile"],
        "min_parser_version": STRING,
    },
    "SubGraphMetadata": {
        "name": STRING,
        "description": STRING,
        "input_tensor_metadata": ["TensorMetadata"],
        "output_tensor_metadata": ["TensorMetadata"],
        "associated_files": ["AssociatedFile"],
    },
    "TensorMetadata": {
        "name": STRING,
        "description": STRING,
        "dimension_names": [STRING],
        "content": "Content",
        "process_units": ["ProcessUnit"],
        "stats": "Stats",
        "associated_files": ["AssociatedFile"],
    },
    "Content": {
        "content_properties_type": _CONTENTS,
        "content_properties": UNION,
    },
    "FeatureProperties": {},
    "ImageProperties": {"color_space": _COLOURS, "default_size": "ImageSize"},
    "ImageSize": {"width": UINT, "height": UINT},
    "ProcessUnit": {"options_type": _PROCESSES, "options": UNION},
    "NormalizationOptions": {"mean": FLOATS, "std": FLOATS},
    "Stats": {"max": FLOATS, "min": FLOATS},
    "AssociatedFile": {
        "name": STRING,
        "description": STRING,
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
        elif kind == UINT:
            stored[name] = value or 0
        elif value or (kind == UNION and value is not None):
            kind = union if kind == UNION else kind
            stored[name] = _write_value(builder, kind, value)
    builder.StartObject(len(fields))
    for slot, (name, kind) in enumerate(fields.items()):
        _add_field(builder, slot, kind, stored.get(name, 0))
    return int(builder.EndObject())


def _write_value(builder: flatbuffers.Builder, kind: Any, value: Any) -> int:
    """Writes what a table points at; returns its offset."""
    if kind == STRING:
        # Names of folders may hold bytes of no encoding.
        return int(builder.CreateString(value, errors="replace"))
    if kind == FLOATS:
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
    elif kind == UINT:
        builder.PrependUint32Slot(slot, stored, 0)
    else:
        builder.PrependUOffsetTRelativeSlot(slot, stored, 0)


def decode(content: bytes) -> dict[str, Any]:
    """Returns the fields of a `ModelMetadata`, see `encode`.

    Args:
        content: a flatbuffer.

    Raises:
        ValueError: it is none, is damaged, or has over 1,000,000 bytes, or as
            many values where several offsets lead to the same ones.
    """
    try:
        if len(content) > _LIMIT:
            raise ValueError(f"more than {_LIMIT:,}")
        return flatbuffer_reader.read(
            content, _TABLES, _ROOT, identifier=_IDENTIFIER, limit=_LIMIT
        )
    except ValueError as error:
        raise ValueError(
            "TFLite Model Metadata must be a flatbuffer of the type "
            f"{_IDENTIFIER.decode()}. Received: {len(content):,} bytes, "
            f"{error_text(error)}."
        ) from None
