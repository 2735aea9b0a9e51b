"""A generator's graph as TFLite takes it: frozen weights, a fixed batch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo import images, networks
from tfgan_zoo.export import saved_model
from tfgan_zoo.export.variants import Variant
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.inputs import IMAGE
from tfgan_zoo.layers import deployment


def freeze(gan: BaseGAN, variant: Variant, batch_size: int) -> Any:
    """Returns the function behind `serving_default` of a TFLite file.

    Args:
        gan: whose averaged generator it is.
        variant: what the file will be; the layers take the form that suits it,
            and one of floats with images of uint8 has these in its graph.
        batch_size: of every call.

    Returns:
        A `tf.function` of the generator's inputs, without variables.
    """
    with _in_integers(gan, variant):
        return _frozen(gan, variant, batch_size)


@contextlib.contextmanager
def _in_integers(gan: BaseGAN, variant: Variant) -> Iterator[None]:
    """With the generator's weights as integers want them, where they do."""
    generator = gan.ema_generator
    if not (variant.in_integers and isinstance(generator, networks.Network)):
        yield
        return
    before = [variable.numpy() for variable in generator.variables]
    try:
        generator.equalise()
        yield
    finally:
        for variable, value in zip(generator.variables, before):
            variable.assign(value)


def _frozen(gan: BaseGAN, variant: Variant, batch_size: int) -> Any:
    specs = saved_model.tensor_specs(gan, batch_size)
    with deployment.deployed(
        gan.ema_generator, in_integers=variant.in_integers
    ):
        concrete = saved_model.serving_function(
            gan, specs
        ).get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)
    # In integers, it is their scales that make pixels of values.
    in_pixels = variant.uses_uint8 and not variant.in_integers
    takes_pixels = in_pixels and gan.input_specs[0].kind == IMAGE
    if takes_pixels:
        specs[0] = saved_model.pixels_spec(specs[0], specs[0].name)

    @tf.function(input_signature=specs)
    def serve(
        latents: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        first = images.from_uint8(latents) if takes_pixels else latents
        made = frozen(*([first] if labels is None else [first, labels]))[0]
        return {"images": _to_pixels(made) if in_pixels else made}

    return serve


def _to_pixels(values: tf.Tensor) -> tf.Tensor:
    """Maps [-1, 1] to the nearest of uint8, as the cast rounds down."""
    return tf.cast(
        tf.clip_by_value(values, -1.0, 1.0) * 127.5 + 128.0, tf.uint8
    )
