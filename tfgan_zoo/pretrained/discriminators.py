"""Discriminators beside exports, for trainings that start from these."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import files
from tfgan_zoo.export import checksums

NAME = "discriminator.npz"
_MOST_BYTES = 2**29


def write(
    folder: Path, networks: Mapping[str, Mapping[str, np.ndarray]]
) -> Path:
    """Writes discriminators as float16 into the folder of an export.

    The list of hashes is written anew, with the file in it.

    Args:
        folder: of the export.
        networks: the discriminators by name, such as `discriminator`, as
            `TrainedWeights` has them.

    Returns:
        The file.

    Raises:
        ValueError: a weight is beyond what float16 holds.
    """
    arrays: dict[str, Any] = {}
    for network, values in networks.items():
        for name, value in values.items():
            with np.errstate(over="ignore"):
                arrays[f"{network}/{name}"] = value.astype(np.float16)
            if not np.isfinite(arrays[f"{network}/{name}"]).all():
                raise ValueError(
                    "Weights of a discriminator must be finite in float16. "
                    f"Received: {network}/{name}."
                )
    path = folder / NAME
    with files.new_file(path) as partial, open(partial, "wb") as file:
        np.savez_compressed(file, **arrays)
    checksums.write(folder)
    return path


def read(folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """Returns the discriminators beside an export, float32, by name.

    Args:
        folder: of the export, whose list of hashes has been checked.

    Returns:
        Nothing if there are none.

    Raises:
        ValueError: the file is damaged, or holds more than 512 MiB.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    networks: dict[str, dict[str, np.ndarray]] = {}
    try:
        _require_size(path)
        with np.load(path, allow_pickle=False) as arrays:
            for key in arrays.files:
                network, _, name = key.partition("/")
                value = arrays[key].astype(np.float32)
                networks.setdefault(network, {})[name] = value
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(
            "A discriminator to start from must be a file of arrays. "
            f"Received: {path} ({error})."
        ) from None
    return networks


def _require_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _MOST_BYTES:
        raise ValueError(f"{size:,} bytes")
