"""A generator as a web page: one folder that any server of files can serve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import file_systems, files, json_files
from tfgan_zoo.export import (
    examples,
    first_version,
    manifest,
    page_entries,
    proof,
    titles,
)
from tfgan_zoo.export.file_names import CARD_NAME
from tfgan_zoo.export.metadata import suggest_export
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.inputs import CUSTOM, IMAGE, LATENTS, InputSpec

PAGE = Path(__file__).parent / "page"
# By what a phone has to fetch, for the images that it then sees.
_PREFERRED = (
    *("float16", "float32", "int8", "dynamic"),
    *("uint8", "int8_uint8"),
)
_DIRECTIONS = 4
# Ten for each of the latents' values that a line is fitted to.
_SAMPLES_A_LATENT, _FEWEST_SAMPLES = 10, 256


def write(export: Path, output_dir: Path, *, overwrite: bool = False) -> Path:
    """Writes the page of an export.

    Args:
        export: its folder.
        output_dir: a new folder; nothing of it is there before all is well.
        overwrite: whether it may take the place of another page.

    Returns:
        `output_dir`.

    Raises:
        FileNotFoundError: `export` is no export.
        FileExistsError: `output_dir` exists and `overwrite` is False, or it
            holds something that is no page.
        ValueError: the export makes no images, or of latents that a page does
            not know; it has no TFLite file that makes one image a call; or its
            card or its examples are damaged.
    """
    model = read_model(export)
    if overwrite:
        require_page(output_dir, manifest.NAME)
    _require_images(export, model)
    file = preferred_file(export, model)
    content = {**model, **_titles(export, model), "files": [file]}
    del content["dataset"]  # which may be a path, and a page is published
    first = model["inputs"][0]
    if first["kind"] == LATENTS:
        content["unnamed_directions"] = directions(Sampler(export))
    with files.new_folder(output_dir, overwrite=overwrite) as partial:
        file_systems.copy_folder(PAGE, partial)
        manifest.copy_file(export, file, partial)
        page_entries.copy_encoder(export, content, partial)
        if first["kind"] == IMAGE:
            content["examples"] = examples.copy(export, partial, first)
        files.write_text(partial / manifest.NAME, json.dumps(content) + "\n")
    return output_dir


def _titles(export: Path, model: dict[str, Any]) -> dict[str, str]:
    path = export / CARD_NAME
    card = json_files.read_object(path, CARD_NAME) if path.is_file() else None
    return titles.describe(model, card)


def read_model(export: Path) -> dict[str, Any]:
    """Returns an export's `model.json`.

    Raises:
        FileNotFoundError: it has none.
        ValueError: it cannot be read.
    """
    path = export / manifest.NAME
    if not path.is_file():
        raise FileNotFoundError(
            "A page is made of a folder that tfgan-export wrote"
            f"{suggest_export(export)}. "
            f"Received: {export}, without {manifest.NAME}."
        )
    content = json_files.read_object(path, manifest.NAME)
    model = first_version.upgrade_model(content)
    manifest.require_sound(model, path)
    page_entries.require_sound(model, path)
    return model


def copy_page(folder: Path) -> None:
    """Copies the page, as `page.html`, and all modules that it runs on.

    It shows the generator of the folder `generators` that its address names,
    as `page.html?generator=NAME`.
    """
    file_systems.copy_folder(PAGE, folder)
    (folder / "index.html").rename(folder / "page.html")


def require_page(folder: Path, content: str) -> None:
    """Refuses to overwrite a folder that holds something else than a page.

    Args:
        folder: to be overwritten.
        content: the file beside `index.html` that such a page has.

    Raises:
        FileExistsError: it holds something that is no page.
    """
    if folder.is_dir() and any(folder.iterdir()):
        is_page = all(
            (folder / name).is_file() for name in ("index.html", content)
        )
        if not is_page:
            raise FileExistsError(
                "Only a page or an empty folder may be overwritten. "
                f"Received: {folder}."
            )


def _require_images(export: Path, model: dict[str, Any]) -> None:
    if len(model["image_shape"]) != 3:
        raise ValueError(
            "A page is for generators of images. "
            f"Received: {export}, of {model['architecture']}, which makes "
            "points."
        )
    parts = model["inputs"][0].get("parts", [])
    if any(part["distribution"] == CUSTOM for part in parts):
        raise ValueError(
            "A page draws latents that are normal, truncated or uniform. "
            f"Received: {export}, whose latents are of a function of its own."
        )


def preferred_file(export: Path, model: dict[str, Any]) -> dict[str, Any]:
    """Returns the best file for a page, as `model.json` describes it.

    Raises:
        ValueError: there is none that makes one image a call.
    """
    by_name = {
        file["variant"]: file
        for file in model["files"]
        if file["inputs"][model["inputs"][0]["name"]]["shape"][0] == 1
    }
    for name in _PREFERRED:
        if name in by_name:
            return by_name[name]
    raise ValueError(
        "A page needs a TFLite file that makes one image a call, of "
        f"--tflite_batch_size=1. Received: {export}."
    )


def directions(sampler: Sampler) -> list[dict[str, Any]]:
    """Returns directions in which latents change images most.

    Latents that end in codes, uniform ones behind noise, have those as their
    directions. Of others a linear map from latents to images is fitted by least
    squares; they are its largest singular vectors.

    Args:
        sampler: of the model.

    Returns:
        The name and the values of each, a unit vector [Z].
    """
    codes = _code_count(sampler.latents_spec)
    if codes:
        rows = np.eye(sampler.latents_spec.size)[-codes:]
        kind = "code"
    else:
        rows = _steepest(sampler)
        kind = "direction"
    return [
        {
            "name": f"{kind} {number}",
            "values": [round(float(value), 6) for value in row],
        }
        for number, row in enumerate(rows, 1)
    ]


def _code_count(spec: InputSpec) -> int:
    """Returns how many uniform values follow other parts of latents."""
    is_code = len(spec.parts) > 1 and spec.parts[-1].distribution == "uniform"
    return spec.parts[-1].size if is_code else 0


def _steepest(sampler: Sampler) -> np.ndarray:
    size = sampler.latents_spec.size
    count = max(_SAMPLES_A_LATENT * size, _FEWEST_SAMPLES)
    latents = sampler.latents(sampler.normals(np.arange(count)))
    labels = None
    rows = {"latents": latents}
    if sampler.num_classes:
        labels = np.arange(count, dtype=np.int32) % sampler.num_classes
        rows["labels"] = labels
    images = proof.run_in_batches(
        lambda **batch: {
            "images": sampler.generate(batch["latents"], batch.get("labels"))
        },
        rows,
    ).reshape(count, -1)
    for label in range(max(sampler.num_classes, 1)):
        rows_of_class = slice(None) if labels is None else labels == label
        images[rows_of_class] -= images[rows_of_class].mean(axis=0)
    slopes = np.linalg.lstsq(latents, images, rcond=None)[0]
    vectors, _, _ = np.linalg.svd(slopes, full_matrices=False)
    return _facing_up(vectors.T[:_DIRECTIONS], slopes)


def _facing_up(vectors: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Turns each vector so that images get brighter along it."""
    brighter = (vectors @ slopes).sum(axis=1)
    return vectors * np.where(brighter < 0.0, -1.0, 1.0)[:, np.newaxis]
