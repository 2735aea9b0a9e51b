"""From what `fit` is given to checked batches of features."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.checks import integer
from tfgan_zoo.gan.arrays import ArrayChecks
from tfgan_zoo.gan.elements import (
    check_length,
    is_iterator,
    merge_batches,
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
        self._arrays = ArrayChecks(rules)
        self._error: Exception | None = None

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
        arrays = self._arrays.check(x, y)
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
            arrays = self._arrays.check(batch)
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
            for name, spec in self._arrays.to_features(element_spec).items()
        }
        self._check_specs(features)
        if self._rules.num_classes and "label" not in features:
            self._rules.check_label_spec(None)

    def _check_specs(self, specs: dict[str, Any]) -> None:
        rules = self._rules
        rules.check_names(specs)
        for name, of_images in (("image", rules), ("source", rules.of_sources)):
            if of_images is not None and name in specs:
                of_images.check_shape(specs[name].shape)
                of_images.check_image_dtype(specs[name].dtype)

    def _dataset(
        self, dataset: tf.data.Dataset, has_steps: bool
    ) -> tf.data.Dataset:
        """Returns batches of features, checked as they come.

        With several discriminator steps each element holds a batch for each.
        """
        rules = self._rules
        specs = self._arrays.to_features(dataset.element_spec)
        for spec in specs.values():
            if not isinstance(spec, tf.TensorSpec):
                raise TypeError(
                    "A data set must yield images or (images, labels), a "
                    f"tensor each. Received: {spec}."
                )
        self._check_specs(specs)
        shape = specs["image"].shape
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
        features = self._arrays.to_features(
            element[0] if len(element) == 1 else element
        )
        images = features["image"]
        must_look = (index == 0) | ~rules.can_share(tf.shape(images)[0])
        shapes = {"image": rules.image_shape, "source": rules.source_shape}
        checked = {
            name: values
            for name, values in features.items()
            if shapes.get(name) is not None
        }
        for values in checked.values():
            must_look |= rules.has_odd_value(values)
        if rules.num_classes:
            checked["label"] = features["label"]
            must_look |= rules.has_unknown_label(features["label"])
        look = functools.partial(self._look, checked)
        is_sound = tf.cond(must_look, look, lambda: tf.constant(True))
        with tf.control_dependencies([is_sound]):
            batch = {
                name: tf.ensure_shape(checked[name], [None, *shape])
                for name, shape in shapes.items()
                if shape is not None and name in checked
            }
            if rules.num_classes:
                batch["label"] = to_labels(features["label"])
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
