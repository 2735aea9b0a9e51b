"""The architectures: each file of this folder is one, by its own name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import tensorflow as tf

from tfgan_zoo import checks, paths
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import saving

_DESCRIBED_CLASSES = 10


def names() -> list[str]:
    """Returns the names of the architectures, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def get(name: str) -> type[Architecture]:
    """Returns an architecture's class.

    Raises:
        ValueError: no architecture has that name.
        TypeError: its file defines none, or several.
    """
    module = _module(name)
    architectures = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Architecture)
        and member.__module__ == module.__name__
    ]
    if len(architectures) != 1:
        received = ", ".join(kind.__name__ for kind in architectures) or "none"
        raise TypeError(
            f"{module.__name__} must define one subclass of Architecture. "
            f"Received: {received}."
        )
    return architectures[0]


def load(folder: str | Path) -> Architecture:
    """Returns the architecture that `GAN.save` wrote, compiled, to go on with.

    Raises:
        FileNotFoundError: `folder` holds no saved GAN.
        ValueError: it is none of the architectures, or was compiled with
            objects that a file cannot hold.
    """
    settings = saving.read_settings(paths.expand(folder))
    if settings["model"] not in names():
        raise ValueError(
            "Only an architecture of `tfgan_zoo.models` can be loaded; build "
            "and compile a GAN of your own networks as before and call "
            f"`restore`. Received: {folder}."
        )
    if settings["own_objects"]:
        raise ValueError(
            "Only names of losses, penalties, constraints and optimizers can "
            "be loaded; build and compile it yourself and call `restore`. "
            f"Received: own objects for {', '.join(settings['own_objects'])}."
        )
    gan = get(settings["model"])(
        tuple(settings["image_shape"]),
        num_classes=settings["num_classes"],
        recipe=settings["recipe"],
        seed=settings["seed"],
    )
    gan.compile()
    gan.restore(folder)
    return gan


def recipe(name: str) -> Recipe:
    """Returns an architecture's published settings.

    Raises:
        ValueError: no architecture has that name.
    """
    return get(name).default_recipe


class Description(NamedTuple):
    """What is to be said of an architecture.

    Attributes:
        name: that of its file.
        purpose: what it is for.
        paper: where it was published.
        conditional: whether it needs labels.
        sizes: what it can make, in words.
        image_shape: for which the parameters are counted.
        generator_parameters, discriminator_parameters: trainable ones, of the
            recipe's width; with ten classes, if it needs labels.
    """

    name: str
    purpose: str
    paper: str
    conditional: bool
    sizes: str
    image_shape: tuple[int, ...]
    generator_parameters: int
    discriminator_parameters: int


def descriptions() -> list[Description]:
    """Returns what is to be said of each architecture; takes seconds."""
    return [_description(name) for name in names()]


def _description(name: str) -> Description:
    kind = get(name)
    shape = (32, 32, 3) if kind.image_sizes else (2,)
    gan = kind(shape, num_classes=_DESCRIBED_CLASSES)
    return Description(
        name,
        kind.purpose,
        gan.recipe.paper,
        kind.conditional,
        ", ".join(str(size) for size in kind.image_sizes) + " px"
        if kind.image_sizes
        else "points of the plane",
        shape,
        *(
            sum(int(tf.size(v)) for v in network.trainable_variables)
            for network in (gan.generator, gan.discriminator)
        ),
    )


def _module(name: str) -> ModuleType:
    checks.one_of("model", name, names())
    return importlib.import_module(f"{__name__}.{name}")
