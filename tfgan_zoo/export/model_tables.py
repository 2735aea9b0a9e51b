"""The tables of TFLite's `schema.fbs` that hold all of a model but options.

Reading them shows that a file is whole: what they hold ends within it.
"""

from __future__ import annotations

from typing import Any

from tfgan_zoo.export import flatbuffer_reader
from tfgan_zoo.export.flatbuffer_reader import UINT, UNION, Span

IDENTIFIER = b"TFL3"
# Of values: some 30,000 tensors, each with its buffer and operator.
_LIMIT = 1_000_000
_BYTES, _INTS, _LONGS = Span(1), Span(4), Span(8)
# Of the types of an operator's options, all are read as if without fields.
_OPTIONS = ("NONE", *["Options"] * 255)

_TABLES: flatbuffer_reader.Tables = {
    "Model": {
        "version": None,
        "operator_codes": ["OperatorCode"],
        "subgraphs": ["SubGraph"],
        "description": _BYTES,
        "buffers": ["Buffer"],
        "metadata_buffer": _INTS,
        "metadata": ["Metadata"],
        "signature_defs": ["SignatureDef"],
    },
    "OperatorCode": {"deprecated_builtin_code": None, "custom_code": _BYTES},
    "SubGraph": {
        "tensors": ["Tensor"],
        "inputs": _INTS,
        "outputs": _INTS,
        "operators": ["Operator"],
        "name": _BYTES,
    },
    "Tensor": {
        "shape": _INTS,
        "type": None,
        "buffer": None,
        "name": _BYTES,
        "quantization": "QuantizationParameters",
    },
    "QuantizationParameters": {
        "min": _INTS,
        "max": _INTS,
        "scale": _INTS,
        "zero_point": _LONGS,
    },
    "Operator": {
        "opcode_index": None,
        "inputs": _INTS,
        "outputs": _INTS,
        "builtin_options_type": _OPTIONS,
        "builtin_options": UNION,
        "custom_options": _BYTES,
    },
    "Options": {},
    "Buffer": {"data": _BYTES},
    "Metadata": {"name": _BYTES, "buffer": UINT},
    "SignatureDef": {
        "inputs": ["TensorMap"],
        "outputs": ["TensorMap"],
        "signature_key": _BYTES,
    },
    "TensorMap": {"name": _BYTES, "tensor_index": None},
}


def read(content: bytes) -> dict[str, Any]:
    """Returns a `Model`, see `flatbuffer_reader.read`.

    Args:
        content: a TFLite file.

    Raises:
        ValueError: it is none, is cut or damaged, or has over 1,000,000 values.
    """
    return flatbuffer_reader.read(
        content, _TABLES, "Model", identifier=IDENTIFIER, limit=_LIMIT
    )
