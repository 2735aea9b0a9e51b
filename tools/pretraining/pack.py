"""From a run folder to a generator that ships: export, scores, card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo.pretrained import sources
from tools.pretraining import (
    about,
    discriminators,
    exporting,
    imagenet,
    scoring,
    writing,
)


def pack(run: Path, name: str, hardware: str, *, replace: bool = False) -> Path:
    """Writes the folder of a generator that ships.

    Args:
        run: folder of its training.
        name: of the generator.
        hardware: that it ran on.
        replace: see `choose_version`.

    Returns:
        The folder.
    """
    from tfgan_zoo import files

    packed = run / "packed"
    with files.new_folder(packed, overwrite=True) as folder:
        config = exporting.export_best(run, folder)
        version, shipped = choose_version(name, folder, replace=replace)
        training = {
            "command": command(name, config["dataset"]),
            "steps": config["step"],
            "of_steps": config["steps"],
            "best_by": (
                config["evaluate_metric"] if config["evaluate_every"] else ""
            ),
            "seed": config["seed"],
            "minutes": round(training_seconds(run, config) / 60.0, 1),
            "hardware": hardware,
        }
        evaluation, more = scoring.score(run, folder, config)
        more["failures"] += config["refused"]
        card = {
            "name": name,
            "version": version,
            **writing.make_card(name, folder, config, evaluation, training),
        }
        imagenet.add_scores(card, folder)
        if discriminators.is_start(card):
            card["discriminator"] = discriminators.add(run, folder)
        writing.write(folder, {**card, **more})
    with files.new_folder(shipped, overwrite=True) as folder:
        shutil.copytree(packed, folder, dirs_exist_ok=True)
    return shipped


def choose_version(
    name: str, folder: Path, *, replace: bool = False
) -> tuple[int, Path]:
    """Returns which version an export becomes, and the folder of that.

    An export with the weights of the newest version takes its place, others
    become the next version, as released versions keep their weights.

    Args:
        name: of the generator.
        folder: of the export.
        replace: whether other weights take the place of the newest version's
            too, which must not have been released.
    """
    shipped = sources.versions(name)
    if not shipped:
        return 1, sources.GENERATORS / name
    newest = max(shipped)
    if replace or _have_same_weights(shipped[newest], folder):
        return newest, shipped[newest]
    return newest + 1, sources.GENERATORS / f"{name}-v{newest + 1}"


def _have_same_weights(*exports: Path) -> bool:
    from tfgan_zoo.pretrained import load_start

    first, second = (
        load_start(str(export)).weights.networks["ema_generator"]
        for export in exports
    )
    return first.keys() == second.keys() and all(
        np.array_equal(value, second[name]) for name, value in first.items()
    )


def command(name: str, dataset: str) -> str:
    """Returns the line that trains a generator again."""
    line = f"python tools/pretrain.py --names={name}"
    if about.describe(dataset)["is_folder"]:
        folders = "/ and ".join(about.list_folders(dataset))
        line += f" --image_folders=DIR  # which holds {folders}/"
    return line


def training_seconds(run: Path, config: dict[str, Any]) -> float:
    """Returns how long all steps of a training took.

    Args:
        run: its folder.
        config: its settings, by name.
    """
    lines = (run / "metrics.jsonl").read_text("utf-8").splitlines()
    images = config["batch_size"]
    total, last = 0.0, 0
    for record in map(json.loads, lines):
        if "images_per_second" in record:
            steps = record["step"] - last
            total += steps * images / record["images_per_second"]
            last = record["step"]
    return total
