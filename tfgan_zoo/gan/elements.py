"""Elements of what `fit` is given: as features by name, and as tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras

_ACCEPTED = (
    "an array, a `tf.data.Dataset`, a Python generator or a "
    "`keras.utils.Sequence`, of images, (images, labels) or dicts of them"
)


def to_features(element: Any, *, with_sources: bool = False) -> dict[str, Any]:
    """Returns `image` and, if they are there, `label` and `source`.

    Args:
        element: images; (images,); (images, labels); or a dict with `image`
            and maybe `label`, as `tfgan_zoo.data` and tensorflow-datasets
            yield them.
        with_sources: whether images are translated: then a pair is (sources,
            images), and a dict may have a `source`.

    Raises:
        TypeError: a dict has no `image`.
        ValueError: a dict has a `source`, which a GAN from latents would not
            look at, or there are sample weights or further members.
    """
    if isinstance(element, Mapping):
        return _features_of_dict(element, with_sources)
    if not isinstance(element, (tuple, list)):
        return {"image": element}
    first, *rest = element if len(element) else (None,)
    second, *weights = rest or (None,)
    if any(weight is not None for weight in weights):
        raise ValueError(
            "A data set must yield images or (images, labels); a GAN takes no "
            f"sample weights. Received: {len(element)} members."
        )
    if isinstance(first, Mapping) and second is None:
        return _features_of_dict(first, with_sources)
    if second is None:
        return {"image": first}
    if with_sources:
        return {"source": first, "image": second}
    return {"image": first, "label": second}


def _features_of_dict(
    element: Mapping[str, Any], with_sources: bool
) -> dict[str, Any]:
    names = ", ".join(map(str, element)) or "none"
    if "image" not in element:
        raise TypeError(
            "A dict of a data set must have `image` and, for a conditional "
            f"GAN, `label`. Received: {names}."
        )
    if "source" in element and not with_sources:
        raise ValueError(
            "A GAN that makes images of latents does not take a `source` to "
            f"translate. Received: {names}."
        )
    return {
        name: element[name]
        for name in ("image", "label", "source")
        if element.get(name) is not None
    }


def to_labels(labels: tf.Tensor) -> tf.Tensor:
    """Returns labels [B] or [B, 1] of any numeric type as int32 [B]."""
    return tf.cast(tf.reshape(labels, [-1]), tf.int32)


def to_images(images: tf.Tensor) -> tf.Tensor:
    """Returns uint8 in [0, 255] and floats in [-1, 1] as float32 in [-1, 1]."""
    if images.dtype == tf.uint8:
        return tf.cast(images, tf.float32) / 127.5 - 1.0
    return tf.cast(images, tf.float32)


def merge_batches(dataset: tf.data.Dataset, count: int) -> tf.data.Dataset:
    """Returns data whose batches hold `count` of the data set's.

    `Dataset.rebatch` would do, but under a strategy of one replica TensorFlow
    takes it away and keeps its shape.
    """

    def merge(batches: tf.Tensor) -> tf.Tensor:
        size = batches.shape[0] * batches.shape[1]
        return tf.reshape(batches, [size, *batches.shape[2:]])

    return dataset.batch(count, drop_remainder=True).map(
        lambda *element: tf.nest.map_structure(
            merge, element[0] if len(element) == 1 else element
        )
    )


def check_length(sequence: keras.utils.Sequence) -> None:
    """Checks that a sequence has batches, and knows how many.

    Raises:
        TypeError: its `__len__` returns no integer.
        ValueError: it has none.
    """
    try:
        count = len(sequence)
    except (NotImplementedError, TypeError):
        raise TypeError(
            "A `keras.utils.Sequence` must tell its number of batches by "
            f"`__len__`. Received: {type(sequence).__name__}."
        ) from None
    if not count:
        raise ValueError(
            "A `keras.utils.Sequence` must have at least one batch. "
            f"Received: {type(sequence).__name__} of none."
        )


def is_iterator(x: Any) -> bool:
    """Whether it yields what comes next, as a generator does."""
    return hasattr(x, "__next__")


def to_array(x: Any) -> np.ndarray:
    """Returns images as one array, without a copy where they are one.

    Raises:
        TypeError: they cannot be.
    """
    try:
        images = np.asarray(x)
    except ValueError:  # of several shapes
        shapes = sorted({str(np.shape(image)) for image in x})[:3]
        raise TypeError(
            f"Images must be of one shape. Received: {', '.join(shapes)}."
        ) from None
    if images.dtype == object or not images.ndim:
        raise TypeError(
            f"`fit` must be given {_ACCEPTED}. Received: {type(x).__name__}."
        )
    return images
