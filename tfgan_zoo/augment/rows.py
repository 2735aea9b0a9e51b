"""Steps that several augmentations share."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfgan_zoo.random import StepRandom


def float32_images(images: tf.Tensor) -> tf.Tensor:
    """Returns the images as float32.

    Raises:
        ValueError: they are not [B, H, W, C] with 1 or 3 channels.
    """
    images = tf.cast(images, tf.float32)
    if images.shape.rank != 4 or images.shape[-1] not in (1, 3):
        raise ValueError(
            "`images` must be of shape [B, H, W, 1 or 3] to be augmented. "
            f"Received: {images.shape}."
        )
    return images


def tosses(
    random: StepRandom, name: str, probabilities: Sequence[float | tf.Tensor]
) -> list[tf.Tensor]:
    """Returns, for each probability, 1 for the rows that win a toss, else 0.

    One draw serves all, as each draw adds a hundred nodes to the graph.

    Args:
        random: with B rows.
        name: of the random numbers.
        probabilities: scalars in [0, 1].

    Returns:
        float32 [B] each.
    """
    values = random.uniform(name, [len(probabilities)])
    return tf.unstack(tf.cast(values < probabilities, tf.float32), axis=1)
