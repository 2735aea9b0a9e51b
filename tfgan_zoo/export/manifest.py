"""`model.json`: all that an app needs to know of an export's files."""

from __future__ import annotations

import base64
import json
import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import images
from tfgan_zoo.export import card_checks, latent_space, tflite
from tfgan_zoo.export.card import Card
from tfgan_zoo.export.proof import FileReport
from tfgan_zoo.export.variants import VARIANTS

NAME = "model.json"


def written(
    card: Card,
    folder: Path,
    reports: Sequence[FileReport],
    example: dict[str, np.ndarray],
    image: np.ndarray,
) -> str:
    """Returns the file's text.

    Args:
        card: of the export.
        folder: that holds its TFLite files.
        reports: of those files.
        example: inputs of one image, by name.
        image: that the SavedModel makes of them, float32.
    """
    content = {
        "architecture": card.architecture,
        "dataset": card.dataset,
        "signature": tflite.SIGNATURE,
        "image_shape": list(card.image_shape),
        "latents": {
            "name": card.latent_name,
            "shape": list(card.latent_shape),
            "parts": latent_space.parts(card),
        },
        "num_classes": card.num_classes,
        "class_names": list(card.class_names),
        "files": [_file(folder, report) for report in reports],
        "test_vector": _test_vector(card, example, image),
    }
    return json.dumps(content, indent=1) + "\n"


def _file(folder: Path, report: FileReport) -> dict[str, Any]:
    interpreter = tflite.Interpreter((folder / report.file).read_bytes())
    images_of = interpreter.outputs()["images"]
    paints_uint8 = VARIANTS[report.variant].paints_uint8
    return {
        "file": report.file,
        "variant": report.variant,
        "stores": VARIANTS[report.variant].stores,
        "bytes": report.size_bytes,
        "sha256": report.sha256,
        "inputs": interpreter.inputs(),
        "outputs": {"images": images_of},
        "image_range": [0, 255] if paints_uint8 else [-1, 1],
        "pixel": "value" if paints_uint8 else "round((value + 1) * 127.5)",
        "largest_difference": report.differences.largest,
        "mean_difference_of_255": report.differences.mean_of_255,
    }


def _test_vector(
    card: Card, example: dict[str, np.ndarray], image: np.ndarray
) -> dict[str, Any]:
    vector: dict[str, Any] = {
        name: values.tolist() for name, values in example.items()
    }
    if image.ndim == 3:
        pixels = images.to_uint8(image).numpy()
        vector["pixels_base64"] = base64.b64encode(pixels).decode("ascii")
    else:
        vector["points"] = image.tolist()
    return vector


def require_sound(model: dict[str, Any], path: Path) -> None:
    """Checks what a page takes from a `model.json`.

    Args:
        model: as JSON has it.
        path: of its file, for errors.

    Raises:
        ValueError: a value is missing or of another type, or a file is none
            of the folder's own.
    """
    latents, listed = model.get("latents"), model.get("files")
    if not (
        all(isinstance(model.get(name), str) for name in _TEXTS)
        and card_checks.is_shape(model.get("image_shape"))
        and type(model.get("num_classes")) is int
        and 0 <= model["num_classes"] <= card_checks.MOST_CLASSES
        and isinstance(model.get("class_names"), list)
        and isinstance(latents, dict)
        and isinstance(latents.get("name"), str)
        and card_checks.is_shape(latents.get("shape"))
        and isinstance(latents.get("parts"), list)
        and all(map(_is_part, latents["parts"]))
        and sum(part["size"] for part in latents["parts"])
        == math.prod(latents["shape"])
        and isinstance(listed, list)
        and all(_is_file(one, latents["name"]) for one in listed)
    ):
        raise ValueError(
            f"{NAME} must be what tfgan-export wrote. Received: {path}."
        )


_TEXTS = ("architecture", "dataset")
_ENDING = ".tflite"


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


def _is_part(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and isinstance(part.get("distribution"), str)
        and type(part.get("size")) is int
        and part["size"] > 0
    )


def _is_file(entry: Any, latents: str) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("inputs"), dict):
        return False
    name, given = entry.get("file"), entry["inputs"].get(latents)
    return (
        isinstance(name, str)
        # As it is copied beside the page, whose own files it must not replace.
        and Path(name).name == name
        and name.endswith(_ENDING)
        and name.isprintable()
        and isinstance(entry.get("variant"), str)
        and type(entry.get("bytes")) is int
        and isinstance(given, dict)
        and isinstance(given.get("shape"), list)
        and bool(given["shape"])
    )
