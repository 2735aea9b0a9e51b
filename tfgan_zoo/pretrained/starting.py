"""Trained weights to begin with: of what ships, of runs and of exports."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Callable

import numpy as np

from tfgan_zoo import models, paths
from tfgan_zoo.export import checksums, metadata
from tfgan_zoo.export.file_names import SAVED_MODEL_NAME
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.gan import BaseGAN, saving, weights
from tfgan_zoo.gan.weights import AVERAGE, TrainedWeights
from tfgan_zoo.inputs import IMAGE
from tfgan_zoo.pretrained import discriminators, sources
from tfgan_zoo.pretrained.hub import addresses, snapshots
from tfgan_zoo.recipe import Recipe
from tfgan_zoo.settings import list_settings
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.training.starting import Start, read_run
from tfgan_zoo.untrusted.bundles import Bundle

_KEY = "generator_variables/{}/.ATTRIBUTES/VARIABLE_VALUE"


def start_from(
    gan: BaseGAN,
    source: str | os.PathLike[str] | BaseGAN,
    *,
    checkpoint: str = "newest",
    log: Callable[[str], None] = print,
) -> None:
    """Sets a GAN's weights to trained ones, as far as they fit.

    Layers are matched by name and shape: networks for other data, other
    classes or larger images take the weights that they have in common, and
    the rest starts fresh, as do the optimizers.

    Args:
        gan: the GAN to be trained, compiled or not.
        source: the name of a generator that ships, with or without a version;
            the folder of a run, of an export or of `GAN.save`;
            `hf://owner/name`; or another GAN.
        checkpoint: of a run: "newest" or "best".
        log: called with a line on which weights were taken.

    Raises:
        ValueError: the source is none of these, or hardly anything fits.
        FileNotFoundError: a run has no whole checkpoint.
        ImportError: the Hub's library is not installed.
    """
    if isinstance(source, BaseGAN):
        start = Start(
            weights.weights_of(source), f"a {source.architecture}", {}
        )
    else:
        start = load_start(os.fspath(source), checkpoint=checkpoint, log=log)
    start.apply(gan, log)


def load_start(
    source: str,
    *,
    checkpoint: str = "newest",
    log: Callable[[str], None] = print,
) -> Start:
    """Loads the weights that `start_from` names.

    Args:
        source, checkpoint, log: see `start_from`.

    Raises:
        ValueError, FileNotFoundError, ImportError: see `start_from`.
    """
    folder = _locate(source)
    if (folder / saving.SETTINGS_NAME).is_file():
        return _read_saved(folder)
    if (folder / SAVED_MODEL_NAME).is_dir():
        return _read_export(folder, source)
    run = RunFolder(folder)
    if run.config.is_file():
        return read_run(run, checkpoint=checkpoint, log=log)
    raise ValueError(
        "`start_from` must be a generator that ships, or the folder of a run, "
        f"of an export or of GAN.save. Received: {folder}, which is none."
    )


def _locate(source: str) -> Path:
    if addresses.is_address(source):
        return snapshots.download(source)
    shipped = sources.find(source)
    if shipped is not None:
        return shipped
    folder = paths.expand(source)
    if os.path.isdir(folder):  # which takes names that are too long
        return folder
    raise sources.unknown_name_error(
        source,
        "`start_from` must be a generator that ships",
        "the folder of a run, of an export or of GAN.save, or hf://owner/name",
    )


def _read_saved(folder: Path) -> Start:
    settings = saving.read_settings(folder)
    networks = weights.read_checkpoint(str(folder / saving.STATE_NAME))
    return Start(
        TrainedWeights(networks, settings["num_classes"]),
        str(folder),
        {
            **dataclasses.asdict(settings["recipe"]),
            **_image_size(settings["image_shape"]),
            "model": settings["model"],
        },
    )


def _image_size(image_shape: Sequence[int]) -> dict[str, int | None]:
    """Returns the settings of a size; nothing for points."""
    if len(image_shape) != 3:
        return {}
    height, width, _ = image_shape
    return {
        "image_size": height,
        "image_width": None if width == height else width,
    }


def _read_export(folder: Path, source: str) -> Start:
    """Returns an export's generator, and its discriminator if it has one."""
    if (folder / checksums.NAME).is_file():
        checksums.check(folder, beside=discriminators.NAME)
    saved_model = folder / SAVED_MODEL_NAME
    described = metadata.read_metadata(saved_model)
    generator = _read_generator(saved_model, described)
    networks = {f"{AVERAGE}generator": generator, **discriminators.read(folder)}
    note = ""
    if "discriminator" not in networks:
        note = " " + _WITHOUT_DISCRIMINATOR.format(source)
    return Start(
        TrainedWeights(networks, described.num_classes),
        source,
        {
            **described.recipe,
            **_image_size(described.image_shape),
            "model": described.architecture,
        },
        note,
    )


_WITHOUT_DISCRIMINATOR = (
    "{} has no discriminator, and a new one makes the generator forget much of "
    "what it can do; a run folder has both."
)


def _read_generator(
    saved_model: Path, described: ExportMetadata
) -> dict[str, np.ndarray]:
    """Returns the weights of an export by the names of its architecture."""
    rule = (
        "An export to start from must be of an architecture of this version. "
        f"Received: {saved_model.parent}"
    )
    try:
        network = _build(described).ema_generator
        bundle = Bundle(saved_model / "variables" / "variables")
        keys = [_KEY.format(i) for i in range(len(network.variables))]
        values = bundle.arrays(keys)
    except (KeyError, OSError, TypeError, ValueError) as error:
        raise ValueError(f"{rule} ({error}).") from None
    places = {id(v): place for place, v in enumerate(network.variables)}
    named = {
        name: (values[places[id(variable)]], tuple(variable.shape))
        for name, variable in weights.named_variables(network).items()
    }
    wrong = [
        name for name, (value, shape) in named.items() if value.shape != shape
    ]
    if wrong:
        raise ValueError(f"{rule}, with other shapes of {wrong[0]}.")
    return {name: value for name, (value, _) in named.items()}


def _build(described: ExportMetadata) -> BaseGAN:
    """Returns the GAN of an export, with new weights."""
    architecture = models.get(described.architecture)
    known = {setting.name for setting in list_settings(Recipe)} - {"paper"}
    recipe = dataclasses.replace(
        architecture.recipe,
        **{
            name: value
            for name, value in described.recipe.items()
            if name in known and value is not None
        },
    )
    first = described.inputs[0]
    return architecture(
        described.image_shape,
        num_classes=described.num_classes,
        recipe=recipe,
        source_shape=first.shape if first.kind == IMAGE else None,
    )
