"""Writes directions into an export: for Python, for the page, to look at."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import images
from tfgan_zoo.directions import file, strips
from tfgan_zoo.directions.edit_example import make_edit_example
from tfgan_zoo.directions.effects import STEPS
from tfgan_zoo.directions.file import Directions
from tfgan_zoo.directions.results import SearchResult
from tfgan_zoo.export import additions, latent_space

# The entry of `model.json`.
ENTRY = "directions"
_WHAT = "Directions are"


def require_output(
    export: Path, output: Path | None = None, *, overwrite: bool = False
) -> None:
    """Checks that directions of an export can be written, see `write`.

    Raises:
        ValueError: `output` is in the export.
        OSError: see `additions.require_output`.
    """
    additions.require_output(_WHAT, export, output, overwrite=overwrite)


def write(
    result: SearchResult,
    export: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    overwrite: bool = False,
) -> Path:
    """Writes `directions.npz`, `directions.png` and an entry of `model.json`.

    The folder is written aside and then takes its place, so that an export is
    never without the list of its files' hashes.

    Args:
        result: the directions.
        export: the folder of the generator's export.
        output: a folder for a copy of the export that has the directions;
            None writes into the export itself.
        overwrite: whether `output` may take the place of another export.

    Returns:
        The folder that has them.

    Raises:
        ValueError: there are no directions, a file of the export is a link,
            or `output` is in the export.
        OSError: see `require_output`.
    """
    if not result.directions:
        raise ValueError(
            "There must be a direction to write; a lower `min_correlation` "
            f"keeps more. Received: none, {len(result.left_out)} left out."
        )
    return additions.extend(
        _WHAT,
        export,
        output,
        lambda folder: _add(result, folder),
        overwrite=overwrite,
    )


def to_json(result: SearchResult) -> dict[str, Any]:
    """Returns the entry of `model.json`.

    A step of each direction adds `deviation` times `vector_base64`, float32 in
    little-endian order, to the latents; `test` is an edit to check this by.
    """
    search = result.search
    spec = result.trial.sampler.latents_spec
    return {
        "file": file.NAME,
        "picture": file.PICTURE_NAME,
        "seed": search.seed,
        "samples": search.samples,
        "trials": search.trials,
        "steps": list(STEPS),
        "directions": [
            {
                **direction.to_dict(),
                "deviation": latent_space.deviation(direction.vector, spec),
                "vector_base64": _base64(direction.vector),
            }
            for direction in result.directions
        ],
        "test": make_edit_example(result),
    }


def _base64(vector: np.ndarray) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")


def _add(result: SearchResult, folder: Path) -> list[str]:
    named = Directions(
        [direction.name for direction in result.directions],
        np.stack([direction.vector for direction in result.directions]),
    )
    file.write(folder / file.NAME, named)
    picture = strips.draw(result.trial, result.directions)
    images.write_png(folder / file.PICTURE_NAME, picture)
    additions.set_entry(folder, ENTRY, to_json(result))
    return [file.NAME, file.PICTURE_NAME]
