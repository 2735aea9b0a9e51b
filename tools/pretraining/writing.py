"""Writes the card of a generator that ships, its page and its hashes."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from tfgan_zoo.export.file_names import CARD_NAME, SAVED_MODEL_NAME
from tfgan_zoo.export.metadata import read_metadata
from tools.pretraining import about, palettes, scoring, speeds, weakness

_TABLE_PAGE = Path(__file__).resolve().parents[2] / "docs" / "generators.md"
_TABLE = re.compile(
    r"(<!-- generators: .*? -->\n).*?(<!-- /generators -->)", re.DOTALL
)


def make_card(
    name: str,
    folder: Path,
    config: dict[str, Any],
    evaluation: dict[str, Any],
    training: dict[str, Any],
) -> dict[str, Any]:
    """Returns a card.

    Args:
        name: of the generator.
        folder: its export, with a report of it.
        config: of its training.
        evaluation: what `tfgan-evaluate` wrote of it.
        training: what the card says of that.
    """
    model = json.loads((folder / "model.json").read_text("utf-8"))
    report = json.loads((folder / "export_report.json").read_text("utf-8"))
    metadata = read_metadata(folder / SAVED_MODEL_NAME)
    times = {
        one["file"]: one["measured"]["milliseconds_per_image"]["1 thread"]
        for one in report["files"]
    }
    card = {
        "picture": scoring.PICTURE,
        "architecture": config["model"],
        "paper": metadata.recipe["paper"],
        "licence": about.LICENCE,
        "image_shape": model["image_shape"],
        "num_classes": model["num_classes"],
        "class_names": model["class_names"],
        "task": model["task"],
        "inputs": model["inputs"],
        **({"source": model["source"]} if model["source"] else {}),
        "parameters": _parameters(folder),
        "training": training,
        "files": [
            {
                "file": one["file"],
                "variant": one["variant"],
                "bytes": one["bytes"],
                "sha256": one["sha256"],
                "milliseconds": times[one["file"]],
            }
            for one in model["files"]
        ],
        "runtime": report["files"][0]["measured"]["runtime"],
        "timed_on": f"{training['hardware']}, beside other work",
        "protocol": {
            **evaluation["protocol"],
            "model": name,
            # Without the folder that it is in.
            "dataset": about.held_out(config["dataset"]),
        },
        "scores": evaluation["scores"],
        "class_shares": evaluation["class_shares"],
    }
    return {"name": name, **about.words(card, config["dataset"]), **card}


def write(folder: Path, card: dict[str, Any]) -> None:
    """Writes a card, what is weak about it, its page, and its hashes."""
    from tfgan_zoo import files
    from tfgan_zoo.export import checksums
    from tfgan_zoo.pretrained import cards, pages, sources

    others = [cards.read(name) for name in sources.names()]
    card["weakness"] = weakness.sentence(card, others)
    files.write_text(folder / CARD_NAME, json.dumps(card, indent=1) + "\n")
    files.write_text(folder / "README.md", pages.page(card))
    palettes.shrink(folder)
    checksums.write(folder)


def _parameters(folder: Path) -> int:
    import tensorflow as tf

    reader = tf.train.load_checkpoint(
        str(folder / SAVED_MODEL_NAME / "variables" / "variables")
    )
    shapes = reader.get_variable_to_shape_map()
    return sum(
        math.prod(shape)
        for name, shape in shapes.items()
        if name.startswith("generator_variables")
    )


def write_speeds(folder: Path, hardware: str) -> None:
    """Measures the files' speeds anew, for the card and its page."""
    card = json.loads((folder / CARD_NAME).read_text("utf-8"))
    for file, speed in zip(card["files"], speeds.measured(folder, card)):
        file["milliseconds"] = speed
    card["timed_on"] = hardware
    write(folder, card)


def write_page(folder: Path) -> None:
    """Writes a card's words and its page anew, and the list of hashes.

    A card of before there were versions becomes one of version 1.
    """
    card = json.loads((folder / CARD_NAME).read_text("utf-8"))
    recipe = json.loads((folder / "recipe.json").read_text("utf-8"))
    card = {"name": card["name"], "version": 1, **card}
    card |= about.words(card, recipe["dataset"])
    write(folder, card)


def write_table() -> None:
    """Writes the scores of all generators that ship into docs/generators.md."""
    from tfgan_zoo import files
    from tfgan_zoo.pretrained import cards, sources

    table = cards.table([cards.read(name) for name in sources.names()])
    text = _TABLE_PAGE.read_text("utf-8")
    files.write_text(_TABLE_PAGE, _TABLE.sub(rf"\1{table}\2", text))
