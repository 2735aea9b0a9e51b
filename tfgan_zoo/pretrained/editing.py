"""Directions of a trained generator, and steps along them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo.directions import file
from tfgan_zoo.directions.file import Directions
from tfgan_zoo.export import checksums, latent_space
from tfgan_zoo.inputs import LATENTS, InputSpec
from tfgan_zoo.pretrained import arguments


def read_directions(
    folder: Path, spec: InputSpec, *, trust: bool
) -> Directions:
    """Reads the directions beside an export.

    Args:
        folder: of the export.
        spec: of its generator's first input.
        trust: whether the list of the export's hashes may lack them.

    Raises:
        ValueError: the generator takes images, there are none, the file is
            damaged, or the list of the export's hashes lacks it.
    """
    if spec.kind != LATENTS:
        raise ValueError(
            "Directions are for a generator with random latents; this one "
            f"takes images. Received: {folder.name}."
        )
    path = folder / file.NAME
    if not path.is_file():
        raise ValueError(
            "Directions need a generator whose folder has them; "
            "`tfgan-directions` finds and writes them. "
            f"Received: {folder}, without {file.NAME}."
        )
    if not trust and (folder / checksums.NAME).is_file():
        checksums.check(folder, beside=file.NAME)
    return file.read(path, spec.size)


def sum_offsets(
    directions: Directions,
    steps: Mapping[str, Any],
    count: int,
    spec: InputSpec,
) -> np.ndarray:
    """Returns what steps along directions add to latents.

    Args:
        directions: of the generator.
        steps: in standard deviations, one or [N], by name.
        count: N.
        spec: of the latents.

    Returns:
        float64 [N, Z].

    Raises:
        ValueError: a name is unknown, or a step is neither a finite number
            nor [N] of them.
    """
    offsets = np.zeros([count, spec.size])
    for name, step in steps.items():
        vector = directions[name]
        sizes = arguments.to_floats(step, name, f"[{count}], or one")
        if sizes.shape not in ((), (count,)):
            raise ValueError(
                f"`{name}` must be one step, or [{count}]. "
                f"Received: {list(sizes.shape)}."
            )
        deviation = latent_space.deviation(vector, spec)
        offsets += deviation * np.outer(np.broadcast_to(sizes, count), vector)
    return offsets
