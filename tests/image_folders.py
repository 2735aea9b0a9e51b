"""Folders of small images for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tfgan_zoo.data import DataRequest, Examples, load_examples


def save(path: Path, grey: int = 0, size: tuple[int, int] = (8, 8)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, grey).save(path)


class Opener:
    """Opens a folder with a cache of its own, and keeps the lines logged."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self.cache = cache
        self.lines: list[str] = []

    def __call__(self, **fields: Any) -> Examples:
        self.lines.clear()
        fields = {"image_size": 4, "cache_dir": str(self.cache), **fields}
        request = DataRequest(str(self.root), **fields)
        return load_examples(request, log=self.lines.append)

    @property
    def packed(self) -> bool:
        return any(line.startswith("Packed") for line in self.lines)


def greys(examples: Examples) -> list[int]:
    images = examples.read(np.arange(len(examples)))["image"]
    assert (images == images[:, :1, :1, :1]).all()
    return images[:, 0, 0, 0].tolist()


def labels(examples: Examples) -> list[int]:
    return examples.read(np.arange(len(examples)))["label"].tolist()


def write_run(folder: Path, *parts: str) -> None:
    """Writes what a run folder is known by, and a grid of samples."""
    save(folder / "samples" / "step_000002.png", 200)
    (folder / "checkpoints").mkdir()
    for name in parts or ("config.json", "dataset.json"):
        (folder / name).write_text('{"model": "dcgan", "dataset": "."}')
