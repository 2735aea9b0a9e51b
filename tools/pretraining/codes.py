"""What the codes of an InfoGAN that ships have come to mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tfgan_zoo import images
from tfgan_zoo.evaluation import features
from tfgan_zoo.models.infogan import CATEGORIES, CODES, VALUES
from tfgan_zoo.pretrained.generator import Generator

PICTURE = "codes.png"
_EACH, _COLUMNS = 500, 9
# Shares below it are not said.
_RARE = 0.03


def meanings(generator: Generator, network_name: str) -> list[str]:
    """Returns what each category of the code generates, a line each.

    Args:
        generator: an InfoGAN.
        network_name: of the classifier that says what is generated.
    """
    network = features.get(network_name)
    lines = []
    for category in range(CATEGORIES):
        latents = generator.latents(np.arange(_EACH))
        latents[:, -CODES:-VALUES] = np.eye(CATEGORIES)[category]
        generated = images.to_uint8(generator(latents)).numpy()
        logits = network(generated).logits
        assert logits is not None  # networks that ship are classifiers
        found = np.bincount(logits.argmax(axis=1)) / _EACH
        shown = [label for label in np.argsort(-found) if found[label] > _RARE]
        listed = ", ".join(
            f"{100 * found[label]:.0f} % {generator.spec.class_names[label]}"
            for label in shown
        )
        lines.append(f"Category {category}: {listed}.")
    return lines


def write_picture(generator: Generator, path: Path) -> None:
    """Writes a row a category: the first value from -1 to 1, the second."""
    walk = np.linspace(-1.0, 1.0, _COLUMNS)
    rows = []
    for category in range(CATEGORIES):
        for value in range(VALUES):
            latents = np.repeat(generator.latents(0), _COLUMNS, axis=0)
            latents[:, -CODES:-VALUES] = np.eye(CATEGORIES)[category]
            latents[:, -VALUES + value] = walk
            rows.append(images.to_uint8(generator(latents)).numpy())
    grid = images.grid(np.concatenate(rows), columns=VALUES * _COLUMNS)
    images.write_png(path, grid)
