"""The function of an encoder that its files compute."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo.encoders import file_names, network
from tfgan_zoo.encoders.prediction import Prediction
from tfgan_zoo.export import batches
from tfgan_zoo.export.sampler import Sampler

_BATCH_SIZE = 64


class ServedEncoder(tf.Module):
    """An encoder with the signature of its files.

    It holds the network's variables, not the Keras model.

    Args:
        model: images -> values of the heads.
        sampler: of the generator.
    """

    def __init__(self, model: Any, sampler: Sampler) -> None:
        super().__init__(name="encoder")
        self.encoder_variables = list(model.variables)
        self.serve = serving_function(model, sampler)


def serving_function(
    model: Any, sampler: Sampler, batch_size: int | None = None
) -> Any:
    """Returns the function behind `serving_default`.

    Args:
        model: images -> values of the heads.
        sampler: of the generator.
        batch_size: None leaves it open.
    """
    spec, num_classes = sampler.latents_spec, sampler.num_classes
    shape = [batch_size, *sampler.metadata.image_shape]
    images_spec = tf.TensorSpec(shape, tf.float32, file_names.IMAGES)

    @tf.function(input_signature=[images_spec])
    def serve(images: tf.Tensor) -> dict[str, tf.Tensor]:
        # A convolution of a single image, of rank 3, ends the process.
        values = model(tf.ensure_shape(images, shape))
        latents = network.to_latents(values[:, : spec.size], spec)
        outputs = {file_names.LATENTS: latents}
        if num_classes:
            outputs[file_names.PROBABILITIES] = tf.nn.softmax(
                values[:, spec.size :]
            )
        return outputs

    return serve


def freeze(model: Any, sampler: Sampler) -> Any:
    """Returns the function of a TFLite file: of one image, without variables.

    Args:
        model: images -> values of the heads.
        sampler: of the generator.
    """
    serve = serving_function(model, sampler, batch_size=1)
    concrete = serve.get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)
    names = sorted(concrete.structured_outputs)

    @tf.function(input_signature=serve.input_signature)
    def serve_frozen(images: tf.Tensor) -> dict[str, tf.Tensor]:
        return dict(zip(names, frozen(images)))

    return serve_frozen


def run(model: Any, images: np.ndarray) -> np.ndarray:
    """Returns the values of the heads, float32 [N, Z + K].

    Args:
        model: images -> values of the heads.
        images: float32 [N, H, W, C] in [-1, 1].
    """
    return batches.run(
        lambda rows, _: model(rows),
        images,
        batch_size=_BATCH_SIZE,
        empty=np.empty([0, model.output_shape[-1]], np.float32),
    )


def to_prediction(values: np.ndarray, sampler: Sampler) -> Prediction:
    """Returns what the values of the heads predict.

    Args:
        values: float32 [N, Z + K].
        sampler: of the generator.
    """
    size = sampler.latents_spec.size
    latents = network.to_latents(values[:, :size], sampler.latents_spec)
    probabilities = None
    if sampler.num_classes:
        probabilities = tf.nn.softmax(values[:, size:]).numpy()
    return Prediction(np.asarray(latents), probabilities)
