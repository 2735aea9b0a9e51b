"""An export: written, proven equal, and only then in place."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.export import saved_model, tflite
from tfgan_zoo.export.card import CARD_NAME, Card
from tfgan_zoo.gan import GAN

SAVED_MODEL_NAME = "saved_model"
TFLITE_NAME = "generator_float32.tflite"

FLOAT32_TOLERANCE = 1e-5

_PROOF_IMAGES = 64


@dataclasses.dataclass(frozen=True)
class Export:
    """What an export wrote.

    Attributes:
        folder: the export's.
        saved_model, tflite: what is in it.
        max_difference: largest difference of a pixel between the two, of
            values in [-1, 1], over 64 latent vectors.
    """

    folder: Path
    saved_model: Path
    tflite: Path
    max_difference: float


class ExportError(RuntimeError):
    """The exported files do not agree with the generator."""


def export(
    gan: GAN,
    card: Card,
    output_dir: Path,
    *,
    overwrite: bool = False,
) -> Export:
    """Writes a SavedModel and a TFLite file that are proven to agree.

    Args:
        gan: whose averaged generator is exported.
        card: what to say of it.
        output_dir: a new folder; nothing of it is there before all is well.
        overwrite: whether it may take the place of what is there.

    Raises:
        FileExistsError: `output_dir` exists and `overwrite` is False, or it
            holds something that is no export.
        ExportError: the files' numbers differ from the generator's.
    """
    if overwrite:
        _require_export(output_dir)
    served = saved_model.ServedGenerator(gan)
    with files.new_folder(output_dir, overwrite=overwrite) as partial:
        saved_model.write(served, card, partial / SAVED_MODEL_NAME)
        content = tflite.convert(served, saved_model.input_specs(gan, 1))
        files.write_bytes(partial / TFLITE_NAME, content)
        difference = _prove(gan, partial)
    return Export(
        output_dir,
        output_dir / SAVED_MODEL_NAME,
        output_dir / TFLITE_NAME,
        difference,
    )


def _require_export(folder: Path) -> None:
    """Checks that nothing but an export would be overwritten."""
    if not os.path.lexists(folder):
        return
    card = folder / SAVED_MODEL_NAME / "assets.extra" / CARD_NAME
    if card.is_file() or (folder.is_dir() and not any(folder.iterdir())):
        return
    raise FileExistsError(
        "Only an export or an empty folder may be overwritten. "
        f"Received: {folder}."
    )


@contextlib.contextmanager
def _full_float32() -> Iterator[None]:
    """Without TF32, with which newer GPUs keep 10 bits of a product."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


@_full_float32()
def _prove(gan: GAN, folder: Path) -> float:
    """Runs the files as written against the generator.

    Returns:
        The largest difference of the TFLite file from the SavedModel.
    """
    inputs = _proof_inputs(gan)
    expected = gan(*inputs.values()).numpy()
    loaded = tf.saved_model.load(str(folder / SAVED_MODEL_NAME))
    serve = loaded.signatures["serving_default"]
    tensors = {name: tf.constant(rows) for name, rows in inputs.items()}
    images = serve(**tensors)["images"].numpy()
    _require_close("SavedModel", images, expected)
    interpreter = tflite.Interpreter((folder / TFLITE_NAME).read_bytes())
    painted = np.concatenate(
        [
            interpreter(
                **{name: rows[i : i + 1] for name, rows in inputs.items()}
            )
            for i in range(_PROOF_IMAGES)
        ]
    )
    return _require_close("TFLite file", painted, images)


def _proof_inputs(gan: GAN) -> dict[str, np.ndarray]:
    normals = np.random.default_rng(0).standard_normal(
        (_PROOF_IMAGES, *gan.latent_shape)
    )
    latents = gan.latents(tf.constant(normals, tf.float32)).numpy()
    if not gan.num_classes:
        return {gan.latent_name: latents}
    labels = np.arange(_PROOF_IMAGES, dtype=np.int32) % gan.num_classes
    return {gan.latent_name: latents, "labels": labels}


def _require_close(
    what: str, images: np.ndarray, expected: np.ndarray
) -> float:
    if images.shape != expected.shape:
        raise ExportError(
            f"The {what}'s images must have the shape {expected.shape}. "
            f"Received: {images.shape}."
        )
    difference = float(np.max(np.abs(images - expected)))
    # A NaN is not within the tolerance, so it fails here as well.
    if not difference <= FLOAT32_TOLERANCE:
        raise ExportError(
            f"The {what}'s images must equal the generator's to "
            f"{FLOAT32_TOLERANCE}. Received: a difference of {difference}."
        )
    return difference
