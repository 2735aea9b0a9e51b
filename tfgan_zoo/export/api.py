"""`export(gan, folder)`: the export of a GAN that Python has trained."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import computing_in_float32
from tfgan_zoo.export import exporter, inputs, variants
from tfgan_zoo.export.exporter import Export
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.tflite_settings import TFLiteSettings
from tfgan_zoo.gan import BaseGAN, saving
from tfgan_zoo.messages import value_text
from tfgan_zoo.version import __version__


def export(
    gan: BaseGAN,
    folder: str | os.PathLike[str],
    *,
    tflite: str | Sequence[str] | TFLiteSettings = variants.DEFAULT,
    class_names: Sequence[str] = (),
    dataset: str = "",
    overwrite: bool = False,
) -> Export:
    """Exports the averaged generator of a trained GAN.

    It writes what `tfgan-export` does: a SavedModel (see `saved_model.write`),
    its metadata, TFLite files, `model.json`, a report and the files' SHA-256.
    `tfgan_zoo.load(folder)` and the commands take the folder. Nothing of it is
    there before all numbers agree.

    Args:
        gan: an architecture of the zoo, or `GAN` of any two networks.
        folder: a new one.
        tflite: names of the TFLite files to write, see `variants.VARIANTS`; or
            `TFLiteSettings`, which may hold images to calibrate by.
        class_names: by label, for a conditional generator; by default its
            labels are numbers.
        dataset: what it was trained on; `tfgan-evaluate` compares with the
            data set of that name by default.
        overwrite: whether it may take the place of another export.

    Returns:
        Where its files are, and what was measured of them.

    Raises:
        TypeError: `gan` is no `GAN`, or another argument has a wrong type.
        ValueError: the generator's images are not float32 [N, H, W, C] in
            [-1, 1] of 1 or 3 channels, depend on more than latents and label,
            or its operators cannot be saved; an unknown TFLite file; or class
            names that are not one for each class.
        OSError: `folder` exists, or cannot be written.
        ExportError, tflite.ConversionError: both RuntimeError; TFLite cannot
            run the generator, or computes other images.
    """
    _check_gan(gan)
    path, settings = _path(folder), _tflite_settings(tflite)
    class_names = _to_tuple(class_names)
    metadata = make_metadata(gan, class_names=class_names, dataset=dataset)
    # The average of networks built by a mixed policy has their layers' own.
    with computing_in_float32(gan.ema_generator):
        _require_float32(gan)
        return exporter.export(
            gan, metadata, path, tflite_files=settings, overwrite=overwrite
        )


def make_metadata(
    gan: BaseGAN, *, class_names: Sequence[str], dataset: str
) -> ExportMetadata:
    """Returns the metadata of a GAN that Python has trained.

    Raises:
        TypeError: `class_names` are no texts, or `dataset` is none.
        ValueError: there is not one class name for each class.
    """
    if not isinstance(dataset, str):
        raise TypeError(
            f"`dataset` must be a name. Received: {type(dataset).__name__}."
        )
    return ExportMetadata(
        architecture=gan.architecture,
        task=gan.task,
        inputs=inputs.proven_specs(gan),
        image_shape=tuple(gan.image_shape),
        num_classes=gan.num_classes,
        class_names=_class_names(class_names, gan.num_classes),
        dataset=dataset,
        training_steps=int(gan.step.numpy()),
        recipe=_recipe(gan),
        versions={"tfgan_zoo": __version__, "tensorflow": tf.__version__},
        metrics=_last_losses(gan),
    )


def _check_gan(gan: Any) -> None:
    if not isinstance(gan, BaseGAN):
        raise TypeError(
            "`gan` must be a tfgan_zoo.GAN, such as GAN(generator, "
            f"discriminator). Received: {type(gan).__name__}."
        )


def _tflite_settings(tflite: Any) -> TFLiteSettings:
    if isinstance(tflite, TFLiteSettings):
        return tflite
    names = (tflite,) if isinstance(tflite, str) else _to_tuple(tflite)
    if not _is_texts(names):
        raise TypeError(
            "`tflite` must be names of TFLite files. "
            f"Received: {value_text(tflite)}."
        )
    return TFLiteSettings(tuple(names))


def _require_float32(gan: BaseGAN) -> None:
    for layer in gan.ema_generator._flatten_layers():
        if layer.compute_dtype in ("float16", "bfloat16"):
            raise ValueError(
                "A generator that is exported must have float32 variables. "
                f"Received: {layer.name}, of {layer.compute_dtype}."
            )


def _path(folder: str | os.PathLike[str]) -> Path:
    if not isinstance(folder, (str, os.PathLike)) or not os.fspath(folder):
        raise TypeError(
            f"`folder` must be a path. Received: {value_text(folder)}."
        )
    return Path(folder).expanduser()


def _to_tuple(values: Any) -> Any:
    """Returns a tuple of an iterator, anything else as it is."""
    return tuple(values) if isinstance(values, Iterator) else values


def _is_texts(values: Any) -> bool:
    """Whether it is a collection of texts; a text itself is none."""
    is_several = isinstance(values, Iterable) and not isinstance(values, str)
    return is_several and all(isinstance(value, str) for value in values)


def _class_names(names: Sequence[str], num_classes: int) -> tuple[str, ...]:
    if not _is_texts(names):
        raise TypeError(
            "`class_names` must be a list of texts. "
            f"Received: {value_text(names)}."
        )
    if names and len(names) != num_classes:
        raise ValueError(
            f"`class_names` must be one for each of {num_classes} classes. "
            f"Received: {len(names)}."
        )
    folded = [name.strip().casefold() for name in names]
    if len(set(folded)) < len(folded) or "" in folded:
        raise ValueError(
            "`class_names` must differ, upper and lower case aside. "
            f"Received: {', '.join(names)}."
        )
    return tuple(names)


def _recipe(gan: BaseGAN) -> dict[str, Any]:
    """Returns the recipe, with "custom" where `compile` got an object."""
    recipe = dataclasses.asdict(gan.recipe)
    objects = getattr(gan, "own_objects", ())
    return {**recipe, **dict.fromkeys(objects, saving.CUSTOM)}


def _last_losses(gan: BaseGAN) -> dict[str, float]:
    """Returns the losses' means over the last epoch, as `fit` shows them."""
    if not gan.step.numpy():
        return {}
    losses = {metric.name: float(metric.result()) for metric in gan.metrics}
    return {name: loss for name, loss in losses.items() if np.isfinite(loss)}
