"""Writes an encoder into an export: SavedModel, TFLite and `model.json`."""

from __future__ import annotations

import base64
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import files
from tfgan_zoo.encoders import file_names, measuring, proof, serving
from tfgan_zoo.encoders.encoder import Encoder
from tfgan_zoo.encoders.training import TrainedEncoder
from tfgan_zoo.export import additions, saved_model, tflite, variants
from tfgan_zoo.export.proof import full_float32
from tfgan_zoo.images import from_uint8
from tfgan_zoo.labels import broadcast_labels

_WHAT = "An encoder is"
_VARIANT = variants.VARIANTS["float16"]
# Accelerators compute in 16 bits; images of a wrong range are off by more.
_TOLERANCE = 0.05


def require_output(
    export: Path, output: Path | None = None, *, overwrite: bool = False
) -> None:
    """Checks that an encoder of an export can be written, see `write`.

    Raises:
        ValueError: `output` is in the export.
        OSError: see `additions.require_output`.
    """
    additions.require_output(_WHAT, export, output, overwrite=overwrite)


def write(
    result: TrainedEncoder,
    export: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    overwrite: bool = False,
) -> Path:
    """Writes the encoder's files, and an entry of `model.json`.

    `encoder_saved_model` is for TensorFlow, `encoder_float16.tflite` for
    phones; both take float32 `images` in [-1, 1], and return float32 `latents`
    and, of a conditional generator, `label_probabilities`. Categories among
    latents are probabilities as well: the generator takes a 1 in place of the
    largest, and 0s. Nothing is written unless both files compute what the
    trained encoder does.

    Args:
        result: the encoder.
        export: the folder of the generator's export.
        output: a folder for a copy of the export that has the encoder; None
            writes into the export itself.
        overwrite: whether `output` may take the place of another export.

    Returns:
        The folder that has it.

    Raises:
        ValueError: a file of the export is a link, or `output` is in the
            export.
        OSError: see `additions.require_output`.
        ExportError: a file computes other latents.
        ConversionError: TFLite lacks an operator.
    """
    return additions.extend(
        _WHAT,
        export,
        output,
        lambda folder: _add(result, folder),
        overwrite=overwrite,
    )


def _add(result: TrainedEncoder, folder: Path) -> list[str]:
    model, sampler = result.model, result.sampler
    path = folder / file_names.SAVED_MODEL
    shutil.rmtree(path, ignore_errors=True)  # of an encoder before
    module = serving.ServedEncoder(model, sampler)
    saved_model.write_module(module, {tflite.SIGNATURE: module.serve}, path)
    content = tflite.convert_function(serving.freeze(model, sampler), _VARIANT)
    files.write_bytes(folder / file_names.TFLITE, content)
    with full_float32():
        # The list of the files' hashes is not yet whole; what was written
        # must load without trust all the same.
        encoder = Encoder.load(path, sampler.metadata)
        difference = proof.require_same(
            model, sampler, encoder, content, _VARIANT
        )
        entry = to_json(result, encoder, difference)
    additions.set_entry(folder, file_names.ENTRY, entry)
    return [file_names.SAVED_MODEL, file_names.TFLITE]


def to_json(
    result: TrainedEncoder, encoder: Encoder, difference: float
) -> dict[str, Any]:
    """Returns the entry of `model.json`.

    Args:
        result: the encoder.
        encoder: its SavedModel, loaded.
        difference: of the TFLite file's outputs from it.
    """
    metadata = result.sampler.metadata
    size, num_classes = result.sampler.latents_spec.size, metadata.num_classes
    outputs = {file_names.LATENTS: [1, size]}
    if num_classes:
        outputs[file_names.PROBABILITIES] = [1, num_classes]
    return {
        "saved_model": file_names.SAVED_MODEL,
        "tflite": {"float16": file_names.TFLITE},
        "input": {
            "name": file_names.IMAGES,
            "shape": [1, *metadata.image_shape],
            "range": [-1, 1],
        },
        "outputs": outputs,
        "steps": result.training.steps,
        "dataset": result.dataset,
        "seed": result.training.seed,
        "errors": {name: round(e, 6) for name, e in result.errors.items()},
        "test": _test_vector(result, encoder, difference),
    }


def _test_vector(
    result: TrainedEncoder, encoder: Encoder, difference: float
) -> dict[str, Any]:
    """Returns an image, and what the encoder makes of it."""
    seed = measuring.FIRST_SEED
    sampler = result.sampler
    labels = broadcast_labels(1, None, sampler.num_classes)
    pixels = sampler.sample(np.array([seed]), labels)
    predicted = encoder(from_uint8(pixels).numpy())
    vector: dict[str, Any] = {"seed": seed}
    if labels is not None:
        vector["label"] = int(labels[0])
    vector["pixels_base64"] = _base64(pixels)
    vector["latents_base64"] = _base64(predicted.latents.astype("<f4"))
    probabilities = predicted.label_probabilities
    if probabilities is not None:
        vector["label_probabilities_base64"] = _base64(
            probabilities.astype("<f4")
        )
    vector["tolerance"] = max(_TOLERANCE, round(3.0 * difference, 3))
    return vector


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")
