"""`model.json`: all that an app needs to know of an export's files."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import images
from tfgan_zoo.export import input_json, metadata_checks, tflite
from tfgan_zoo.export.file_names import MANIFEST_NAME
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.proof import FileReport
from tfgan_zoo.export.variants import VARIANTS
from tfgan_zoo.inputs import IMAGE, InputSpec
from tfgan_zoo.messages import shorten

NAME = MANIFEST_NAME


def to_json(
    metadata: ExportMetadata,
    folder: Path,
    reports: Sequence[FileReport],
    example: dict[str, np.ndarray],
    image: np.ndarray,
) -> str:
    """Returns the file's text.

    Args:
        metadata: of the export.
        folder: that holds its TFLite files.
        reports: of those files.
        example: inputs of one image, by name.
        image: that the SavedModel makes of them, float32.
    """
    content = {
        "architecture": metadata.architecture,
        "task": metadata.task,
        "dataset": metadata.dataset,
        "source": _source(metadata),
        "signature": tflite.SIGNATURE,
        "inputs": input_json.to_json(metadata.inputs),
        "image_shape": list(metadata.image_shape),
        "num_classes": metadata.num_classes,
        "class_names": list(metadata.class_names),
        "files": [_file(folder, report, metadata.inputs) for report in reports],
        "test_vector": _test_vector(example, image, metadata.inputs),
    }
    return json.dumps(content, indent=1) + "\n"


def _source(metadata: ExportMetadata) -> str | None:
    """Returns a name in `sources.NAMES`; None of a generator without images."""
    takes_images = any(spec.kind == IMAGE for spec in metadata.inputs)
    return metadata.recipe.get("source") if takes_images else None


def _pixels_of(
    name: str, tensor: dict[str, Any], specs: Sequence[InputSpec]
) -> dict[str, Any]:
    """Returns what the values of an input of images are made of."""
    if not any(spec.name == name and spec.kind == IMAGE for spec in specs):
        return {}
    if tensor["dtype"] == "uint8":
        return {"range": [0, 255], "value": "pixel"}
    return {"range": [-1, 1], "value": "pixel / 127.5 - 1"}


def _file(
    folder: Path, report: FileReport, specs: Sequence[InputSpec]
) -> dict[str, Any]:
    interpreter = tflite.Interpreter((folder / report.file).read_bytes())
    output = interpreter.outputs()["images"]
    returns_uint8 = output["dtype"] == "uint8"
    return {
        "file": report.file,
        "variant": report.variant,
        "stores": VARIANTS[report.variant].stores,
        "bytes": report.size_bytes,
        "sha256": report.sha256,
        "minimum_runtime": report.minimum_runtime,
        "inputs": {
            name: {**tensor, **_pixels_of(name, tensor, specs)}
            for name, tensor in interpreter.inputs().items()
        },
        "outputs": {"images": output},
        "image_range": [0, 255] if returns_uint8 else [-1, 1],
        "pixel": "value" if returns_uint8 else "round((value + 1) * 127.5)",
        "largest_difference": report.differences.largest,
        "mean_difference_of_255": report.differences.mean_of_255,
    }


def _test_vector(
    example: dict[str, np.ndarray],
    image: np.ndarray,
    specs: Sequence[InputSpec],
) -> dict[str, Any]:
    vector: dict[str, Any] = {}
    for spec in specs:
        values = example[spec.name]
        if spec.kind == IMAGE:
            vector["input_pixels_base64"] = _pixels_base64(values)
        else:
            vector[spec.name] = values.tolist()
    if image.ndim == 3:
        vector["pixels_base64"] = _pixels_base64(image)
    else:
        vector["points"] = image.tolist()
    return vector


def _pixels_base64(image: np.ndarray) -> str:
    """Returns the uint8 pixels of an image in [-1, 1], row by row."""
    pixels = images.to_uint8(image).numpy()
    return base64.b64encode(pixels).decode("ascii")


def require_sound(model: dict[str, Any], path: Path) -> None:
    """Checks what a page takes from a `model.json`.

    Args:
        model: as JSON has it.
        path: of its file, for errors.

    Raises:
        ValueError: a value is missing or of another type, or a file is none
            of the folder's own.
    """
    listed = model.get("files")
    if not (
        all(isinstance(model.get(name), str) for name in _TEXTS)
        and metadata_checks.is_image_shape(model.get("image_shape"))
        and type(model.get("num_classes")) is int
        and 0 <= model["num_classes"] <= metadata_checks.MOST_CLASSES
        and isinstance(model.get("class_names"), list)
        and isinstance(listed, list)
        and all(map(_is_file, listed))
    ):
        raise ValueError(
            f"{NAME} must be what tfgan-export wrote. Received: {path}."
        )
    specs = metadata_checks.require_inputs(model, path)
    for file in model["files"]:
        _require_tensors(file, specs, path)


def _require_tensors(
    file: dict[str, Any], specs: Sequence[InputSpec], path: Path
) -> None:
    """Checks that a TFLite file takes the inputs, of a fixed batch."""
    for spec in specs:
        tensor = file["inputs"].get(spec.name)
        shape = tensor.get("shape") if isinstance(tensor, dict) else None
        sizes = shape if isinstance(shape, list) else []
        if not sizes or sizes[1:] != [*spec.shape]:
            raise ValueError(
                f"The files of {NAME} must take its `inputs`, {spec.name} of "
                f"shape {['N', *spec.shape]}. "
                f"Received: {shorten(shape)} of {file['file']}, in {path}."
            )


_TEXTS = ("architecture", "dataset")
TFLITE_ENDING = ".tflite"


def copy_file(export: Path, entry: dict[str, Any], folder: Path) -> None:
    """Copies a TFLite file of an export.

    Args:
        export: its folder.
        entry: of `files` in its `model.json`.
        folder: where it goes, by its own name.

    Raises:
        ValueError: it is no regular file. What a link leads to may be secret,
            and a page may be published.
    """
    source = export / entry["file"]
    if source.is_symlink() or not source.is_file():
        raise ValueError(
            "A TFLite file of an export must be a regular file, and no link. "
            f"Received: {source}."
        )
    shutil.copyfile(source, folder / source.name, follow_symlinks=False)


def _is_file(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("inputs"), dict):
        return False
    name = entry.get("file")
    return (
        isinstance(name, str)
        # As it is copied beside the page, whose own files it must not replace.
        and Path(name).name == name
        and name.endswith(TFLITE_ENDING)
        and name.isprintable()
        and isinstance(entry.get("variant"), str)
        and type(entry.get("bytes")) is int
    )
