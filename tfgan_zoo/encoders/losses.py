"""What an encoder is trained to: latents, labels and pixels."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo.encoders import network
from tfgan_zoo.export import latent_space
from tfgan_zoo.inputs import ONE_HOT, InputSpec


def latents_loss(
    values: tf.Tensor, latents: tf.Tensor, spec: InputSpec
) -> tf.Tensor:
    """Returns how far predicted latents are from those of samples.

    Squared errors over the variance of each value, which are 1 for whoever
    always predicts the mean, and the cross-entropy of categories.

    Args:
        values: of the heads, float32 [N, Z].
        latents: of the samples, float32 [N, Z].
        spec: of the latents.

    Returns:
        float32 [N], the mean over all values.
    """
    variances = latent_space.variances(spec).astype("float32")
    predicted = network.to_latents(values, spec)
    total = tf.zeros(tf.shape(values)[:1])
    start = 0
    for part in spec.parts:
        stop = start + part.size
        if part.distribution == ONE_HOT:
            # A category counts as one latent value.
            total += tf.nn.softmax_cross_entropy_with_logits(
                latents[:, start:stop], values[:, start:stop]
            )
        else:
            errors = tf.math.squared_difference(
                latents[:, start:stop], predicted[:, start:stop]
            )
            total += tf.reduce_sum(errors / variances[start:stop], axis=1)
        start = stop
    return total / spec.size


def labels_loss(values: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Returns the cross-entropy of labels.

    Args:
        values: log-probabilities up to a constant, float32 [N, K].
        labels: int32 [N].

    Returns:
        float32 [N].
    """
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, values)


def pixels_loss(images: tf.Tensor, expected: tf.Tensor) -> tf.Tensor:
    """Returns the mean squared error of images, float32 [N].

    Args:
        images, expected: float32 [N, H, W, C] in [-1, 1].
    """
    return tf.reduce_mean(
        tf.math.squared_difference(images, expected), axis=[1, 2, 3]
    )
