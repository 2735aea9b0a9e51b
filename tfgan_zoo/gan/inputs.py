"""From what `fit` is given to checked batches of features."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.checks import integer
from tfgan_zoo.gan.elements import (
    check_length,
    is_iterator,
    merge_batches,
    to_array,
    to_features,
    to_labels,
)
from tfgan_zoo.gan.samples import SampleRules

_DEFAULT_BATCH_SIZE = 32  # Keras' for arrays.


class InputChecks:
    """Checks what `fit` is given, before training and on the way.

    Arrays are checked whole, streams batch by batch. As a context around `fit`
    it raises the error of a check, a generator or a sequence, which TensorFlow
    wraps, as it was.

    Args:
        rules: of the GAN.
    """

    def __init__(self, rules: SampleRules) -> None:
        self._rules = rules
        self._error: Exception | None = None
        self._is_first = True

    def __enter__(self) -> InputChecks:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, _: Any) -> None:
        if isinstance(error, tf.errors.OpError) and self._error is not None:
            raise self._error from None

    def prepare(
        self,
        x: Any,
        y: Any = None,
        *,
        batch_size: int | None = None,
        has_steps: bool = False,
    ) -> Any:
        """Returns `x` for `keras.Model.fit`, of dicts of features.

        Args:
            x, y: see `fit`.
            batch_size: of arrays; by default 32.
            has_steps: whether an epoch may end before the last batch.

        Raises:
            TypeError: `x` is of a kind that does not train.
            ValueError: images or labels break a rule of `SampleRules`.
        """
        is_stream = isinstance(x, (tf.data.Dataset, keras.utils.Sequence))
        is_distributed = hasattr(x, "element_spec") and not is_iterator(x)
        is_stream |= inspect.isgenerator(x) or is_distributed
        if is_stream and y is not None:
            raise ValueError(
                "A data set or generator yields (images, labels); `y` is for "
                f"arrays. Received: `y` of type {type(y).__name__}."
            )
        if isinstance(x, tf.data.Dataset):
            return self._dataset(x, has_steps)
        if isinstance(x, keras.utils.Sequence):
            check_length(x)
            return _CheckedSequence(x, self)
        if inspect.isgenerator(x):
            return self._checked_batches(x)
        if is_stream:
            self._check_distributed(x.element_spec)
            return x
        arrays = self._arrays(x, y)
        if batch_size is None:
            batch_size = _DEFAULT_BATCH_SIZE
        if integer("batch_size", batch_size) < 1:
            raise ValueError(
                f"`batch_size` must be at least 1. Received: {batch_size}."
            )
        self._check_array_batches(len(arrays["image"]), batch_size, has_steps)
        return arrays

    def check_batch(self, batch: Any) -> dict[str, Any]:
        """Returns the features of one batch of arrays.

        Args:
            batch: see `to_features`.

        Raises:
            TypeError, ValueError: it breaks a rule of `SampleRules`.
        """
        with self.keeping_errors():
            features = to_features(batch)
            arrays = self._arrays(features["image"], features.get("label"))
            self._rules.check_batch_size(len(arrays["image"]))
        return arrays

    @contextlib.contextmanager
    def keeping_errors(self) -> Iterator[None]:
        """Keeps an error, which TensorFlow is to wrap, for `__exit__`."""
        try:
            yield
        except Exception as error:
            # TensorFlow fetches ahead: the first one counts.
            self._error = self._error or error
            raise

    def _checked_batches(self, batches: Iterator[Any]) -> Iterator[Any]:
        is_empty = True
        with self.keeping_errors():
            for batch in batches:
                is_empty = False
                yield self.check_batch(batch)
            if is_empty:
                raise ValueError(
                    "A generator must yield at least one batch. Received: none."
                )

    def _arrays(self, x: Any, y: Any) -> dict[str, Any]:
        if y is None and (isinstance(x, dict) or self._is_pair(x)):
            features = to_features(x)
            x, y = features["image"], features.get("label")
        images = to_array(x)
        self._rules.check_images(images, warn=self._is_first)
        self._is_first = False
        if images.dtype != np.uint8:
            images = images.astype(np.float32, copy=False)
            if keras.backend.floatx() != "float32":
                # To which Keras casts arrays, but no tensors.
                images = tf.convert_to_tensor(images)
        if np.ndim(y) > 2:
            raise ValueError(
                f"Labels must be of shape [N]. Received: {list(np.shape(y))}."
            )
        if not self._rules.num_classes:
            return {"image": images}
        if y is None:
            self._rules.check_label_spec(None)
        labels = np.asarray(y)
        self._rules.check_labels(labels, len(images))
        labels = labels.reshape(-1).astype(np.int32)
        return {"image": images, "label": labels}

    def _is_pair(self, x: Any) -> bool:
        """Whether `x` is (images, labels) or (images,), not many images."""
        rank = 1 + len(self._rules.image_shape)
        return isinstance(x, (tuple, list)) and (
            len(x) > 0 and np.ndim(x[0]) == rank
        )

    def _check_array_batches(
        self, count: int, batch_size: int, has_steps: bool
    ) -> None:
        self._rules.check_batch_size(min(count, batch_size))
        remainder = count % batch_size
        if remainder and not has_steps:
            self._rules.check_batch_size(remainder)
        if self._rules.replicas > 1 and remainder and count > batch_size:
            raise ValueError(
                "With several replicas, all batches must be of one size; "
                f"{count - remainder} images make whole ones. "
                f"Received: {count} images in batches of {batch_size}."
            )

    def _check_distributed(self, element_spec: Any) -> None:
        """Checks what is known of data that a strategy has distributed."""
        features = {
            name: tf.nest.flatten(spec, expand_composites=True)[0]
            for name, spec in to_features(element_spec).items()
        }
        self._rules.check_shape(features["image"].shape)
        self._rules.check_image_dtype(features["image"].dtype)
        if self._rules.num_classes and "label" not in features:
            self._rules.check_label_spec(None)

    def _dataset(
        self, dataset: tf.data.Dataset, has_steps: bool
    ) -> tf.data.Dataset:
        """Returns batches of features, checked as they come.

        With several discriminator steps each element holds a batch for each.
        """
        rules = self._rules
        specs = to_features(dataset.element_spec)
        for spec in specs.values():
            if not isinstance(spec, tf.TensorSpec):
                raise TypeError(
                    "A data set must yield images or (images, labels), a "
                    f"tensor each. Received: {spec}."
                )
        shape = specs["image"].shape
        rules.check_shape(shape)
        rules.check_image_dtype(specs["image"].dtype)
        if rules.num_classes:
            rules.check_label_spec(specs.get("label"))
        size = shape[0] if shape.rank else None
        # Enumerating hides it from Keras.
        is_infinite = dataset.cardinality() == tf.data.INFINITE_CARDINALITY
        if is_infinite and not has_steps:
            raise ValueError(
                "A data set without an end needs `steps_per_epoch`. "
                "Received: None."
            )
        steps = rules.discriminator_steps
        rules.check_batch_size(None if size is None else steps * size)
        if steps > 1:
            dataset = merge_batches(dataset, steps)
        checked = dataset.enumerate().map(self._checked)
        if checked.cardinality() == 0:
            raise ValueError(
                "A data set must have at least one batch for each of "
                f"`discriminator_steps`, {steps}. Received: fewer."
            )
        return checked

    def _checked(self, index: tf.Tensor, *element: Any) -> dict[str, tf.Tensor]:
        rules = self._rules
        features = to_features(element[0] if len(element) == 1 else element)
        images, labels = features["image"], features.get("label")
        must_look = (index == 0) | ~rules.can_share(tf.shape(images)[0])
        must_look |= rules.has_odd_value(images)
        checked = {"image": images}
        if rules.num_classes:
            checked["label"] = labels
            must_look |= rules.has_unknown_label(labels)
        look = functools.partial(self._look, checked)
        is_sound = tf.cond(must_look, look, lambda: tf.constant(True))
        with tf.control_dependencies([is_sound]):
            batch = {
                "image": tf.ensure_shape(images, [None, *rules.image_shape])
            }
            if rules.num_classes:
                batch["label"] = to_labels(labels)
            return batch

    def _look(self, features: dict[str, tf.Tensor]) -> tf.Tensor:
        """Checks a batch in Python, for its errors."""

        def check(*values: tf.Tensor) -> None:
            arrays = [value.numpy() for value in values]
            self.check_batch(dict(zip(features, arrays)))

        checked = tf.py_function(check, list(features.values()), [])
        with tf.control_dependencies([checked]):
            return tf.constant(True)


class _CheckedSequence(keras.utils.Sequence):
    def __init__(
        self, sequence: keras.utils.Sequence, checks: InputChecks
    ) -> None:
        self._sequence = sequence
        self._checks = checks

    def __len__(self) -> int:
        return len(self._sequence)

    def __getitem__(self, index: int) -> dict[str, Any]:
        with self._checks.keeping_errors():
            return self._checks.check_batch(self._sequence[index])

    def on_epoch_end(self) -> None:
        self._sequence.on_epoch_end()
