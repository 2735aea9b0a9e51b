"""Labels as vectors and as image planes."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.layers import deployment


class OneHot(deployment.DeployableLayer):
    """Vectors with a one for an example's label, else zeros.

    Called with labels int [B] in [0, `num_classes`); returns [B, `num_classes`]
    of the policy's compute type. Any other label gives only zeros; deployed, it
    depends on the runtime.

    Args:
        num_classes: values per vector.
    """

    def __init__(self, num_classes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_classes = num_classes

    def call(self, labels: tf.Tensor) -> tf.Tensor:
        if self.is_deployed:
            vectors = deployment.one_hot(
                labels, self.num_classes, in_integers=self.in_integers
            )
            return tf.cast(vectors, self.compute_dtype)
        return tf.one_hot(labels, self.num_classes, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_classes": self.num_classes}


def label_planes(
    images: tf.Tensor, labels: tf.Tensor, num_classes: int
) -> tf.Tensor:
    """Appends one plane per class: ones for an image's label, else zeros.

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
