"""The architectures, one a file, by the name of the file.

Each is an attribute too, by its name in Python, such as `WGAN`. Its file is
imported when it is first asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.recipe import Recipe

if TYPE_CHECKING:
    from tfgan_zoo.gan import BaseGAN

_DESCRIBED_CLASSES = 10


def names() -> list[str]:
    """Returns the names of the architectures, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def get(name: str) -> Architecture:
    """Returns the architecture of a name.

    Args:
        name: one of `names()`, which is that of its file.

    Raises:
        ValueError: no architecture has that name.
        TypeError: its file defines none of that name, or several.

    Examples:
        >>> get("wgan_gp").purpose
        'stable, and its loss measures progress; slow'
    """
    module = _module(name)
    members = vars(module).items()
    described = {k: v for k, v in members if isinstance(v, Architecture)}
    architectures = [a for a in described.values() if a.name == name]
    if len(architectures) != 1:
        received = ", ".join(f"{k} of {v.name}" for k, v in described.items())
        raise TypeError(
            f"{module.__name__} must define one Architecture, named {name}. "
            f"Received: {received or 'none'}."
        )
    return architectures[0]


def __getattr__(name: str) -> Architecture:
    # Python asks for files as well, and for `__path__`.
    if not name[:1].isupper():
        raise AttributeError(_no_attribute(name))

    def is_unlikely(file: str) -> bool:
        return file.replace("_", "") != name.lower()

    # The likely file first, as then no other is imported.
    for file in sorted(names(), key=is_unlikely):
        if name == _python_name(file):
            return get(file)
    known = ", ".join(map(_python_name, names()))
    raise AttributeError(
        f"{_no_attribute(name)}; its architectures are: {known}"
    )


def __dir__() -> list[str]:
    return sorted([*globals(), *map(_python_name, names())])


def _no_attribute(name: str) -> str:
    return f"module {__name__!r} has no attribute {name!r}"


def _python_name(name: str) -> str:
    """Returns the name that an architecture has in its file."""
    architecture = get(name)
    members = vars(_module(name)).items()
    return next(key for key, value in members if value is architecture)


def load(folder: str | Path) -> BaseGAN:
    """Returns the GAN that `GAN.save` wrote, compiled, to go on with.

    Args:
        folder: the one that `save` was given.

    Raises:
        FileNotFoundError: `folder` holds no saved GAN.
        ValueError: it is none of the architectures, or was compiled with
            objects that a file cannot hold.
    """
    from tfgan_zoo import paths
    from tfgan_zoo.gan import saving

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
        source_shape=settings["source_shape"],
    )
    gan.compile()
    gan.restore(folder)
    return gan


def recipe(name: str) -> Recipe:
    """Returns an architecture's published settings.

    Args:
        name: one of `names()`.

    Raises:
        ValueError: no architecture has that name.
    """
    return get(name).recipe


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
    architecture = get(name)
    sizes = architecture.image_sizes
    shape = (32, 32, 3) if sizes else (2,)
    gan = architecture(shape, num_classes=_DESCRIBED_CLASSES)
    return Description(
        name,
        architecture.purpose,
        gan.recipe.paper,
        architecture.conditional,
        ", ".join(str(size) for size in sizes) + " px"
        if sizes
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
