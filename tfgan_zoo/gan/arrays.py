"""Checks of images, sources and labels that are arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.gan.elements import to_array, to_features
from tfgan_zoo.gan.samples import SampleRules


class ArrayChecks:
    """Checks whole data or batches; warns of an odd range at the first ones.

    Args:
        rules: of the GAN.
    """

    def __init__(self, rules: SampleRules) -> None:
        self._rules = rules
        self._is_first = True

    def to_features(self, element: Any) -> dict[str, Any]:
        """Returns the features of an element, see `elements.to_features`."""
        with_sources = self._rules.source_shape is not None
        return to_features(element, with_sources=with_sources)

    def check(self, x: Any, y: Any = None) -> dict[str, Any]:
        """Returns the features of arrays, images as floats or uint8.

        Args:
            x, y: see `GAN.fit`.

        Raises:
            TypeError, ValueError: they break a rule of `SampleRules`.
        """
        if y is not None:
            return self._check_features(self.to_features((x, y)))
        if isinstance(x, dict) or self._is_pair(x):
            return self._check_features(self.to_features(x))
        return self._check_features({"image": x})

    def _check_features(self, features: dict[str, Any]) -> dict[str, Any]:
        rules = self._rules
        images = self._check_images(features["image"], rules)
        self._is_first = False
        checked = {"image": images}
        rules.check_names(features)
        if rules.of_sources is not None and "source" in features:
            source = self._check_images(features["source"], rules.of_sources)
            if len(source) != len(images):
                raise ValueError(
                    "There must be a source for each image. "
                    f"Received: {len(source)} sources for {len(images)} images."
                )
            checked["source"] = source
        labels: Any = features.get("label")
        if np.ndim(labels) > 2:
            raise ValueError(
                "Labels must be of shape [N]. "
                f"Received: {list(np.shape(labels))}."
            )
        if rules.num_classes:
            if labels is None:
                rules.check_label_spec(None)
            labels = np.asarray(labels)
            rules.check_labels(labels, len(images))
            checked["label"] = labels.reshape(-1).astype(np.int32)
        return checked

    def _check_images(self, x: Any, rules: SampleRules) -> Any:
        images = to_array(x)
        rules.check_images(images, warn=self._is_first)
        if images.dtype != np.uint8:
            images = images.astype(np.float32, copy=False)
            if keras.backend.floatx() != "float32":
                # To which Keras casts arrays, but no tensors.
                images = tf.convert_to_tensor(images)
        return images

    def _is_pair(self, x: Any) -> bool:
        """Whether `x` is (images, labels) or (images,), not many images."""
        rank = 1 + len(self._rules.image_shape)
        return isinstance(x, (tuple, list)) and (
            len(x) > 0 and np.ndim(x[0]) == rank
        )
