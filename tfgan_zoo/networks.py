"""What generators and discriminators of the zoo have in common."""

from __future__ import annotations

import functools
import inspect
from typing import Any, Callable, NamedTuple

import tensorflow as tf

from tfgan_zoo.backend import keras, standard_settings


class DiscriminatorOutput(NamedTuple):
    """A discriminator's output for a batch.

    Attributes:
        logits: float32 [B]; of patches, [B, h, w].
        features: what the logits are computed from, float [B, F]; of patches,
            [B, h, w, F]; None if unknown.
    """

    logits: tf.Tensor
    features: tf.Tensor | None


def call_network(
    network: keras.Model,
    inputs: tf.Tensor,
    labels: Any = None,
    training: bool | None = False,
) -> tf.Tensor:
    """Calls any Keras model, with the labels if it takes them.

    Args:
        network: a model whose `call` has an argument `labels`, or a functional
            model of two inputs, the second of which gets the labels; any other
            gets none.
        inputs: latents or images.
        labels: integers [B], or None.
        training: see Keras.
    """
    if "labels" in inspect.signature(network.call).parameters:
        return network(inputs, labels, training=training)
    # A subclass of keras.Model has no inputs, or None.
    if len(getattr(network, "inputs", None) or ()) == 2:
        return network([inputs, labels], training=training)
    return network(inputs, training=training)


def without_autograph(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turns AutoGraph off in a method, for the networks of this package.

    The conversion takes longer than the rest of the first trace.
    """

    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        bound = method.__get__(self)
        if type(self).__module__.startswith("tfgan_zoo."):
            bound = tf.autograph.experimental.do_not_convert(bound)
        return bound(*args, **kwargs)

    return call


class Network(keras.Model):
    """A network that can be built again from its constructor's arguments.

    A subclass calls `super().__init__()` and makes its layers; `get_config`
    returns the arguments that the constructor was called with.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Makes the constructor build layers with Keras' default settings."""
        super().__init_subclass__(**kwargs)
        construct = cls.__init__

        @functools.wraps(construct)
        def construct_by_defaults(self: Any, *args: Any, **kwargs: Any) -> None:
            with standard_settings():
                construct(self, *args, **kwargs)
            if type(self) is cls:  # and not the constructor of a base
                self._config = _bind(construct, self, *args, **kwargs)

        cls.__init__ = construct_by_defaults  # type: ignore[method-assign]

    def __init__(self) -> None:
        super().__init__()

    @without_autograph
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        return dict(self._config)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Network:
        return cls(**config)

    def equalise(self) -> None:
        """Rescales weights in place so that 8 bits suit all channels.

        Outputs stay the same, except for rounding. The default does nothing.
        """


def _bind(
    construct: Callable[..., None], *args: Any, **kwargs: Any
) -> dict[str, Any]:
    """Returns a constructor's arguments by name, without `self`."""
    signature = inspect.signature(construct)
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    _, *names = signature.parameters
    config = {}
    for name in names:
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            config.update(bound.arguments[name])
        else:
            config[name] = bound.arguments[name]
    return config


class Discriminator(Network):
    """Images [B, H, W, C] to features [B, F], and these to logits [B].

    Of patches, to features [B, h, w, F], and these to logits [B, h, w].

    A subclass defines `features` and, in `__init__`, `to_logit`, a layer from
    [B, F] to [B, 1] that computes in float32; if its logits depend on the
    labels, it overrides `logits`.

    Args:
        batch_feature: statistics of the batch that are appended to the
            features, a name in `layers.batch`.
    """

    def __init__(self, *, batch_feature: str = "none") -> None:
        super().__init__()
        self.batch_feature: keras.layers.Layer | None = None
        if batch_feature != "none":
            from tfgan_zoo.layers import batch

            self.batch_feature = batch.get(batch_feature)

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        """Returns features [B, F], or maps of them, of images [B, H, W, C]."""
        raise NotImplementedError

    def logits(
        self,
        features: tf.Tensor,
        labels: tf.Tensor | None,
        training: bool | None,
    ) -> tf.Tensor:
        """Returns float32 [B] of features [B, F]."""
        return self.to_logit(features)[:, 0]

    @without_autograph
    def discriminate(
        self,
        images: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> DiscriminatorOutput:
        """Returns logits, and the features that they are computed from."""
        features = self.features(images, labels, training)
        if self.batch_feature is not None:
            features = self._append_statistics(self.batch_feature, features)
        return DiscriminatorOutput(
            self.logits(features, labels, training), features
        )

    @staticmethod
    def _append_statistics(
        batch_feature: keras.layers.Layer, features: tf.Tensor
    ) -> tf.Tensor:
        """Appends to maps [B, h, w, F] the statistics of their means."""
        if features.shape.rank == 2:
            return batch_feature(features)
        means = tf.reduce_mean(features, axis=[1, 2])
        statistics = batch_feature(means)[:, means.shape[-1] :]
        shape = [*tf.unstack(tf.shape(features)[:3]), statistics.shape[-1]]
        maps = tf.broadcast_to(statistics[:, tf.newaxis, tf.newaxis], shape)
        return tf.concat([features, tf.cast(maps, features.dtype)], -1)

    def call(
        self,
        images: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        return self.discriminate(images, labels, training).logits
