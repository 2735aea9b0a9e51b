"""TFLite Model Metadata: what a file says of itself to Android Studio and apps.

It needs no `model.json`: names, ranges, normalisation and class names are in
the file, in the form that tflite-support reads and writes.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from tensorflow.lite.python import schema_py_generated as schema

from tfgan_zoo.export import (
    embedding,
    metadata_tables,
    runtime,
    tensor_metadata,
    titles,
)
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.tflite_settings import TFLiteSettings
from tfgan_zoo.export.variants import Variant
from tfgan_zoo.messages import list_some, shorten

_BUFFER = "TFLITE_METADATA"


@dataclasses.dataclass(frozen=True)
class EmbeddedMetadata:
    """What a TFLite file says of itself.

    Attributes:
        fields: of its `ModelMetadata`, by the names of tflite-support's schema.
        files: that follow it, by name, such as `labels.txt`.
    """

    fields: dict[str, Any]
    files: dict[str, bytes]


def add(
    content: bytes,
    metadata: ExportMetadata,
    variant: Variant,
    settings: TFLiteSettings,
) -> bytes:
    """Returns a TFLite file with its metadata.

    Args:
        content: as the converter wrote it.
        metadata: of the export.
        variant: of the file.
        settings: that may name an author, a licence and a version.

    Returns:
        The file with a buffer `TFLITE_METADATA` and, if it takes labels of
        classes that have names, `labels.txt` behind it: a name a line, by
        label.
    """
    fields = {
        "name": _title(metadata),
        "description": _describe(content, metadata, variant),
        "version": settings.model_version,
        "author": settings.author,
        "license": settings.license,
        "min_parser_version": metadata_tables.PARSER_VERSION,
        "subgraph_metadata": [_describe_tensors(content, metadata)],
    }
    data = metadata_tables.encode(fields)
    content = embedding.add_buffer(content, _BUFFER, data)
    files = tensor_metadata.label_files(metadata)
    return embedding.append_files(content, files) if files else content


def _describe_tensors(
    content: bytes, metadata: ExportMetadata
) -> dict[str, Any]:
    """Returns a `SubGraphMetadata`: tensors in the order of the file."""
    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    inputs, outputs = _names(model)
    specs = {spec.name: spec for spec in metadata.inputs}
    return {
        "input_tensor_metadata": [
            tensor_metadata.describe_input(
                specs[inputs[int(index)]], graph.Tensors(index), metadata
            )
            for index in graph.InputsAsNumpy()
        ],
        "output_tensor_metadata": [
            tensor_metadata.describe_output(
                outputs[int(index)], graph.Tensors(index), metadata
            )
            for index in graph.OutputsAsNumpy()
        ],
    }


def read_tflite_metadata(content: bytes) -> EmbeddedMetadata | None:
    """Returns the metadata of a TFLite file, or None if it has none.

    Args:
        content: a TFLite file, of this package or of another.

    Raises:
        TypeError: `content` is no bytes.
        ValueError: it is no TFLite file, is cut or damaged, lacks a file that
            its metadata name, or has metadata of over 1,000,000 bytes, or as
            many bytes of files, or over 1,000 files.
    """
    data = embedding.read_buffer(content, _BUFFER)
    files = embedding.read_files(content)
    # Flatbuffers fill up 4 bytes, if not 16: such a file has lost the last.
    if not files and len(content) % 4:
        raise ValueError(
            "A TFLite file with no files behind it must have a multiple of 4 "
            f"bytes. Received: {len(content):,} bytes, cut or damaged."
        )
    if not data:
        return None
    fields = metadata_tables.decode(data)
    missing = sorted(_file_names(fields) - {*files})
    if missing:
        raise ValueError(
            "A TFLite file must hold the files that its metadata name. "
            "Received: a file, cut or damaged, without "
            f"{list_some([shorten(name) for name in missing])}."
        )
    return EmbeddedMetadata(fields, files)


def _file_names(fields: Any) -> set[str]:
    """Returns the names of all associated files of tables in tables."""
    if isinstance(fields, list):
        return set().union(*map(_file_names, fields))
    if not isinstance(fields, dict):
        return set()
    names = {
        file.get("name", "") for file in fields.get("associated_files", [])
    }
    return names.union(*map(_file_names, fields.values()))


def _names(model: Any) -> tuple[dict[int, str], dict[int, str]]:
    """Returns the signature's names of inputs and outputs, by tensor."""
    signature = model.SignatureDefs(0)
    return (
        _by_tensor(signature.Inputs, signature.InputsLength()),
        _by_tensor(signature.Outputs, signature.OutputsLength()),
    )


def _by_tensor(entry: Any, count: int) -> dict[int, str]:
    maps = [entry(index) for index in range(count)]
    return {item.TensorIndex(): item.Name().decode("utf-8") for item in maps}


def _title(metadata: ExportMetadata) -> str:
    if metadata.makes_points:
        return "Generated points"
    model = {**metadata.to_dict(), "source": metadata.recipe.get("source")}
    return titles.describe(model, None)["title"]


def _describe(
    content: bytes, metadata: ExportMetadata, variant: Variant
) -> str:
    paper = metadata.recipe.get("paper")
    data, steps = titles.data_title(metadata.dataset), metadata.training_steps
    training = [
        f"on {data}" if data else "",
        f"for {steps:,} steps" if steps else "",
    ]
    trained = " ".join(filter(None, training))
    versions = [
        f"{name} {version}" for name, version in metadata.versions.items()
    ]
    minimum = runtime.minimum(content)
    sentences = [
        f"A generator of the architecture {metadata.architecture}"
        f"{f' ({paper})' if paper else ''}"
        f"{f', trained {trained}' if trained else ''}.",
        f"Numbers: {variant.stores}.",
        f"It needs TFLite {minimum} or newer, or LiteRT." if minimum else "",
        f"Written by {' and '.join(versions)}." if versions else "",
    ]
    return " ".join(filter(None, sentences))
