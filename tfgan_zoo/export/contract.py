"""What any generator must do to be exported, and its SavedModel as well."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images as pixels
from tfgan_zoo.export import comparison, proof
from tfgan_zoo.gan import BaseGAN

_CHANNELS = (1, 3)
_FEW = 3
# Sums in another order differ by less, other images by much more.
_SAME = 1e-3
_RANGE_SLACK = 1e-4
_SEEDS = 8
# How far sums in another order may move a pixel, a coordinate.
_PIXELS, _POINTS = 2.0, 1e-3
# What Keras and TensorFlow raise of code that they cannot trace.
UNTRACEABLE = (
    AssertionError,
    AttributeError,
    NotImplementedError,
    TypeError,
    ValueError,
)
_MAX_CHARACTERS = 300  # of their messages


def generate(gan: BaseGAN, rows: dict[str, np.ndarray]) -> np.ndarray:
    """Generates images of `rows`, once they fulfil the contract.

    Args:
        gan: whose averaged generator it is.
        rows: inputs of `serving_default` by name, [N, ...].

    Returns:
        float32 [N, H, W, C] in [-1, 1]; of points, [N, D].

    Raises:
        ValueError: they have another type, shape or range, are not finite, or
            depend on more than their own latents and labels.
    """

    def run(inputs: dict[str, np.ndarray]) -> np.ndarray:
        return proof.run_in_batches(
            lambda **batch: {"images": gan(*batch.values())}, inputs
        )

    try:
        images = run(rows)
    except (*UNTRACEABLE, tf.errors.OpError) as error:
        raise ValueError(
            "A generator must take latents [N, ...], whatever N is. "
            f"Received: {in_one_line(error)}"
        ) from None
    _require_images(images, len(next(iter(rows.values()))))
    again = comparison.compare("generator", run(rows), images)
    if again.largest > _SAME:
        raise ValueError(
            "A generator must make the same image of the same latents each "
            "time, without random numbers of its own. Received: values that "
            f"differ by up to {again.largest:.3g}."
        )
    few = {name: values[:_FEW] for name, values in rows.items()}
    alone = comparison.compare("generator", run(few), images[:_FEW])
    if alone.largest > _SAME:
        raise ValueError(
            "An image must depend on its own latents alone, not on the rest "
            "of the batch, as it does with batch statistics. Received: values "
            f"that differ by up to {alone.largest:.3g}."
        )
    return images


def require_samples(gan: BaseGAN, sample: Any) -> None:
    """Checks that a SavedModel's `sample` equals the generator, by seed.

    Raises:
        comparison.ExportError: it does not.
    """
    rows: dict[str, np.ndarray] = {"seeds": np.arange(_SEEDS, dtype=np.int64)}
    if gan.num_classes:
        rows["labels"] = np.arange(_SEEDS, dtype=np.int32) % gan.num_classes
    expected = gan.sample(rows["seeds"], rows.get("labels")).numpy()
    sampled = proof.run_in_batches(sample, rows).astype(np.float64)
    is_image = expected.dtype == np.uint8
    limit = _PIXELS if is_image else _POINTS * max(np.abs(expected).max(), 1.0)
    apart = np.abs(sampled - expected).max()
    if not apart <= limit:
        raise comparison.ExportError(
            "The SavedModel's samples must be the generator's, of the same "
            "seeds; latents must depend on the seeds alone. "
            f"Received: values that differ by up to {apart:.3g}."
        )


def require_translations(
    translate: Any, rows: dict[str, np.ndarray], expected: np.ndarray
) -> None:
    """Checks that a SavedModel's `translate` equals its `serving_default`.

    Args:
        translate: the signature, from uint8 to uint8.
        rows: inputs of `serving_default` by name, the first of them images.
        expected: what it makes of them.

    Raises:
        comparison.ExportError: it does not.
    """
    first, *labels = rows
    inputs = {"images": pixels.to_uint8(rows[first]).numpy()}
    inputs |= {name: rows[name] for name in labels}
    translated = proof.run_in_batches(translate, inputs).astype(np.float64)
    apart = np.abs(translated - pixels.to_uint8(expected).numpy()).max()
    if not apart <= _PIXELS:
        raise comparison.ExportError(
            "The SavedModel's translations must be its images in 8 bits. "
            f"Received: values that differ by up to {apart:.3g}."
        )


def in_one_line(error: BaseException) -> str:
    """Returns the end of an error's message, which says what is wrong."""
    text = re.sub(r"\{\{.*?\}\}|\[Op:\w*\]", "", str(error))
    lines = [line.strip() for line in text.splitlines()]
    texts = [line for line in lines if line and not line.startswith("File ")]
    return " ".join(texts)[-_MAX_CHARACTERS:]


def _require_images(images: np.ndarray, count: int) -> None:
    shape = images.shape
    is_image = len(shape) == 4 and shape[-1] in _CHANNELS
    if (
        images.dtype != np.float32
        or not (is_image or len(shape) == 2)
        or shape[0] != count
    ):
        raise ValueError(
            "A generator must make float32 images [N, H, W, C] of 1 or 3 "
            "channels, or points [N, D]. "
            f"Received: {images.dtype} {list(shape)} of {count} latents."
        )
    if not np.isfinite(images).all():
        raise ValueError(
            "A generator's values must be finite. Received: nan or infinity."
        )
    low, high = float(images.min()), float(images.max())
    if is_image and not -1.0 - _RANGE_SLACK <= low <= high <= 1 + _RANGE_SLACK:
        raise ValueError(
            "A generator's images must lie in [-1, 1], as those of a tanh do. "
            f"Received: values from {low:.3g} to {high:.3g}."
        )
