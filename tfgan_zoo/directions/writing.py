"""Writes directions into an export: for Python, for the page, to look at."""

from __future__ import annotations

import base64
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import files, images, json_files, paths
from tfgan_zoo.directions import file, strips
from tfgan_zoo.directions.edit_example import make_edit_example
from tfgan_zoo.directions.effects import STEPS
from tfgan_zoo.directions.file import Directions
from tfgan_zoo.directions.results import SearchResult
from tfgan_zoo.export import checksums, latent_space
from tfgan_zoo.export.file_names import (
    MANIFEST_NAME,
    SAVED_MODEL_NAME,
)

# The entry of `model.json`.
ENTRY = "directions"


def require_output(
    export: Path, output: Path | None = None, *, overwrite: bool = False
) -> None:
    """Checks that directions of an export can be written, see `write`.

    Raises:
        FileNotFoundError: `export` is no folder of an export.
        ValueError: `output` is in the export.
        FileExistsError: `output` exists and `overwrite` is False, or is no
            export.
        OSError: nothing can be written there.
    """
    if not (export / SAVED_MODEL_NAME).is_dir():
        raise FileNotFoundError(
            "Directions are written into a folder that tfgan-export wrote. "
            f"Received: {export}, without {SAVED_MODEL_NAME}."
        )
    if output is None:
        files.require_new_folder(export, overwrite=True)
        return
    inside, outside = output.resolve(), export.resolve()
    if outside in inside.parents:
        raise ValueError(
            "A copy with directions must be outside the export. "
            f"Received: {output}, in {export}."
        )
    is_there = output.is_dir() and any(output.iterdir())
    if overwrite and is_there and not (output / SAVED_MODEL_NAME).is_dir():
        raise FileExistsError(
            "A folder to overwrite must be an export. "
            f"Received: {output}, without {SAVED_MODEL_NAME}."
        )
    files.require_new_folder(output, overwrite=overwrite)


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
    source = paths.expand(os.fspath(export))
    target = source if output is None else paths.expand(os.fspath(output))
    require_output(
        source, None if output is None else target, overwrite=overwrite
    )
    with files.new_folder(
        target, overwrite=overwrite or output is None
    ) as partial:
        _copy(source, partial)
        _add(result, partial)
        if (source / checksums.NAME).is_file():
            _list(source, partial)
    return target


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
        "independent_of": list(search.independent),
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


def _copy(export: Path, folder: Path) -> None:
    for path in sorted(export.rglob("*")):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ValueError(
                "A file of an export must be a regular file, and no link. "
                f"Received: {path}."
            )
    shutil.copytree(export, folder, dirs_exist_ok=True)


def _add(result: SearchResult, folder: Path) -> None:
    named = Directions(
        [direction.name for direction in result.directions],
        np.stack([direction.vector for direction in result.directions]),
    )
    file.write(folder / file.NAME, named)
    picture = strips.draw(result.trial, result.directions)
    images.write_png(folder / file.PICTURE_NAME, picture)
    path = folder / MANIFEST_NAME
    if path.is_file():
        model = json_files.read_object(path, MANIFEST_NAME)
        model[ENTRY] = to_json(result)
        files.write_text(path, json.dumps(model, indent=1) + "\n")


def _list(export: Path, folder: Path) -> None:
    """Lists what has been added; what had changed before stays known as that.

    A new list of all files would pass off as unchanged what `trust` loaded.
    """
    hashes = checksums.read(export)
    names = [file.NAME, file.PICTURE_NAME]
    manifest = export / MANIFEST_NAME
    if hashes.get(MANIFEST_NAME) == (
        manifest.is_file() and files.sha256(manifest)
    ):
        names.append(MANIFEST_NAME)
    hashes |= {name: files.sha256(folder / name) for name in names}
    checksums.write_hashes(folder, hashes)
