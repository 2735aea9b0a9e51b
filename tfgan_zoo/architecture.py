"""`Architecture`: a `GAN` whose networks its own file defines."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN
from tfgan_zoo.gan.construction import check_recipe
from tfgan_zoo.gan.sampling import integer


def _is_integer(side: Any) -> bool:
    is_integer = isinstance(side, (int, np.integer))
    return is_integer and not isinstance(side, bool)


class Architecture(GAN):
    """A GAN that an image's shape and a recipe describe.

    A file in `models` subclasses it and sets the attributes below. Its networks
    are made by `Generator(image_shape, latent_dim=, width=, num_classes=)` and
    `Discriminator(image_shape, width=, num_classes=, batch_feature=)`.

    Args:
        image_shape: (height, width, channels).
        latent_dim: values a latent vector; by default the recipe's.
        num_classes: of the labels; unconditional networks ignore it.
        recipe: by default the paper's.
        seed: of a training's random numbers.

    Attributes:
        purpose: what it is for, in one line.
        default_recipe: the paper's.
        generator_class, discriminator_class: its networks.
        image_sizes: that it can make, in pixels.
        conditional: whether it needs labels.

    Raises:
        ValueError: it cannot make such images, or lacks labels, or a setting
            of the recipe is not for it.
    """

    purpose: ClassVar[str]
    default_recipe: ClassVar[Recipe]
    generator_class: ClassVar[Any]
    discriminator_class: ClassVar[Any]
    image_sizes: ClassVar[tuple[int, ...]] = (28, 32, 64, 128)
    conditional: ClassVar[bool] = False

    def __init__(
        self,
        image_shape: tuple[int, ...],
        *,
        latent_dim: int | None = None,
        num_classes: int = 0,
        recipe: Recipe | None = None,
        seed: int = 0,
    ) -> None:
        check_recipe(recipe)
        recipe = self.default_recipe if recipe is None else recipe
        if latent_dim is not None:
            recipe = dataclasses.replace(recipe, latent_dim=latent_dim)
        if isinstance(image_shape, (np.ndarray, tf.TensorShape)):
            image_shape = tuple(np.array(image_shape).tolist())
        self.check_image_shape(image_shape)
        self.check_classes(integer("num_classes", num_classes))
        self.check_recipe(recipe)
        classes = num_classes if self.conditional else 0
        super().__init__(
            self.make_generator(tuple(image_shape), classes, recipe),
            self.make_discriminator(tuple(image_shape), classes, recipe),
            recipe=recipe,
            num_classes=classes,
            seed=seed,
        )

    def make_generator(
        self, image_shape: tuple[int, ...], num_classes: int, recipe: Recipe
    ) -> keras.Model:
        dropout = (
            {"dropout": recipe.generator_dropout}
            if recipe.generator_dropout
            else {}
        )
        return self.generator_class(
            image_shape,
            latent_dim=recipe.latent_dim,
            width=recipe.width,
            num_classes=num_classes,
            **dropout,
        )

    def make_discriminator(
        self, image_shape: tuple[int, ...], num_classes: int, recipe: Recipe
    ) -> keras.Model:
        *size, channels = image_shape
        return self.discriminator_class(
            (*size, recipe.packing * channels),
            width=recipe.width,
            num_classes=num_classes,
            batch_feature=recipe.batch_feature,
        )

    @classmethod
    def architecture_name(cls) -> str:
        """Returns the name of its file, which is that of `--model`."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def check_image_shape(cls, image_shape: tuple[int, ...]) -> None:
        """Checks that the architecture makes such images.

        Raises:
            ValueError: it does not.
        """
        name = cls.architecture_name()
        sides = image_shape if isinstance(image_shape, (tuple, list)) else ()
        if len(sides) != 3 or not all(map(_is_integer, sides)):
            received = tuple(sides) or image_shape
            raise ValueError(
                f"{name} makes images, (height, width, channels). "
                f"Received: {received}."
            )
        height, width, channels = image_shape
        if height != width or height not in cls.image_sizes:
            sizes = ", ".join(str(size) for size in cls.image_sizes)
            raise ValueError(
                f"`image_size` of {name} must be among: {sizes}. "
                f"Received: {height}x{width}."
            )
        if channels not in (1, 3):
            raise ValueError(
                "`image_shape` must have 1 or 3 channels. "
                f"Received: {channels}."
            )

    @classmethod
    def check_classes(cls, num_classes: int) -> None:
        """Checks that a conditional architecture gets labels.

        Raises:
            ValueError: it does not.
        """
        if cls.conditional and num_classes < 2:
            raise ValueError(
                f"{cls.architecture_name()} needs labels of 2 classes or "
                "more: a data set with labels, or a folder of class folders. "
                f"Received: {num_classes} classes."
            )

    @classmethod
    def check_recipe(cls, recipe: Recipe) -> None:
        """Checks that the networks can be built by `recipe`.

        Raises:
            ValueError: a setting is not for this architecture.
        """
        name = cls.architecture_name()
        if cls.conditional and recipe.packing > 1:
            raise ValueError(
                "`packing` needs an architecture without labels, as the "
                "images of a pack may differ in theirs. "
                f"Received: {recipe.packing} for {name}."
            )
        parameters = inspect.signature(cls.generator_class).parameters
        if recipe.generator_dropout and "dropout" not in parameters:
            raise ValueError(
                f"`generator_dropout` is not for {name}. "
                f"Received: {recipe.generator_dropout}."
            )
