"""Checks of the two networks that a GAN is made of."""

from __future__ import annotations

import inspect
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import (
    check_keras_layers,
    check_keras_object,
    keras,
)
from tfgan_zoo.checks import integer
from tfgan_zoo.recipe import Recipe


def check_networks(
    generator: Any, discriminator: Any, num_classes: Any
) -> None:
    """Checks that both are networks, and know whether there are labels.

    Raises:
        TypeError: one is no Keras model, or `num_classes` no integer.
        ValueError: both are one, `num_classes` is negative, or a network takes
            labels that are none.
    """
    for name, network in (
        ("generator", generator),
        ("discriminator", discriminator),
    ):
        check_keras_object(name, network, (keras.Model,), "a model")
    if generator is discriminator:
        raise ValueError(
            "The generator and the discriminator must be two networks. "
            f"Received: {type(generator).__name__} for both."
        )
    if integer("num_classes", num_classes) < 0:
        raise ValueError(
            f"`num_classes` must be at least 0. Received: {num_classes}."
        )
    for name, network in (
        ("generator", generator),
        ("discriminator", discriminator),
    ):
        if not num_classes and _needs_labels(network):
            raise ValueError(
                f"`num_classes` must be given, as the {name} takes labels. "
                f"Received: {num_classes}."
            )


def check_recipe_type(recipe: Any) -> None:
    """Checks that a recipe is one.

    Raises:
        TypeError: it is neither a `Recipe` nor None.
    """
    if recipe is not None and not isinstance(recipe, Recipe):
        raise TypeError(
            "`recipe` must be a `Recipe`, such as `Recipe('', "
            f"latent_dim=100)`. Received: {type(recipe).__name__}."
        )


def check_input(network: keras.Model, inputs: tf.Tensor, name: str) -> None:
    """Checks that a network takes such inputs, where it says what it takes.

    Args:
        network: generator or discriminator.
        inputs: latents or images, a batch.
        name: which it is.

    Raises:
        ValueError: it takes others.
    """
    specs = getattr(network, "inputs", None) or ()
    if len(specs) > 2:
        raise ValueError(
            f"The {name} must have one input, or two of which the second is "
            f"labels. Received: {len(specs)} inputs."
        )
    if not specs or inputs.shape.is_compatible_with(specs[0].shape):
        return
    expected = list(specs[0].shape[1:])
    received = list(inputs.shape[1:])
    if name == "generator":
        raise ValueError(
            "The recipe's `latent_dim` must be what the generator takes, "
            f"{expected}. Received: {received}."
        )
    raise ValueError(
        "The discriminator must take what the generator makes, `packing` of "
        f"them along the channels: {received}. Received: one of {expected}."
    )


def check_scope(variable: tf.Variable) -> None:
    """Checks that a GAN was built in the scope that it is trained in.

    Args:
        variable: one of its own.

    Raises:
        ValueError: it was built outside.
    """
    strategy = tf.distribute.get_strategy()
    if not tf.distribute.has_strategy():
        return
    if not strategy.extended.variable_created_in_scope(variable):
        raise ValueError(
            "A GAN must be built and compiled within `strategy.scope()` of "
            "the strategy that trains it. Received: one that was built "
            f"outside the scope of this {type(strategy).__name__}."
        )


def check_layers(network: keras.Model, name: str) -> None:
    """Checks that all layers can be trained.

    Raises:
        TypeError: there is one of another Keras, or Keras'
            `SpectralNormalization`, which changes its weights on the way
            forward.
    """
    check_keras_layers(name, network)
    for layer in network._flatten_layers():
        if isinstance(layer, keras.layers.SpectralNormalization):
            raise TypeError(
                "Spectral normalization must come from `tfgan_zoo.layers`: "
                "`SpectralConv2D`, `SpectralDense` or `SpectralEmbedding`; "
                "Keras' own overwrites the weights in each call. Received: "
                f"SpectralNormalization in the {name}."
            )


def check_weights(
    network: keras.Model, name: str, tape: tf.GradientTape
) -> None:
    """Checks that a network holds the weights that it computes with.

    Keras 2 makes of a layer of Keras 3 in a functional model an operation
    whose weights are nobody's, and would be neither trained nor saved.

    Args:
        network: generator or discriminator.
        name: which it is.
        tape: under which it was called.

    Raises:
        TypeError: it computes with others.
    """
    strategy = tf.distribute.get_strategy()
    held = {
        id(part)
        for variable in network.variables
        # Under a mixed policy Keras wraps the variable.
        for part in strategy.experimental_local_results(
            getattr(variable, "_variable", variable)
        )
    }
    for variable in tape.watched_variables():
        if not held & {id(variable), id(getattr(variable, "_primary", None))}:
            raise TypeError(
                f"The {name} must hold its weights as layers of Keras 2, "
                "which `from tfgan_zoo.backend import keras` gives; `tf.keras` "
                "of TensorFlow 2.16 and later is Keras 3, and Keras 2 is the "
                "package tf_keras. Received: a trainable variable outside of "
                f"its layers, {variable.name}."
            )


def check_samples(samples: Any) -> None:
    """Checks that a generator makes one floating tensor.

    Args:
        samples: a batch.

    Raises:
        TypeError: it makes something else.
    """
    dtype = getattr(samples, "dtype", None)
    if dtype is None or not dtype.is_floating:
        received = type(samples).__name__ if dtype is None else dtype.name
        raise TypeError(
            "A generator must return one tensor of floats, [B, H, W, C] or "
            f"samples of another shape. Received: {received}."
        )


def check_variables(network: keras.Model, name: str) -> None:
    """Checks that what is trained is float32, as small steps vanish in less.

    Raises:
        TypeError: a variable is of another type.
    """
    for variable in network.trainable_variables:
        if variable.dtype != tf.float32:
            raise TypeError(
                f"The {name}'s weights must be float32; the policies "
                "mixed_float16 and mixed_bfloat16 compute in 16 bits. "
                f"Received: {variable.name} of {variable.dtype.name}."
            )


def check_logits(logits: Any) -> None:
    """Checks that a discriminator has one logit an image, or one a patch.

    Args:
        logits: of one image.

    Raises:
        ValueError: it has another number.
    """
    shape = getattr(logits, "shape", None)
    if shape is None or shape.rank == 0 or (shape.rank == 2 and shape[1] != 1):
        received = type(logits).__name__ if shape is None else list(shape)
        raise ValueError(
            "A discriminator must return logits [B] or [B, 1], above 0 for "
            f"real images. Received: {received} for one image."
        )


def _needs_labels(network: keras.Model) -> bool:
    labels = inspect.signature(network.call).parameters.get("labels")
    if labels is not None:
        return labels.default is inspect.Parameter.empty
    return len(getattr(network, "inputs", None) or ()) == 2


def refuse_predict_of_labels(num_classes: int) -> None:
    """Refuses `predict` of a conditional generator, which has no labels there.

    Raises:
        TypeError: there are classes.
    """
    if num_classes:
        raise TypeError(
            "`predict` has no labels for a conditional generator; call "
            "`gan(latents, labels)`, or `gan.generate(count, labels)`. "
            f"Received: a GAN of {num_classes} classes."
        )


def check_compiled(is_compiled: bool) -> None:
    """Checks that a GAN was compiled before it is trained.

    Raises:
        RuntimeError: it was not.
    """
    if not is_compiled:
        raise RuntimeError(
            "A GAN must be compiled before it is trained: `gan.compile()` "
            "takes the recipe's settings. Received: one that is not."
        )


def check_unchanged(before: str, after: str) -> None:
    """Checks that a GAN trains the variables that it was compiled with.

    Raises:
        ValueError: they are others now.
    """
    if before != after:
        raise ValueError(
            "A GAN must be compiled again after `trainable` of a layer "
            "has changed. Received: one whose layers changed since."
        )
