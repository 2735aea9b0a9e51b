"""What other commands add to `model.json`, as a page takes it.

`directions` is an entry of `tfgan-directions`, `encoder` one of
`tfgan-encoder`.
"""

from __future__ import annotations

import base64
import binascii
import math
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo.export import manifest
from tfgan_zoo.inputs import LATENTS

DIRECTIONS, ENCODER = "directions", "encoder"
# By what a phone has to fetch.
_PREFERRED = ("float16", "float32", "dynamic", "int8")
_BYTES_OF_FLOAT = 4


def require_sound(model: dict[str, Any], path: Path) -> None:
    """Checks the entries of a `model.json`, of those that it has.

    Args:
        model: as JSON has it, whose other values are sound.
        path: of its file, for errors.

    Raises:
        ValueError: an entry is not what its command wrote, or is of other
            latents or images.
    """
    for name, is_sound in (
        (DIRECTIONS, _are_directions),
        (ENCODER, _is_encoder),
    ):
        if name in model and not is_sound(model[name], model):
            raise ValueError(
                f"`{name}` of {manifest.NAME} must be what tfgan-{name} wrote "
                f"for this generator. Received: {path}."
            )


def copy_encoder(export: Path, model: dict[str, Any], folder: Path) -> None:
    """Copies the encoder of an export, if it has one, and names its file.

    Args:
        export: its folder.
        model: its `model.json`, sound; of `encoder` only what the page takes
            remains: `file`, `input` and `outputs`.
        folder: where the file goes.

    Raises:
        ValueError: see `manifest.copy_file`.
    """
    entry = model.get(ENCODER)
    if entry is None:
        return
    name = next(name for name in _PREFERRED if name in entry["tflite"])
    file = {"file": entry["tflite"][name]}
    manifest.copy_file(export, file, folder)
    model[ENCODER] = {
        **file,
        **{key: entry[key] for key in ("input", "outputs")},
    }


def _are_directions(entry: Any, model: dict[str, Any]) -> bool:
    listed: Any = entry.get("directions") if isinstance(entry, dict) else None
    first = model["inputs"][0]
    return (
        first["kind"] == LATENTS
        and isinstance(listed, list)
        and all(_is_direction(each, first["shape"][0]) for each in listed)
    )


def _is_direction(entry: Any, size: int) -> bool:
    if not isinstance(entry, dict):
        return False
    name, deviation = entry.get("name"), entry.get("deviation")
    vector: Any = entry.get("vector_base64")
    try:
        content = base64.b64decode(vector, validate=True)
    except (TypeError, ValueError, binascii.Error):
        return False
    return (
        isinstance(name, str)
        and name.isprintable()
        and isinstance(deviation, (int, float))
        and math.isfinite(deviation)
        and len(content) == size * _BYTES_OF_FLOAT
        and bool(np.isfinite(np.frombuffer(content, "<f4")).all())
    )


def _is_encoder(entry: Any, model: dict[str, Any]) -> bool:
    if not isinstance(entry, dict):
        return False
    names = ("tflite", "input", "outputs")
    parts: list[Any] = [entry.get(name) for name in names]
    if not all(isinstance(part, dict) for part in parts):
        return False
    files, taken, outputs = parts
    first, count = model["inputs"][0], model["num_classes"]
    return (
        first["kind"] == LATENTS
        and any(map(_is_file_name, (files.get(key) for key in _PREFERRED)))
        and all(map(_is_file_name, files.values()))
        and isinstance(taken.get("name"), str)
        and taken.get("shape") == [1, *model["image_shape"]]
        and outputs.get("latents") == [1, first["shape"][0]]
        and (not count or outputs.get("label_probabilities") == [1, count])
    )


def _is_file_name(name: Any) -> bool:
    # It is copied beside the page, whose own files it must not replace.
    return (
        isinstance(name, str)
        and Path(name).name == name
        and name.endswith(manifest.TFLITE_ENDING)
        and name.isprintable()
    )
