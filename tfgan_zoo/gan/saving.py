"""A whole GAN in a folder: networks, average, optimizers, settings."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from tfgan_zoo import files, json_files
from tfgan_zoo.messages import error_text
from tfgan_zoo.recipe import Recipe

if TYPE_CHECKING:
    from tfgan_zoo.gan.base import BaseGAN

SETTINGS_NAME = "gan.json"
CUSTOM = "custom"
STATE_NAME = "state"
_SETTINGS = ("model", "image_shape", "num_classes", "seed", "own_objects")


def save(gan: BaseGAN, folder: Path, *, overwrite: bool) -> None:
    """Writes a compiled GAN; the folder appears when it is whole.

    Args:
        gan: whose settings and state are written.
        folder: where.
        overwrite: whether a saved GAN may be there.

    Raises:
        FileExistsError: `folder` exists and `overwrite` is False, or holds
            something that is no saved GAN.
    """
    if overwrite and folder.exists() and not (folder / SETTINGS_NAME).is_file():
        raise FileExistsError(
            f"Only a saved GAN may be overwritten. Received: {folder}."
        )
    settings = {
        "model": gan.architecture,
        "image_shape": gan.image_shape,
        "num_classes": gan.num_classes,
        "seed": gan.seed,
        "recipe": dataclasses.asdict(gan.recipe),
        "own_objects": gan.own_objects,
        "source_shape": getattr(gan, "source_shape", None),
        "average_warms_up": gan.average_warms_up,
    }
    with files.new_folder(folder, overwrite=overwrite) as partial:
        tf.train.Checkpoint(**gan.training_state()).write(
            str(partial / STATE_NAME)
        )
        files.write_text(
            partial / SETTINGS_NAME, json.dumps(settings, indent=2) + "\n"
        )


def restore(gan: BaseGAN, folder: Path) -> None:
    """Restores what `save` wrote into the same networks and optimizers.

    Raises:
        FileNotFoundError: `folder` holds no saved GAN.
        ValueError: they are others.
    """
    settings = read_settings(folder)
    try:
        checkpoint = tf.train.Checkpoint(**gan.training_state())
        checkpoint.read(str(folder / STATE_NAME)).assert_consumed()
    except (AssertionError, ValueError, tf.errors.OpError) as error:
        raise ValueError(
            "A GAN must have the networks and optimizers that were saved. "
            f"Received: {folder} ({error_text(error)})."
        ) from None
    gan.average_warms_up = settings["average_warms_up"]


def read_settings(folder: Path) -> dict[str, Any]:
    """Returns what `save` says of a GAN; its recipe as a `Recipe`.

    Raises:
        FileNotFoundError: `folder` holds no saved GAN.
        ValueError: its settings cannot be read.
    """
    path = folder / SETTINGS_NAME
    if not path.is_file():
        raise FileNotFoundError(
            f"A folder that `GAN.save` wrote has a {SETTINGS_NAME}. "
            f"Received: {folder}."
        )
    try:
        settings = json_files.read_object(path, f"A {SETTINGS_NAME}")
        values = {name: settings[name] for name in _SETTINGS}
        # What the first version saved takes latents.
        values["source_shape"] = settings.get("source_shape")
        values["average_warms_up"] = settings.get("average_warms_up", True)
        return {**values, "recipe": Recipe(**settings["recipe"])}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"A saved GAN's {SETTINGS_NAME} must be readable. "
            f"Received: {path} ({error})."
        ) from None
