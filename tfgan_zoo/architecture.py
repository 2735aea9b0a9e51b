"""`Architecture`: the networks of a GAN, and how its paper trains them."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

import numpy as np
import tensorflow as tf

from tfgan_zoo import checks, translation_settings
from tfgan_zoo.recipe import Recipe

if TYPE_CHECKING:
    from tfgan_zoo.gan import BaseGAN


class _Shapes(NamedTuple):
    """Of an image and of its source, () where there is none."""

    image: tuple[int, ...]
    source: tuple[int, ...]


_DEFAULTS = Recipe("")


@dataclasses.dataclass(frozen=True)
class Architecture:
    """Describes a GAN, and builds it when called with an image's shape.

    Each file of `models` makes one:

        DCGAN = Architecture(
            name="dcgan",
            purpose="the classic; small, fast, a good first choice",
            recipe=RECIPE,
            generator=Generator,
            discriminator=Discriminator,
        )
        gan = DCGAN((28, 28, 1))

    `dataclasses.replace` makes a changed copy, such as one with a generator of
    your own. What a copy builds does not belong to the zoo: `models.load`
    cannot load it, but `BaseGAN.restore` can.

    Attributes:
        name: that of its file, which `--model` takes.
        purpose: what it is for, in one line.
        recipe: the paper's settings.
        generator: makes the network of (image_shape, width=, num_classes=) and
            of `latent_dim=` where it takes latents; also of `source=`,
            `source_channels=`, `upscale_factor=` and `dropout=` if it has these
            arguments.
        discriminator: makes the network of (image_shape, width=,
            num_classes=, batch_feature=).
        model: the subclass of `GAN` or `TranslationGAN` with its loss terms and
            its latents; None stands for `GAN`.
        image_sizes: that it can make, in pixels.
        conditional: whether it needs labels.
        made_source: if it translates, the sources for data that have none, a
            name in `sources`.
        dataset: the one that `tfgan-train` takes if none is named.
        shape_rule: raises a ValueError for a sample's shape that it cannot
            make; None stands for square images of `image_sizes`.
        recipe_rule: raises a ValueError for a recipe that is not for it.
    """

    name: str
    purpose: str
    recipe: Recipe
    generator: Callable[..., Any]
    discriminator: Callable[..., Any]
    model: type[BaseGAN] | None = None
    image_sizes: tuple[int, ...] = (28, 32, 64, 128)
    conditional: bool = False
    made_source: str = "edges"
    dataset: str = "fashion_mnist_10k"
    shape_rule: Callable[[tuple[int, ...]], None] | None = None
    recipe_rule: Callable[[Recipe], None] | None = None

    @property
    def task(self) -> str:
        """What its generators do: a name in `inputs.TASKS`.

        Raises:
            ValueError: its model names a task that is not there.
        """
        from tfgan_zoo import inputs

        task = inputs.GENERATE if self.model is None else self.model.task
        return inputs.require_task(task)

    @property
    def takes_latents(self) -> bool:
        """Whether its generators take latents, and not images."""
        from tfgan_zoo import inputs

        return inputs.TASKS[self.task] == inputs.LATENTS

    def __call__(
        self,
        image_shape: tuple[int, ...],
        *,
        latent_dim: int | None = None,
        num_classes: int = 0,
        recipe: Recipe | None = None,
        seed: int = 0,
        source_shape: tuple[int, ...] | None = None,
    ) -> BaseGAN:
        """Builds the GAN, its weights drawn anew.

        Args:
            image_shape: (height, width, channels).
            latent_dim: values a latent vector; by default the recipe's.
            num_classes: of the labels; unconditional networks ignore it.
            recipe: by default the paper's.
            seed: of a training's random numbers.
            source_shape: of what is translated; by default what the recipe's
                `source` makes of such images.

        Raises:
            TypeError: `recipe` is no `Recipe`, or a number no integer.
            ValueError: it cannot make such images, or lacks labels, or a
                setting of the recipe is not for it.
        """
        from tfgan_zoo.gan import GAN, network_checks

        network_checks.check_recipe_type(recipe)
        recipe = self.recipe if recipe is None else recipe
        if latent_dim is not None:
            recipe = dataclasses.replace(recipe, latent_dim=latent_dim)
        image_shape = _to_tuple(image_shape)
        self.check_image_shape(image_shape)
        self.check_classes(checks.integer("num_classes", num_classes))
        self.check_recipe(recipe)
        shapes = self._shapes(tuple(image_shape), source_shape, recipe)
        num_classes = num_classes if self.conditional else 0
        networks = (
            self._make_generator(shapes, num_classes, recipe),
            self._make_discriminator(shapes, num_classes, recipe),
        )
        settings: dict[str, Any] = {"num_classes": num_classes, "seed": seed}
        if not self.takes_latents:
            settings["source_shape"] = shapes.source
        gan = (self.model or GAN)(*networks, recipe=recipe, **settings)
        if self._is_in_models():
            gan.architecture = self.name
        return gan

    def _is_in_models(self) -> bool:
        """Whether it is what its name stands for, and not a changed one."""
        module = sys.modules.get(f"tfgan_zoo.models.{self.name}")
        return module is not None and self in vars(module).values()

    def _shapes(
        self,
        image_shape: tuple[int, ...],
        source_shape: tuple[int, ...] | None,
        recipe: Recipe,
    ) -> _Shapes:
        """Returns the shapes of images and of what is translated, if it is."""
        if self.takes_latents:
            return _Shapes(image_shape, ())
        if source_shape is not None:
            return _Shapes(image_shape, tuple(source_shape))
        from tfgan_zoo import sources

        factor = recipe.upscale_factor
        made = sources.shape(recipe.source, image_shape, factor=factor)
        return _Shapes(image_shape, made)

    def _make_generator(
        self, shapes: _Shapes, num_classes: int, recipe: Recipe
    ) -> Any:
        parameters = inspect.signature(self.generator).parameters
        settings: dict[str, Any] = {}
        if self.takes_latents:
            settings["latent_dim"] = recipe.latent_dim
        elif "source_channels" in parameters:
            settings["source_channels"] = shapes.source[-1]
        for name in ("source", "upscale_factor"):
            if name in parameters:
                settings[name] = getattr(recipe, name)
        if recipe.generator_dropout:
            settings["dropout"] = recipe.generator_dropout
        return self.generator(
            shapes.image,
            width=recipe.width,
            num_classes=num_classes,
            **settings,
        )

    def _make_discriminator(
        self, shapes: _Shapes, num_classes: int, recipe: Recipe
    ) -> Any:
        *size, channels = shapes.image
        if getattr(self.model, "sees_sources", False):
            channels += shapes.source[-1]
        return self.discriminator(
            (*size, recipe.packing * channels),
            width=recipe.width,
            num_classes=num_classes,
            batch_feature=recipe.batch_feature,
        )

    def check_image_shape(self, image_shape: tuple[int, ...]) -> None:
        """Checks that the architecture makes such images.

        Raises:
            ValueError: it does not.
        """
        if self.shape_rule is not None:
            self.shape_rule(image_shape)
            return
        sides = image_shape if isinstance(image_shape, (tuple, list)) else ()
        if len(sides) != 3 or not all(map(_is_integer, sides)):
            received = tuple(sides) or image_shape
            raise ValueError(
                f"{self.name} makes images, (height, width, channels). "
                f"Received: {received}."
            )
        height, width, channels = image_shape
        if height != width or height not in self.image_sizes:
            sizes = ", ".join(str(size) for size in self.image_sizes)
            raise ValueError(
                f"`image_size` of {self.name} must be among: {sizes}. "
                f"Received: {height}x{width}."
            )
        if channels not in (1, 3):
            raise ValueError(
                "`image_shape` must have 1 or 3 channels. "
                f"Received: {channels}."
            )

    def check_classes(self, num_classes: int) -> None:
        """Checks that a conditional architecture gets labels.

        Raises:
            ValueError: it does not.
        """
        if self.conditional and num_classes < 2:
            raise ValueError(
                f"{self.name} needs labels of 2 classes or "
                "more: a data set with labels, or a folder of class folders. "
                f"Received: {num_classes} classes."
            )

    def check_recipe(self, recipe: Recipe) -> None:
        """Checks that the networks can be built by `recipe`.

        Raises:
            ValueError: a setting is not for this architecture.
        """
        if self.conditional and recipe.packing > 1:
            raise ValueError(
                "`packing` needs an architecture without labels, as the "
                "images of a pack may differ in theirs. "
                f"Received: {recipe.packing} for {self.name}."
            )
        parameters = inspect.signature(self.generator).parameters
        if recipe.generator_dropout and "dropout" not in parameters:
            raise ValueError(
                f"`generator_dropout` is not for {self.name}. "
                f"Received: {recipe.generator_dropout}."
            )
        if not self.takes_latents:
            self._check_no_latents(recipe)
        used = getattr(self.model, "recipe_settings", ())
        for name in sorted({*translation_settings.NAMES} - {*used}):
            value = getattr(recipe, name)
            if value != getattr(_DEFAULTS, name):
                raise ValueError(
                    f"`{name}` is not for {self.name}. Received: {value}."
                )
        if self.recipe_rule is not None:
            self.recipe_rule(recipe)

    def _check_no_latents(self, recipe: Recipe) -> None:
        for name in ("latent_dim", "latents"):
            value = getattr(recipe, name)
            if value != getattr(self.recipe, name):
                raise ValueError(
                    f"`{name}` is not for {self.name}, which takes images. "
                    f"Received: {value}."
                )


def _to_tuple(image_shape: Any) -> Any:
    """Returns a shape of arrays or tensors as integers, others as they are."""
    if isinstance(image_shape, (np.ndarray, tf.TensorShape)):
        return tuple(np.array(image_shape).tolist())
    return image_shape


def _is_integer(side: Any) -> bool:
    is_integer = isinstance(side, (int, np.integer))
    return is_integer and not isinstance(side, bool)
