"""From settings to data and a compiled GAN."""

from __future__ import annotations

import dataclasses
import math
from typing import Callable

import tensorflow as tf

from tfgan_zoo import data, inputs, models, sources
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.training.hardware import resolve_precision
from tfgan_zoo.training.run_folder import RunFolder

_MAX_STEPS_PER_EXECUTION = 5
# The sources of a data set are as large as its images.
_WITHOUT_PAIRS = (inputs.GENERATE, inputs.ENLARGE)


def load_data(
    config: TrainConfig,
    log: Callable[[str], None] = print,
    *,
    folder: RunFolder | None = None,
) -> data.Examples:
    """Loads the data set that the settings name.

    Args:
        config: the settings.
        log: gets the lines of `data.load_examples`.
        folder: of a run that may have begun: its classes keep their numbers.

    Raises:
        ValueError: the architecture or the data set is unknown, or the one
            cannot make images of the other's size or lacks its labels.
    """
    architecture = models.get(config.model)
    if architecture.task in _WITHOUT_PAIRS and data.has_sources(config.dataset):
        raise ValueError(
            f"{config.model} does not translate images, and takes a data set "
            f"without sources. Received: {config.dataset}."
        )
    if config.image_shape:
        # Before a large folder is read in vain.
        architecture.check_image_shape(config.image_shape)
    class_names = None
    if folder is not None and folder.dataset.is_file():
        class_names = folder.read_spec().class_names
    request = data.DataRequest(
        dataset=config.dataset,
        image_size=config.image_size,
        image_width=config.image_width,
        channels=config.channels,
        data_dir=config.data_dir,
        download=config.download,
        strict=config.strict_data,
        split=config.split,
        class_names=class_names,
        value_range=config.value_range,
        sample_bits=config.sample_bits,
        source_channels=_source_channels(config),
    )
    examples = data.load_examples(request, log=log)
    if architecture.conditional and examples.label_note:
        raise ValueError(
            f"{config.model} needs a data set with labels. "
            f"Received: {config.dataset}. {examples.label_note}"
        )
    return examples


def held_out_request(
    config: TrainConfig, class_names: tuple[str, ...] | None
) -> data.DataRequest:
    """Asks for other images of a training's data set, whose split is open.

    Args:
        config: resolved settings.
        class_names: by label, as the training has them.
    """
    is_image = config.image_size is not None
    return data.DataRequest(
        config.dataset,
        image_size=config.image_size,
        image_width=config.image_width,
        channels=config.channels if is_image else None,
        data_dir=config.data_dir,
        download=config.download,
        class_names=class_names,
        value_range=config.value_range,
        sample_bits=config.sample_bits,
        source_channels=_source_channels(config),
    )


def _source_channels(config: TrainConfig) -> int | None:
    return 1 if config.source in sources.GREY_ONES else None


def resolve(
    config: TrainConfig,
    spec: data.DatasetSpec,
    *,
    sample_bits: int | None = None,
) -> TrainConfig:
    """Returns the settings with everything that was left open resolved.

    Args:
        config: the settings.
        spec: of the data.
        sample_bits: of the data's 16-bit images, so that other splits are
            read by the same scale.

    Raises:
        ValueError: the architecture cannot make such images, or needs pairs.
    """
    architecture = models.get(config.model)
    architecture.check_image_shape(spec.image_shape)
    used = getattr(architecture.model, "recipe_settings", ())
    if not spec.paired and "reconstruction_weight" in used:
        raise ValueError(
            f"{config.model} compares what it makes of a source with its pair; "
            "cyclegan and cut need none. Received: two folders without pairs."
        )
    if "source" in config.left_open and not architecture.takes_latents:
        source = _source_for(architecture, spec)
        config = dataclasses.replace(config, source=source)
    config = config.resolve(models.recipe(config.model))
    return dataclasses.replace(
        config,
        image_size=spec.height,
        image_width=None if spec.width == spec.height else spec.width,
        channels=spec.channels,
        sample_bits=config.sample_bits or sample_bits,
        precision=resolve_precision(config.precision),
    )


def build(
    config: TrainConfig,
    spec: data.DatasetSpec,
    strategy: tf.distribute.Strategy,
) -> BaseGAN:
    """Builds and compiles the architecture of resolved settings.

    Args:
        config: see `resolve`.
        spec: of the data.
        strategy: whose devices it trains on.

    Raises:
        ValueError: the architecture cannot make such images, or the replicas
            cannot share the batch evenly.
    """
    with strategy.scope(), precision_policy(config.precision):
        gan = build_untrained(config, spec)
        gan.average_warms_up = config.start_from is None
        gan.compile(
            steps_per_execution=_steps_per_execution(config),
            jit_compile=config.jit_compile,
        )
    replicas = strategy.num_replicas_in_sync
    if config.jit_compile and replicas > 1:
        raise ValueError(
            "`jit_compile` needs a single replica, as of "
            "--strategy=one_device: within XLA's steps replicas cannot talk "
            f"to each other. Received: {replicas} replicas."
        )
    if gan.recipe.batch_size % replicas:
        raise ValueError(
            f"`batch_size` must be a multiple of the {replicas} replicas. "
            f"Received: {gan.recipe.batch_size}."
        )
    return gan


def build_untrained(config: TrainConfig, spec: data.DatasetSpec) -> BaseGAN:
    """Builds the architecture of resolved settings, with new weights.

    Args:
        config: see `resolve`.
        spec: of the data.

    Raises:
        ValueError: the architecture cannot make such images.
    """
    keras.utils.set_random_seed(config.seed)
    return models.get(config.model)(
        spec.image_shape,
        source_shape=_source_shape(config, spec),
        num_classes=spec.num_classes,
        recipe=config.make_recipe(models.recipe(config.model).paper),
        seed=config.seed,
    )


def _source_for(architecture: Architecture, spec: data.DatasetSpec) -> str:
    """Returns the recipe's `source` that suits a data set best."""
    if _makes_sources(architecture):
        return architecture.recipe.source
    if spec.source_channels is None or spec.has_drawings:
        return architecture.made_source
    return architecture.recipe.source


def _makes_sources(architecture: Architecture) -> bool:
    """Returns `makes_sources` of its model, see `TranslationGAN`."""
    return getattr(architecture.model, "makes_sources", False)


def _source_shape(
    config: TrainConfig, spec: data.DatasetSpec
) -> tuple[int, ...] | None:
    """Returns the shape of the sources; None where they are made, or none.

    Raises:
        ValueError: the data lack sources, or have others than are made.
    """
    architecture = models.get(config.model)
    if architecture.takes_latents:
        return None
    given = spec.features.get("source")
    if config.source == sources.DATA:
        if given is None and _makes_sources(architecture):
            return None
        if given is None:
            raise ValueError(
                "`source` must be one that is made of images where the data "
                f"have none. Received: {config.source} for {spec.name}."
            )
        return given.shape
    if config.source == sources.GREY and spec.channels == 1:
        raise ValueError(
            f"`source` must not be {sources.GREY} where the images are grey "
            f"already. Received: {spec.name}, of 1 channel."
        )
    made = sources.shape(
        str(config.source), spec.image_shape, factor=config.upscale_factor
    )
    if given is not None and given.shape != made:
        raise ValueError(
            f"`source` must be {sources.DATA}, or make sources like those of "
            f"the data, {given.shape}. Received: {config.source}, {made}."
        )
    return None


def _steps_per_execution(config: TrainConfig) -> int:
    """Steps a call of the compiled function, so that calls end where needed."""
    common = math.gcd(
        config.log_every,
        config.sample_every,
        config.checkpoint_every,
        config.evaluate_every,
        config.health_every,
    )
    return max(
        steps
        for steps in range(1, _MAX_STEPS_PER_EXECUTION + 1)
        if common % steps == 0
    )
