"""Labels as image planes."""

from __future__ import annotations

import tensorflow as tf


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
