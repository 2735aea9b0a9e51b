"""Labels as vectors and as image planes."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.layers import deployment


def one_hot(labels: tf.Tensor, num_classes: int, dtype: Any) -> tf.Tensor:
    """Returns [B, `num_classes`]: a one for an example's label, zeros else.

    Args:
        labels: int [B] in [0, `num_classes`). Any other has zeros alone;
            deployed it is up to the runtime.
        num_classes: values a vector.
        dtype: of the vectors.
    """
    if deployment.is_deployed():
        # In integers runtimes have no vectors but those of a table.
        return tf.gather(tf.eye(num_classes, dtype=dtype), labels)
    return tf.one_hot(labels, num_classes, dtype=dtype)


def label_planes(
    images: tf.Tensor, labels: tf.Tensor, num_classes: int
) -> tf.Tensor:
    """Appends one plane a class: ones for an image's label, zeros else.

    Args:
        images: float [B, H, W, C].
        labels: int [B] in [0, `num_classes`); any other has no plane of ones.
        num_classes: planes.

    Returns:
        [B, H, W, C + num_classes], of the images' dtype.
    """
    classes = tf.one_hot(labels, num_classes, dtype=images.dtype)
    planes = tf.reshape(classes, [-1, 1, 1, num_classes])
    # Spread by a product: no shape is computed at run time.
    planes *= tf.ones_like(images[..., :1])
    return tf.concat([images, planes], axis=-1)
