"""Proves that the files of an encoder compute what it was trained to."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfgan_zoo.encoders import file_names, measuring, serving
from tfgan_zoo.encoders.encoder import Encoder
from tfgan_zoo.encoders.prediction import Prediction
from tfgan_zoo.export import comparison, rounding, tflite, variants
from tfgan_zoo.export.proof import load_file
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.variants import Variant
from tfgan_zoo.labels import broadcast_labels

_COUNT = 64


def require_same(
    model: Any,
    sampler: Sampler,
    encoder: Encoder,
    content: bytes,
    variant: Variant,
) -> float:
    """Compares an encoder's files with it, on samples of the generator.

    Args:
        model: the trained encoder.
        sampler: of the generator.
        encoder: its SavedModel, loaded.
        content: of its TFLite file.
        variant: how that is stored.

    Returns:
        The largest difference of the TFLite file's outputs from the
        SavedModel's.

    Raises:
        comparison.ExportError: they differ by more than rounding makes them,
            or not every phone could run the TFLite file.
    """
    images = _sample(sampler)

    def compute() -> np.ndarray:
        values = serving.run(model, images)
        return _values(serving.to_prediction(values, sampler))

    def measure(bits: int) -> comparison.Differences:
        return rounding.measure_function(
            compute, model.trainable_variables, bits
        )

    def require(name: str, made: Any, expected: Any, kind: Variant) -> None:
        differences = comparison.compare(name, made, expected)
        comparison.require(name, differences, kind, measure)

    expected = _values(encoder(images))
    float32 = variants.VARIANTS["float32"]
    require(file_names.SAVED_MODEL, expected, compute(), float32)
    made = _run(content, images)
    require(file_names.TFLITE, made, expected, variant)
    return float(np.abs(made - expected).max())


def _sample(sampler: Sampler) -> np.ndarray:
    seeds = np.arange(_COUNT, dtype=np.int64) + measuring.FIRST_SEED
    labels = broadcast_labels(_COUNT, None, sampler.num_classes)
    return sampler.float_images(sampler.latents(sampler.normals(seeds)), labels)


def _values(predicted: Prediction) -> np.ndarray:
    """Returns all that is predicted, float32 [N, Z + K]."""
    if predicted.label_probabilities is None:
        return predicted.latents
    return np.concatenate(
        [predicted.latents, predicted.label_probabilities], axis=1
    )


def _run(content: bytes, images: np.ndarray) -> np.ndarray:
    """Returns all outputs of a TFLite file, float32 [N, Z + K]."""
    interpreter: tflite.Interpreter = load_file(file_names.TFLITE, content)
    rows = []
    for image in images:
        outputs = interpreter.compute(**{file_names.IMAGES: image[np.newaxis]})
        rows.append(
            _values(
                Prediction(
                    outputs[file_names.LATENTS],
                    outputs.get(file_names.PROBABILITIES),
                )
            ).copy()
        )
    return np.concatenate(rows)
