"""A whole GAN in a folder: networks, average, optimizers, settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files, json_files
from tfgan_zoo.messages import error_text
from tfgan_zoo.recipe import Recipe

SETTINGS_NAME = "gan.json"
CUSTOM = "custom"
_STATE = "state"
_SETTINGS = ("model", "image_shape", "num_classes", "seed", "own_objects")


def save(
    folder: Path,
    settings: dict[str, Any],
    state: dict[str, Any],
    *,
    overwrite: bool,
) -> None:
    """Writes a GAN; the folder appears when it is whole.

    Args:
        folder: where.
        settings: what JSON can hold.
        state: what `tf.train.Checkpoint` can hold, by name.
        overwrite: whether a saved GAN may be there.

    Raises:
        FileExistsError: `folder` exists and `overwrite` is False, or holds
            something that is no saved GAN.
    """
    if overwrite and folder.exists() and not (folder / SETTINGS_NAME).is_file():
        raise FileExistsError(
            f"Only a saved GAN may be overwritten. Received: {folder}."
        )
    with files.new_folder(folder, overwrite=overwrite) as partial:
        tf.train.Checkpoint(**state).write(str(partial / _STATE))
        files.write_text(
            partial / SETTINGS_NAME, json.dumps(settings, indent=2) + "\n"
        )


def restore(folder: Path, state: dict[str, Any]) -> None:
    """Restores what `save` wrote into the same networks and optimizers.

    Raises:
        FileNotFoundError: `folder` holds no saved GAN.
        ValueError: they are others.
    """
    read_settings(folder)
    try:
        checkpoint = tf.train.Checkpoint(**state)
        checkpoint.read(str(folder / _STATE)).assert_consumed()
    except (AssertionError, ValueError, tf.errors.OpError) as error:
        raise ValueError(
            "A GAN must have the networks and optimizers that were saved. "
            f"Received: {folder} ({error_text(error)})."
        ) from None


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
        return {**values, "recipe": Recipe(**settings["recipe"])}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"A saved GAN's {SETTINGS_NAME} must be readable. "
            f"Received: {path} ({error})."
        ) from None
