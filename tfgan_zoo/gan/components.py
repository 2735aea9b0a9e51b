"""From a recipe's names to functions and optimizers, checked together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import (
    augment,
    constraints,
    latents,
    losses,
    optimizers,
    penalties,
)
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import learning_rates
from tfgan_zoo.gan.players import PlayerNetwork
from tfgan_zoo.networks import Discriminator
from tfgan_zoo.recipe import Recipe

_OF_LOGITS = ("minimax", "non_saturating", "relativistic")


@dataclasses.dataclass(frozen=True)
class Components:
    """The functions and optimizers that a GAN trains with.

    Attributes:
        loss: both networks'.
        penalty: of the discriminator, or None.
        constraint: on its weights, or None.
        augmentation: of what it sees, or None.
        latents: from standard normals to what the generator takes.
        generator_optimizer, discriminator_optimizer: two objects.
    """

    loss: losses.Loss
    penalty: penalties.Penalty | None
    constraint: constraints.Constraint | None
    augmentation: Callable[..., tf.Tensor] | None
    latents: latents.Distribution
    generator_optimizer: keras.optimizers.Optimizer
    discriminator_optimizer: keras.optimizers.Optimizer


def make_components(recipe: Recipe, given: dict[str, Any]) -> Components:
    """Returns what a recipe's names stand for.

    Args:
        recipe: of known names, or not.
        given: objects that override the recipe's names, by attribute of
            `Components`; None and names are ignored.

    Raises:
        ValueError: an unknown name, or one optimizer for both networks.
    """
    objects = {
        name: value
        for name, value in given.items()
        if value is not None and not isinstance(value, str)
    }
    makers: dict[str, Callable[[], Any]] = {
        "loss": lambda: losses.get(
            recipe.loss, label_smoothing=recipe.label_smoothing
        ),
        "penalty": lambda: penalties.get(recipe.penalty),
        "constraint": lambda: constraints.get(
            recipe.constraint, recipe.constraint_limit
        ),
        "augmentation": lambda: augment.get(
            recipe.augmentation,
            policy=recipe.diffaugment_policy,
            ada_target=recipe.ada_target,
            ada_images=recipe.ada_images,
        ),
        "latents": lambda: latents.get(recipe.latents),
        "generator_optimizer": lambda: _optimizer(recipe, "generator"),
        "discriminator_optimizer": lambda: _optimizer(recipe, "discriminator"),
    }
    components = Components(
        **{
            name: objects[name] if name in objects else make()
            for name, make in makers.items()
        }
    )
    if optimizers.unscaled(
        components.generator_optimizer
    ) is optimizers.unscaled(components.discriminator_optimizer):
        raise ValueError(
            "The generator and the discriminator need an optimizer each. "
            f"Received: {type(components.discriminator_optimizer).__name__} "
            "for both."
        )
    return components


def _optimizer(recipe: Recipe, network: str) -> keras.optimizers.Optimizer:
    steps = recipe.steps
    if network == "discriminator":
        steps *= recipe.discriminator_steps
    return optimizers.get(
        getattr(recipe, f"{network}_optimizer"),
        learning_rates.decaying(
            getattr(recipe, f"{network}_learning_rate"),
            recipe.learning_rate_decay,
            steps,
        ),
        beta_1=recipe.beta_1,
        beta_2=recipe.beta_2,
    )


def prepare_optimizers(
    components: Components, networks: Mapping[str, PlayerNetwork]
) -> dict[str, keras.optimizers.Optimizer]:
    """Returns a built optimizer for each network, by its name.

    Slots exist from then on, so that a checkpoint restores into them at once.

    Args:
        components: the generator and the discriminator get its optimizers,
            further networks copies of them, by their roles.
        networks: by name.
    """
    prepared = {}
    for name, (network, role, _) in networks.items():
        optimizer = getattr(components, f"{role}_optimizer")
        if name != role:
            optimizer = optimizers.unscaled(optimizer)
            optimizer = type(optimizer).from_config(optimizer.get_config())
        optimizers.build(optimizer, network.trainable_variables)
        if _computes_in_float16(network):
            optimizer = optimizers.scaling_losses(optimizer)
        prepared[name] = optimizer
    return prepared


def _computes_in_float16(network: keras.Model) -> bool:
    return any(
        layer.compute_dtype == "float16" for layer in network._flatten_layers()
    )


def check_recipe(
    recipe: Recipe, discriminator: keras.Model, sample_shape: tuple[int, ...]
) -> None:
    """Checks that a recipe's settings make sense for these networks.

    Raises:
        ValueError: one does not.
    """
    if recipe.feature_matching and not isinstance(discriminator, Discriminator):
        raise ValueError(
            "`feature_matching` needs a discriminator that tells its features, "
            "a subclass of tfgan_zoo.networks.Discriminator. "
            f"Received: {type(discriminator).__name__}."
        )
    if recipe.augmentation != "none" and len(sample_shape) != 3:
        raise ValueError(
            "`augmentation` needs images. "
            f"Received: {recipe.augmentation} for samples of shape "
            f"{sample_shape}."
        )
    if recipe.adaptive_learning_rate and recipe.learning_rate_decay != "none":
        raise ValueError(
            "`adaptive_learning_rate` and `learning_rate_decay` both set the "
            "rates; take one of them. "
            f"Received: {recipe.learning_rate_decay} beside the first."
        )
    if recipe.batch_size % recipe.packing:
        raise ValueError(
            f"`batch_size` must be a multiple of `packing`, {recipe.packing}. "
            f"Received: {recipe.batch_size}."
        )


def check_no_sigmoid(loss: str, discriminator: keras.Model) -> None:
    """Checks that no sigmoid is taken twice.

    Args:
        loss: a name in `losses`.
        discriminator: any model; of one with code of its own nothing is known.

    Raises:
        ValueError: the discriminator ends in one, and the loss takes another.
    """
    if loss in _OF_LOGITS and _ends_in_sigmoid(discriminator):
        raise ValueError(
            f"`loss` {loss} takes the sigmoid itself; the discriminator must "
            "return logits, without an activation. "
            f"Received: {type(discriminator).__name__} that ends in a sigmoid."
        )


def _ends_in_sigmoid(network: keras.Model) -> bool:
    is_sequential = isinstance(network, keras.Sequential)
    if not (is_sequential or getattr(network, "_is_graph_network", False)):
        return False
    last = getattr(network.layers[-1], "activation", None)
    return last is keras.activations.sigmoid
