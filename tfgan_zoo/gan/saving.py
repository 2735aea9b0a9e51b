"""A whole GAN in a folder: networks, average, optimizers, settings."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.config import Recipe

if TYPE_CHECKING:
    from tfgan_zoo.gan.model import GAN

SETTINGS_NAME = "gan.json"
_STATE = "state"


def save(gan: GAN, folder: Path, *, overwrite: bool) -> None:
    """Writes a compiled GAN; the folder appears when it is whole.

    Raises:
        FileExistsError: it exists and `overwrite` is False, or holds something
            that is no saved GAN.
        ValueError: `gan` is not compiled.
    """
    if not hasattr(gan, "training"):
        raise ValueError(
            "A GAN must be compiled before it is saved. Received: one that is "
            "not."
        )
    if overwrite and folder.exists() and not (folder / SETTINGS_NAME).is_file():
        raise FileExistsError(
            f"Only a saved GAN may be overwritten. Received: {folder}."
        )
    settings = {
        "kind": type(gan).__name__,
        "model": type(gan).__module__.rpartition(".")[2],
        "image_shape": gan.image_shape,
        "num_classes": gan.num_classes,
        "seed": gan.seed,
        "recipe": dataclasses.asdict(gan.recipe),
        "own_objects": gan.own_objects,
    }
    with files.new_folder(folder, overwrite=overwrite) as partial:
        state = tf.train.Checkpoint(**gan.training_state())
        state.write(str(partial / _STATE))
        files.write_text(
            partial / SETTINGS_NAME, json.dumps(settings, indent=2) + "\n"
        )


def restore(gan: GAN, folder: Path) -> None:
    """Restores what `save` wrote into a compiled GAN of the same networks.

    Raises:
        FileNotFoundError: `folder` holds no saved GAN.
        ValueError: its networks or optimizers are others.
    """
    read_settings(folder)
    try:
        state = tf.train.Checkpoint(**gan.training_state())
        state.read(str(folder / _STATE)).assert_consumed()
    except (AssertionError, ValueError, tf.errors.OpError) as error:
        raise ValueError(
            "A GAN must have the networks and optimizers that were saved. "
            f"Received: {folder} ({' '.join(str(error).split())[:200]})."
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
        settings = json.loads(path.read_text(encoding="utf-8"))
        return {**settings, "recipe": Recipe(**settings["recipe"])}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"A saved GAN's {SETTINGS_NAME} must be readable. "
            f"Received: {path} ({error})."
        ) from None
