"""Discriminators beside exports, for trainings that start from these."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import array_files, files
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
    arrays = array_files.read(
        path,
        rule="A discriminator to start from must be a file of arrays",
        most_bytes=_MOST_BYTES,
    )
    networks: dict[str, dict[str, np.ndarray]] = {}
    for key, value in arrays.items():
        network, _, name = key.partition("/")
        networks.setdefault(network, {})[name] = value.astype(np.float32)
    return networks
