"""The discriminators of generators that are good to start from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

_COLOURS = 3


def is_start(card: dict[str, Any]) -> bool:
    """Whether trainings on images of one's own may begin with a generator.

    These are in colour, as grey digits and clothes have little in common with
    other images.
    """
    shape = card["image_shape"]
    return len(shape) == _COLOURS and shape[-1] == _COLOURS


def add(run: Path, folder: Path) -> dict[str, Any]:
    """Writes the discriminators of a run beside its generator, as float16.

    Args:
        run: folder of the training.
        folder: of the generator, an export of the run.

    Returns:
        What the card says of the file.

    Raises:
        ValueError: the generator is not that of the run's checkpoint.
    """
    from tfgan_zoo import files
    from tfgan_zoo.pretrained import discriminators, load_start
    from tfgan_zoo.training.run_folder import RunFolder

    config = RunFolder(run).read_config()
    checkpoint = "best" if config.evaluate_every else "newest"
    trained = load_start(str(run), checkpoint=checkpoint).weights.networks
    shipped = load_start(str(folder)).weights.networks["ema_generator"]
    for name, value in trained["ema_generator"].items():
        # Trained weights are rounded as they are exported.
        if not np.array_equal(value.astype(np.float16), shipped[name]):
            raise ValueError(
                "A discriminator must be of the run whose generator ships. "
                f"Received: {run} for {folder}, which differ in {name}."
            )
    path = discriminators.write(
        folder,
        {
            name: values
            for name, values in trained.items()
            if "discriminator" in name
        },
    )
    return {
        "file": path.name,
        "bytes": path.stat().st_size,
        "sha256": files.sha256(path),
    }


def add_to_shipped(run: Path, folder: Path) -> None:
    """Does as `add` for a generator that ships, and writes its card anew."""
    from tfgan_zoo.pretrained.sources import CARD_NAME
    from tools.pretraining import writing

    card = json.loads((folder / CARD_NAME).read_text("utf-8"))
    card["discriminator"] = add(run, folder)
    writing.write(folder, card)
