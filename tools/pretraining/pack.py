"""From a run folder to a generator that ships: export, scores, card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tfgan_zoo.pretrained.sources import GENERATORS
from tools.pretraining import exporting, scoring, writing
from tools.pretraining.about import DATA


def pack(run: Path, name: str, hardware: str) -> Path:
    """Writes the folder of a generator that ships.

    Args:
        run: folder of its training.
        name: of the generator.
        hardware: that it ran on.

    Returns:
        The folder.
    """
    from tfgan_zoo import files

    packed = run / "packed"
    with files.new_folder(packed, overwrite=True) as folder:
        config = exporting.exported(run, folder)
        training = {
            "command": _command(name, config["dataset"]),
            "steps": config["step"],
            "of_steps": config["steps"],
            "best_by": "frechet_distance" if config["evaluate_every"] else "",
            "seed": config["seed"],
            "minutes": round(_seconds(run, config) / 60.0, 1),
            "hardware": hardware,
        }
        evaluation, found = scoring.looked_at(run, folder, config)
        found["failures"] += config["refused"]
        card = writing.make_card(name, folder, config, evaluation, training)
        writing.write(folder, {**card, **found})
    shipped = GENERATORS / name
    with files.new_folder(shipped, overwrite=True) as folder:
        shutil.copytree(packed, folder, dirs_exist_ok=True)
    return shipped


def _command(name: str, dataset: str) -> str:
    command = f"python tools/pretrain.py --names={name}"
    if DATA[dataset]["is_folder"]:
        command += f" --image_folders=DIR  # which holds {dataset}/"
    return command


def _seconds(run: Path, config: dict[str, Any]) -> float:
    """Returns how long all steps of a training took."""
    lines = (run / "metrics.jsonl").read_text("utf-8").splitlines()
    images = config["batch_size"]
    total, last = 0.0, 0
    for record in map(json.loads, lines):
        if "images_per_second" in record:
            steps = record["step"] - last
            total += steps * images / record["images_per_second"]
            last = record["step"]
    return total
