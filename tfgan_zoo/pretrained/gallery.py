"""All generators that ship as one web page, for any server of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tfgan_zoo import file_systems, files
from tfgan_zoo.export import examples, manifest, page_entries, titles, web
from tfgan_zoo.inputs import ENLARGE, IMAGE
from tfgan_zoo.pretrained import cards, sources

_PAGE = Path(__file__).parent / "page"
_INDEX = "gallery.json"
_FOLDER = "generators"


def write(output_dir: Path, *, overwrite: bool = False) -> Path:
    """Writes the gallery: live pictures, and the cards' numbers in a table.

    Args:
        output_dir: a new folder.
        overwrite: whether it may take the place of another gallery.

    Returns:
        `output_dir`.

    Raises:
        FileExistsError: `output_dir` exists and `overwrite` is False, or it
            holds something that is no gallery.
    """
    if overwrite:
        web.require_page(output_dir, _INDEX)
    with files.new_folder(output_dir, overwrite=overwrite) as partial:
        web.copy_page(partial)
        file_systems.copy_folder(_PAGE, partial)
        models = {
            name: _copy(name, partial / _FOLDER / name)
            for name in ordered_names()
        }
        entries = [_entry(name, models) for name in models]
        files.write_text(partial / _INDEX, json.dumps(entries) + "\n")
    return output_dir


def ordered_names() -> list[str]:
    """Returns the generators that ship, those most people like first.

    Those of drawings and other images, those in colour, the large ones, and of
    equal ones those near to their data.
    """
    return sorted(sources.names(), key=_place)


def _place(name: str) -> tuple[float, ...]:
    card = cards.read(name)
    height, width, channels = card["image_shape"]
    is_sampled = cards.samples_seeds(card)
    return (is_sampled, -channels, -height * width, _distance(name))


def _copy(name: str, target: Path) -> dict[str, Any]:
    """Copies what the page fetches of a generator.

    Returns:
        Its `model.json`, with the one file that is there.
    """
    source = sources.folder(name)
    model = web.read_model(source)
    model |= titles.describe(model, cards.read(name))
    model["files"] = [web.preferred_file(source, model)]
    target.mkdir(parents=True)
    if model["inputs"][0]["kind"] == IMAGE:
        model["examples"] = examples.copy(source, target, model["inputs"][0])
    manifest.copy_file(source, model["files"][0], target)
    page_entries.copy_encoder(source, model, target)
    files.write_text(target / manifest.NAME, json.dumps(model) + "\n")
    return model


def _entry(name: str, models: dict[str, dict[str, Any]]) -> dict[str, Any]:
    card = cards.read(name)
    (file,) = models[name]["files"]
    speeds = {each["file"]: each["milliseconds"] for each in card["files"]}
    return {
        "name": name,
        "makes": cards.first_line(card).replace("`", ""),
        "architecture": card["architecture"],
        "paper": card["paper"],
        "data": card["data"]["name"],
        "class_names": card["class_names"] if card["num_classes"] else [],
        "parameters": card["parameters"],
        "bytes": file["bytes"],
        "milliseconds": speeds[file["file"]],
        "minutes": card["training"]["minutes"],
        "hardware": card["training"]["hardware"],
        "feature_network": card["protocol"]["features"]["name"],
        "scores": card["scores"],
        "by_imagenet": cards.kernel_distance_by_imagenet(card),
        "failures": card["failures"],
        "takes": models[name]["inputs"][0]["kind"],
        "source": _source(models[name], models),
    }


def _source(
    model: dict[str, Any], models: dict[str, dict[str, Any]]
) -> str | None:
    """Returns whose images, shrunk, an upsampler enlarges on the page.

    The best of the generators of its data; None where there is none, and the
    page has an example of its own.
    """
    if model.get("task") != ENLARGE:
        return None
    fitting = [
        name
        for name, other in models.items()
        if cards.samples_seeds(other)
        and all(other[key] == model[key] for key in ("dataset", "image_shape"))
    ]
    return min(fitting, key=_distance, default=None)


def _distance(name: str) -> float:
    return cards.read(name)["scores"]["frechet_distance"]["value"]
