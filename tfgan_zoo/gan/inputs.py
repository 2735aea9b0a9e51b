"""From what `fit` is given to checked batches of images and labels."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.checks import integer
from tfgan_zoo.gan.samples import SampleRules, to_labels

_DEFAULT_BATCH_SIZE = 32  # Keras' for arrays.
_ACCEPTED = (
    "an array, a `tf.data.Dataset`, a Python generator or a "
    "`keras.utils.Sequence`, of images or (images, labels)"
)


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
    ) -> tuple[Any, Any]:
        """Returns `x` and `y` for `keras.Model.fit`.

        Args:
            x, y: see `fit`.
            batch_size: of arrays; by default 32.
            has_steps: whether an epoch may end before the last batch.

        Raises:
            TypeError: `x` is of a kind that does not train.
            ValueError: images or labels break a rule of `SampleRules`.
        """
        is_stream = isinstance(x, (tf.data.Dataset, keras.utils.Sequence))
        is_distributed = hasattr(x, "element_spec") and not _is_iterator(x)
        is_stream |= inspect.isgenerator(x) or is_distributed
        if is_stream and y is not None:
            raise ValueError(
                "A data set or generator yields (images, labels); `y` is for "
                f"arrays. Received: `y` of type {type(y).__name__}."
            )
        if isinstance(x, tf.data.Dataset):
            return self._dataset(x, has_steps), None
        if isinstance(x, keras.utils.Sequence):
            _check_length(x)
            return _CheckedSequence(x, self), None
        if inspect.isgenerator(x):
            return self._checked_batches(x), None
        if is_stream:
            self._check_distributed(x.element_spec)
            return x, None
        images, labels = self._arrays(x, y)
        if batch_size is None:
            batch_size = _DEFAULT_BATCH_SIZE
        if integer("batch_size", batch_size) < 1:
            raise ValueError(
                f"`batch_size` must be at least 1. Received: {batch_size}."
            )
        self._check_array_batches(len(images), batch_size, has_steps)
        return images, labels

    def check_batch(self, batch: Any) -> tuple[Any, ...]:
        """Returns one batch of arrays as (images,) or (images, labels).

        Raises:
            TypeError, ValueError: it breaks a rule of `SampleRules`.
        """
        with self.keeping_errors():
            images, labels = self._arrays(*split(batch))
            self._rules.check_batch_size(len(images))
        return (images,) if labels is None else (images, labels)

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

    def _arrays(self, x: Any, y: Any) -> tuple[Any, Any]:
        if y is None and (isinstance(x, dict) or self._is_pair(x)):
            x, y = split(x)
        images = _to_array(x)
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
            return images, None
        if y is None:
            self._rules.check_label_spec(None)
        labels = np.asarray(y)
        self._rules.check_labels(labels, len(images))
        return images, labels.reshape(-1).astype(np.int32)

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
        if isinstance(element_spec, dict):
            raise TypeError(
                "Distributed data must yield images or (images, labels). "
                f"Received: a dict of {', '.join(map(str, element_spec))}."
            )
        images, *labels = tf.nest.flatten(element_spec, expand_composites=True)
        self._rules.check_shape(images.shape)
        self._rules.check_image_dtype(images.dtype)
        if self._rules.num_classes and not labels:
            self._rules.check_label_spec(None)

    def _dataset(
        self, dataset: tf.data.Dataset, has_steps: bool
    ) -> tf.data.Dataset:
        """Returns batches (images,) or (images, labels), checked as they come.

        With several discriminator steps each element holds a batch for each.
        """
        rules = self._rules
        images, labels = split(dataset.element_spec)
        for spec in (images, labels):
            if spec is not None and not isinstance(spec, tf.TensorSpec):
                raise TypeError(
                    "A data set must yield images or (images, labels), a "
                    f"tensor each. Received: {spec}."
                )
        rules.check_shape(images.shape)
        rules.check_image_dtype(images.dtype)
        if rules.num_classes:
            rules.check_label_spec(labels)
        size = images.shape[0] if images.shape.rank else None
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
            dataset = _merged(dataset, steps)
        checked = dataset.enumerate().map(self._checked)
        if checked.cardinality() == 0:
            raise ValueError(
                "A data set must have at least one batch for each of "
                f"`discriminator_steps`, {steps}. Received: fewer."
            )
        return checked

    def _checked(self, index: tf.Tensor, *element: Any) -> tuple[Any, ...]:
        rules = self._rules
        images, labels = split(element[0] if len(element) == 1 else element)
        checked = [images]
        must_look = (index == 0) | ~rules.can_share(tf.shape(images)[0])
        must_look |= rules.has_odd_value(images)
        if rules.num_classes:
            checked.append(labels)
            must_look |= rules.has_unknown_label(labels)

        def look() -> tf.Tensor:
            with tf.control_dependencies(
                [tf.py_function(self._look, checked, [])]
            ):
                return tf.constant(True)

        is_sound = tf.cond(must_look, look, lambda: tf.constant(True))
        with tf.control_dependencies([is_sound]):
            images = tf.ensure_shape(images, [None, *rules.image_shape])
            if not rules.num_classes:
                return (images,)
            return images, to_labels(labels)

    def _look(self, *tensors: tf.Tensor) -> None:
        self.check_batch(tuple(tensor.numpy() for tensor in tensors))


class _CheckedSequence(keras.utils.Sequence):
    def __init__(
        self, sequence: keras.utils.Sequence, checks: InputChecks
    ) -> None:
        self._sequence = sequence
        self._checks = checks

    def __len__(self) -> int:
        return len(self._sequence)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        with self._checks.keeping_errors():
            return self._checks.check_batch(self._sequence[index])

    def on_epoch_end(self) -> None:
        self._sequence.on_epoch_end()


def split(element: Any) -> tuple[Any, Any]:
    """Returns images and labels, or None, of an element of a data set.

    Args:
        element: images; (images,); (images, labels); or a dict of `image` and
            maybe `label`, as tensorflow-datasets yields them.

    Raises:
        TypeError: a dict has no `image`.
        ValueError: there are sample weights, or further members.
    """
    if isinstance(element, dict):
        if "image" not in element:
            raise TypeError(
                "A dict of a data set must have `image` and, for a "
                "conditional GAN, `label`. "
                f"Received: {', '.join(map(str, element)) or 'none'}."
            )
        return element["image"], element.get("label")
    if not isinstance(element, (tuple, list)):
        return element, None
    images, *rest = element if len(element) else (None,)
    labels, *weights = rest or (None,)
    if any(weight is not None for weight in weights):
        raise ValueError(
            "A data set must yield images or (images, labels); a GAN takes no "
            f"sample weights. Received: {len(element)} members."
        )
    return images, labels


def _merged(dataset: tf.data.Dataset, count: int) -> tf.data.Dataset:
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


def _check_length(sequence: keras.utils.Sequence) -> None:
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


def _is_iterator(x: Any) -> bool:
    return hasattr(x, "__next__")


def _to_array(x: Any) -> np.ndarray:
    """Returns images as one array, without a copy where they are one.

    Raises:
        TypeError: they cannot be.
    """
    try:
        images = np.asarray(x)
    except ValueError:  # of several shapes
        shapes = sorted({str(np.shape(one)) for one in x})[:3]
        raise TypeError(
            f"Images must be of one shape. Received: {', '.join(shapes)}."
        ) from None
    if images.dtype == object or not images.ndim:
        raise TypeError(
            f"`fit` must be given {_ACCEPTED}. Received: {type(x).__name__}."
        )
    return images
