"""Checks of settings that need no data."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tfgan_zoo import augment, checks, models, optimizers
from tfgan_zoo.config import Recipe, TrainConfig
from tfgan_zoo.evaluation import features, metrics
from tfgan_zoo.gan import components
from tfgan_zoo.layers import batch

_SETTINGS = {"policy": "diffaugment_policy", "limit": "constraint_limit"}


def check(config: TrainConfig) -> None:
    """Checks every name, whether it has an effect or not, and the recipe.

    What depends on the data as well is for `building.build` to refuse.

    Args:
        config: settings, some of which may be left to the recipe.

    Raises:
        ValueError: an unknown name, or settings that do not go together.
    """
    architecture = models.get(config.model)
    if config.image_shape:
        architecture.check_image_shape(config.image_shape)
    default = models.recipe(config.model)
    recipe = config.resolve(default).make_recipe(default.paper)
    with _settings_named():
        _check_names(recipe)
        architecture.check_recipe(recipe)
        components.make_components(recipe, {})
    if recipe.freeze_discriminator and config.start_from is None:
        raise ValueError(
            "`freeze_discriminator` needs a trained discriminator, by "
            f"`start_from`. Received: {recipe.freeze_discriminator} without it."
        )
    _check_evaluation(config)
    _check_dataset(config.dataset)


@contextlib.contextmanager
def _settings_named() -> Iterator[None]:
    """Calls a function's parameter in an error as the setting is called."""
    try:
        yield
    except ValueError as error:
        text = str(error)
        for parameter, setting in _SETTINGS.items():
            text = text.replace(f"`{parameter}`", f"`{setting}`")
        raise ValueError(text) from None


def _check_names(recipe: Recipe) -> None:
    for name, known in (
        ("batch_feature", batch.names()),
        ("generator_optimizer", optimizers.names()),
        ("discriminator_optimizer", optimizers.names()),
    ):
        checks.one_of(name, getattr(recipe, name), known)
    augment.get("diffaugment", policy=recipe.diffaugment_policy)


def _check_evaluation(config: TrainConfig) -> None:
    known = [name for name, way in metrics.better().items() if way]
    if config.evaluate_metric is not None:
        checks.one_of("evaluate_metric", config.evaluate_metric, known)
    network = config.evaluate_features
    if network in (None, *features.names()) or Path(str(network)).exists():
        return
    raise ValueError(
        f"`evaluate_features` must be one of: {', '.join(features.names())}; "
        "or the path of a SavedModel or Keras model. "
        f"Received: {network}."
    )


def _check_dataset(name: str) -> None:
    path = Path(name)
    if path.exists() and not path.is_dir():
        raise ValueError(
            "`dataset` must be a name or a folder of images, not a file. "
            f"Received: {name}."
        )
