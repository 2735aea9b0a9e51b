"""How well an encoder does on samples and images that it has not seen."""

from __future__ import annotations

import numpy as np

from tfgan_zoo import images as pixels
from tfgan_zoo.backend import keras
from tfgan_zoo.encoders import losses, prediction, refining, serving
from tfgan_zoo.encoders.prediction import Prediction
from tfgan_zoo.encoders.real_images import RealImages
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.labels import broadcast_labels

_COUNT = 256
# Seeds that neither a training nor a page uses.
FIRST_SEED = 1_000_000


def measure(
    model: keras.Model, sampler: Sampler, images: RealImages | None
) -> dict[str, float]:
    """Measures an encoder on 256 samples, and up to 256 real images.

    Args:
        model: the encoder.
        sampler: of the generator.
        images: real ones, if any.

    Returns:
        `sample_latents`, see `losses.latents_loss`, about 1 for whoever
        predicts the mean; `sample_labels`, the share of right labels;
        `sample_pixels`, the mean squared error of pixels in [-1, 1]; and
        `test_pixels` or, where there is no test split, `training_pixels`, the
        same of real images.
    """
    seeds = np.arange(FIRST_SEED, FIRST_SEED + _COUNT, dtype=np.int64)
    latents = sampler.latents(sampler.normals(seeds))
    labels = broadcast_labels(_COUNT, None, sampler.num_classes)
    samples = sampler.float_images(latents, labels)
    values = serving.run(model, samples)
    predicted = serving.to_prediction(values, sampler)
    spec = sampler.latents_spec
    errors = {
        "sample_latents": losses.latents_loss(
            values[:, : spec.size], latents, spec
        ).numpy(),
        "sample_pixels": _pixel_errors(sampler, samples, predicted),
    }
    if predicted.label_probabilities is not None:
        numbers = predicted.label_probabilities.argmax(1)
        errors["sample_labels"] = numbers == labels
    if images is not None:
        held_out = images.held_out
        examples = images.training if held_out is None else held_out
        rows = np.arange(min(_COUNT, len(examples)))
        real = examples.read_shuffled(rows, seed=0)["image"]
        name = "training_pixels" if held_out is None else "test_pixels"
        targets = pixels.from_uint8(real).numpy()
        predicted = serving.to_prediction(serving.run(model, targets), sampler)
        errors[name] = _pixel_errors(sampler, targets, predicted)
    return {name: float(np.mean(each)) for name, each in errors.items()}


def _pixel_errors(
    sampler: Sampler, images: np.ndarray, predicted: Prediction
) -> np.ndarray:
    starts = prediction.choose_starts(predicted, sampler.latents_spec, 1)
    labels = None if starts.labels is None else starts.labels[:, 0]
    return refining.measure_errors(
        sampler, images, starts.latents[:, 0], labels
    )
