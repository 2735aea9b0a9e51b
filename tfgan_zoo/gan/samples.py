"""Rules for the images and labels that a GAN trains on."""

from __future__ import annotations

import dataclasses
import math
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

# Images that were resized by a cubic kernel overshoot a little.
_LARGEST_VALUE = 1.25
_HALF_RANGE = 0.55


@dataclasses.dataclass(frozen=True)
class SampleRules:
    """What `fit` accepts for a GAN.

    Attributes:
        image_shape: of one sample; only samples of three axes are images.
        num_classes: how many labels there are; 0 without.
        discriminator_steps, packing: see `Recipe`.
        replicas: that share a batch.
        source_shape: of one source; None where images are made of latents.
        needs_source: whether the data must have sources.
        name: what messages call the images.
    """

    image_shape: tuple[int, ...]
    num_classes: int = 0
    discriminator_steps: int = 1
    packing: int = 1
    replicas: int = 1
    source_shape: tuple[int, ...] | None = None
    needs_source: bool = False
    name: str = "Images"

    @property
    def of_sources(self) -> SampleRules | None:
        """The rules of the sources, None where there can be none."""
        if self.source_shape is None:
            return None
        return SampleRules(self.source_shape, name="Sources")

    def check_names(self, names: Iterable[str]) -> None:
        """Checks that sources are there where they are needed.

        Args:
            names: of the features.

        Raises:
            ValueError: there are none.
        """
        if self.needs_source and "source" not in names:
            raise ValueError(
                "A GAN that translates images trains on sources and images: "
                "dicts of `source` and `image`, or (sources, images); its "
                "recipe's `source` can make sources of the images. "
                "Received: images alone."
            )

    def check_shape(self, shape: tf.TensorShape) -> None:
        """Checks the shape of a batch, unknown sizes of which are None.

        Raises:
            ValueError: no batch of samples has it.
        """
        expected = tf.TensorShape([None, *self.image_shape])
        if shape.is_compatible_with(expected):
            return
        raise ValueError(
            f"{self.name} must be of shape {_text(expected)}"
            f"{self._shape_hint(shape)}. Received: {_text(shape)}."
        )

    def _shape_hint(self, shape: tf.TensorShape) -> str:
        *size, channels = self.image_shape
        if shape.is_compatible_with(self.image_shape):
            return "; `.batch(batch_size)` makes batches of single images"
        if channels == 1 and shape.is_compatible_with([None, *size]):
            return "; `x[..., np.newaxis]` adds the axis of channels"
        if size and shape.is_compatible_with([None, channels, *size]):
            return ", channels last; `np.moveaxis(x, 1, -1)` moves them"
        return ""

    def check_image_dtype(self, dtype: tf.DType) -> None:
        """Checks the type of images.

        Raises:
            TypeError: it is neither floating nor, for images, uint8.
        """
        is_image = len(self.image_shape) == 3
        if dtype.is_floating or (is_image and dtype == tf.uint8):
            return
        allowed = (
            "floats in [-1, 1] or uint8 in [0, 255]" if is_image else "floats"
        )
        raise TypeError(
            f"{self.name} must be {allowed}. Received: {dtype.name}."
        )

    def check_images(self, images: np.ndarray, *, warn: bool = True) -> None:
        """Checks shape, type and values.

        Args:
            images: a batch.
            warn: whether to warn of an unusual range.

        Raises:
            TypeError: see `check_image_dtype`.
            ValueError: the shape is another, there are none, some are not
                finite or outside [-1, 1].
        """
        self.check_shape(tf.TensorShape(images.shape))
        self.check_image_dtype(tf.as_dtype(images.dtype))
        if not images.size:
            raise ValueError(
                "There must be at least one image to train on. "
                f"Received: shape {_text(images.shape)}."
            )
        low, high = float(images.min()), float(images.max())
        if not np.isfinite([low, high]).all():
            broken = np.count_nonzero(~np.isfinite(images))
            raise ValueError(
                f"{self.name} must be finite. Received: NaN or infinity in "
                f"{broken:,} of {images.size:,} values."
            )
        if len(self.image_shape) == 3:
            is_uint8 = images.dtype == np.uint8
            if not is_uint8 and max(-low, high) > _LARGEST_VALUE:
                raise ValueError(
                    f"{self.name} must lie in [-1, 1]; `x / 127.5 - 1` brings "
                    "[0, 255] there. "
                    f"Received: values between {low:g} and {high:g}."
                )
            if warn:
                _warn_of_range(low, high, is_uint8=is_uint8)

    def check_batch_size(self, size: int | None) -> None:
        """Checks that replicas, steps and packs can share a batch.

        Args:
            size: of the global batch; None where it is not known.

        Raises:
            ValueError: they cannot.
        """
        if size is None:
            self._check_dynamic_batch()
            return
        if not self.can_share(size):
            factors = {
                "`discriminator_steps`": self.discriminator_steps,
                "`packing`": self.packing,
                "replicas": self.replicas,
            }
            parts = [f"{n} {what}" for what, n in factors.items() if n > 1]
            raise ValueError(
                "The size of every batch must be a multiple of "
                f"{math.prod(factors.values())} ({' * '.join(parts)}). "
                f"Received: a batch of {size} images."
            )

    def can_share(self, size: Any) -> Any:
        """Returns whether replicas, steps and packs can share a batch."""
        parts = self.discriminator_steps * self.packing * self.replicas
        return size % parts == 0

    def _check_dynamic_batch(self) -> None:
        advice = "`batch(..., drop_remainder=True)` gives it"
        if self.discriminator_steps > 1:
            raise ValueError(
                "With `discriminator_steps` above 1, batches must have a "
                f"static size; {advice}. Received: batches of any size."
            )
        if self.replicas > 1:
            raise ValueError(
                "With several replicas, batches must have a static size; "
                f"{advice}. Received: batches of any size."
            )

    def check_label_spec(self, spec: Any) -> None:
        """Checks type and shape of a batch of labels.

        Args:
            spec: tf.TensorSpec, or None.

        Raises:
            TypeError: they are no numbers.
            ValueError: there are none, or of another shape than [B] or [B, 1].
        """
        if spec is None:
            raise ValueError(
                "A conditional GAN trains on images and labels, "
                f"{self._labels_text()}. Received: images alone."
            )
        if not (spec.dtype.is_integer or spec.dtype.is_floating):
            raise TypeError(
                f"Labels must be {self._labels_text()}; `np.unique(names, "
                "return_inverse=True)` numbers names. "
                f"Received: {spec.dtype.name}."
            )
        shape = spec.shape
        if shape.is_compatible_with([None]):
            return
        if shape.is_compatible_with([None, 1]):
            return
        hint = ""
        if shape.is_compatible_with([None, self.num_classes]):
            hint = "; `np.argmax(labels, axis=-1)` makes them of one-hot rows"
        raise ValueError(
            f"Labels must be {self._labels_text()}, of shape [N]{hint}. "
            f"Received: {_text(shape)}."
        )

    def check_labels(self, labels: np.ndarray, count: int) -> None:
        """Checks labels and that there are `count` of them.

        Raises:
            TypeError, ValueError: see `check_label_spec`; there are more or
                fewer, or one is no class.
        """
        if labels.dtype.kind in "OSU":
            dtype = tf.string
        else:
            dtype = tf.as_dtype(labels.dtype)
        self.check_label_spec(tf.TensorSpec(labels.shape, dtype))
        if len(labels) != count:
            raise ValueError(
                "There must be a label for each image. "
                f"Received: {len(labels)} labels for {count} images."
            )
        known = (labels >= 0) & (labels < self.num_classes)
        if labels.dtype.kind == "f":
            known &= labels == np.floor(labels)
        if not known.all():
            raise ValueError(
                f"Labels must be {self._labels_text()}. "
                f"Received: {labels[~known].ravel()[0]}."
            )

    def has_unknown_label(self, labels: tf.Tensor) -> tf.Tensor:
        """Returns whether one of a batch's labels is no class, bool []."""
        known = (labels >= 0) & (labels < self.num_classes)
        if labels.dtype.is_floating:
            known &= labels == tf.floor(labels)
        return ~tf.reduce_all(known)

    def has_odd_value(self, images: tf.Tensor) -> tf.Tensor:
        """Returns whether a value is not finite or out of range, bool []."""
        if not images.dtype.is_floating:
            return tf.constant(False)
        is_image = len(self.image_shape) == 3
        largest = _LARGEST_VALUE if is_image else images.dtype.max
        # Of NaN it is not true.
        is_in_range = tf.abs(images) <= tf.cast(largest, images.dtype)
        return ~tf.reduce_all(is_in_range)

    def _labels_text(self) -> str:
        return f"integers between 0 and {self.num_classes - 1}"


def _warn_of_range(low: float, high: float, *, is_uint8: bool) -> None:
    if is_uint8:
        if high <= 1:
            warnings.warn(
                "Images of uint8 are taken for [0, 255], but none of these "
                f"has a value above {high:g}.",
                stacklevel=2,
            )
    elif low >= 0.0 or max(-low, high) <= _HALF_RANGE:
        warnings.warn(
            "Images should range over [-1, 1], as a generator that ends in a "
            f"tanh does; these range from {low:g} to {high:g}. "
            "`2 * x - 1` brings [0, 1] there.",
            stacklevel=2,
        )


def _text(shape: Any) -> str:
    shape = tf.TensorShape(shape)
    if shape.rank is None:
        return "unknown"
    sides = ["N" if side is None else str(side) for side in shape]
    return f"[{', '.join(sides)}]"
