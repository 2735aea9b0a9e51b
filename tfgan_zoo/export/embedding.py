"""Named buffers and files inside a TFLite file.

A file is a flatbuffer, whose model names buffers of metadata; other files
follow it as a zip archive, which interpreters ignore.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import flatbuffers
from tensorflow.lite.python import schema_py_generated as schema

from tfgan_zoo import archives
from tfgan_zoo.export import model_tables
from tfgan_zoo.messages import error_text, value_text

_MAX_FILE_BYTES = 1_000_000  # of all files together, when unpacked
# Buffers begin at multiples of it.
_ALIGNMENT = 16
_BUFFERS, _METADATA = 4, 6  # the positions of these fields in a model
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest: same content, same SHA-256


def add_buffer(content: bytes, name: str, data: bytes) -> bytes:
    """Returns a TFLite file with one more named buffer.

    A new model, with longer lists of buffers and names, is put in front of the
    old content and points into it. What the converter wrote is not written
    anew: weights keep their bytes and their alignment, of which the schema's
    Python classes know nothing.

    Args:
        content: a TFLite file, with no archive behind it.
        name: of the buffer.
        data: what it holds.
    """
    content += bytes(-len(content) % _ALIGNMENT)
    builder = flatbuffers.Builder(len(content) + len(data) + 4096)
    # A vector begins with its length, of 4 bytes.
    end = builder.CreateByteVector(content) - 4
    model = schema.Model.GetRootAs(content, 0)
    builder.StartVector(1, len(data), _ALIGNMENT)
    for byte in reversed(data):
        builder.PrependByte(byte)
    vector = builder.EndVector()
    builder.StartObject(1)
    builder.PrependUOffsetTRelativeSlot(0, vector, 0)
    buffer = builder.EndObject()
    text = builder.CreateString(name)
    builder.StartObject(2)
    builder.PrependUOffsetTRelativeSlot(0, text, 0)
    builder.PrependUint32Slot(1, model.BuffersLength(), 0)
    entry = builder.EndObject()
    lists = {
        _BUFFERS: _extend(builder, model, _BUFFERS, buffer, end),
        _METADATA: _extend(builder, model, _METADATA, entry, end),
    }
    root = _copy_model(builder, model, lists, end)
    builder.Finish(root, model_tables.IDENTIFIER)
    return bytes(builder.Output())


def _extend(
    builder: flatbuffers.Builder,
    model: schema.Model,
    slot: int,
    added: int,
    end: int,
) -> int:
    """Writes a list of the model's tables and one more; returns its offset."""
    table = model._tab
    field = table.Offset(4 + 2 * slot)
    count, start = (
        (table.VectorLen(field), table.Vector(field)) if field else (0, 0)
    )
    builder.StartVector(4, count + 1, 4)
    builder.PrependUOffsetTRelative(added)
    for place in reversed(range(start, start + 4 * count, 4)):
        builder.PrependUOffsetTRelative(end - table.Indirect(place))
    return int(builder.EndVector())


def _copy_model(
    builder: flatbuffers.Builder,
    model: schema.Model,
    lists: dict[int, int],
    end: int,
) -> int:
    """Writes a model of the old fields but `lists`; returns its offset.

    All of a model's fields are offsets, but the first, the schema's version.
    """
    table = model._tab
    fields = {}
    for slot in range(1, _count_fields(model)):
        field = table.Offset(4 + 2 * slot)
        if field:
            fields[slot] = end - table.Indirect(table.Pos + field)
    fields.update(lists)
    builder.StartObject(1 + max(fields))
    builder.PrependUint32Slot(0, model.Version(), 0)
    for slot, offset in fields.items():
        builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
    return int(builder.EndObject())


def _count_fields(model: schema.Model) -> int:
    """Returns how many fields the schema had with which a model is written."""
    table = model._tab
    (distance,) = struct.unpack_from("<i", table.Bytes, table.Pos)
    (size,) = struct.unpack_from("<H", table.Bytes, table.Pos - distance)
    return int(size - 4) // 2  # two sizes of 16 bits, then the fields'


def read_buffer(content: bytes, name: str) -> bytes:
    """Returns a named buffer of a TFLite file, empty if there is none.

    Args:
        content: a TFLite file.
        name: of the buffer.

    Raises:
        TypeError: `content` is no bytes.
        ValueError: it is no TFLite file, or is cut or damaged.
    """
    if not isinstance(content, bytes):
        raise TypeError(
            "A TFLite file's content must be bytes. "
            f"Received: {value_text(content)}."
        )
    try:
        model = model_tables.read(content)
        return _find_buffer(model, name.encode("ascii"))
    except ValueError as error:
        raise ValueError(
            "A TFLite file must be a whole flatbuffer of the type "
            f"{model_tables.IDENTIFIER.decode()}. "
            f"Received: {len(content):,} bytes, {error_text(error)}."
        ) from None


def _find_buffer(model: dict[str, Any], name: bytes) -> bytes:
    buffers = model.get("buffers", [])
    for entry in model.get("metadata", []):
        index = entry.get("buffer", 0)
        if index >= len(buffers):
            raise ValueError("cut or damaged")
        if entry.get("name") == name and "data" in buffers[index]:
            return bytes(buffers[index]["data"])
    return b""


def append_files(content: bytes, files: dict[str, bytes]) -> bytes:
    """Returns a TFLite file with files behind it, not compressed.

    Args:
        content: a TFLite file.
        files: by name.
    """
    stream = io.BytesIO(content)
    # As tflite-support: places in the archive count from the file's beginning.
    with zipfile.ZipFile(stream, "a") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # Unix, on every system
            archive.writestr(entry, data)
    return stream.getvalue()


def read_files(content: bytes) -> dict[str, bytes]:
    """Returns the files behind a TFLite file, by name.

    Args:
        content: a TFLite file.

    Raises:
        ValueError: they are damaged, or over 1,000 or 1,000,000 bytes.
    """
    stream = io.BytesIO(content)
    try:
        if not zipfile.is_zipfile(stream):
            return {}
        return archives.read_zip(stream, max_bytes=_MAX_FILE_BYTES)
    except (ValueError, zipfile.BadZipFile) as error:
        raise ValueError(
            "The files behind a TFLite file must be a zip archive of at most "
            f"{archives.MAX_FILES:,} files and {_MAX_FILE_BYTES:,} bytes. "
            f"Received: {error_text(error)}."
        ) from None
