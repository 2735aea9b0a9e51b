"""Samples of a training at given seconds; drawing them takes none."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np

from benchmarks.peers.quality import RECIPES

COUNT = 5000
BATCH = 500


class Snapshots:
    """Writes samples whenever a time has come.

    Args:
        folder: gets `SECONDS.npy`, uint8 [5000, H, W, C] each.
        marks: seconds, ascending; the training may end after the last.
        started: `time.time()` when its command began.
    """

    def __init__(
        self, folder: Path, marks: list[float], started: float
    ) -> None:
        self._folder, self._marks = folder, list(marks)
        self._started = started

    def take_if_due(self, draw: Callable[[], np.ndarray]) -> bool:
        """Returns whether the training goes on.

        Args:
            draw: returns samples, uint8 [500, H, W, C].
        """
        now = time.time()
        if self._marks and now - self._started >= self._marks[0]:
            seconds = now - self._started
            while self._marks and self._marks[0] <= seconds:
                self._marks.pop(0)
            rows = [draw() for _ in range(COUNT // BATCH)]
            np.save(self._folder / f"{seconds:.2f}.npy", np.concatenate(rows))
            self._started += time.time() - now
        return bool(self._marks)


def to_pixels(images: np.ndarray) -> np.ndarray:
    """Maps [-1, 1] to uint8."""
    return np.clip(np.round(images * 127.5 + 127.5), 0, 255).astype(np.uint8)


def train(make: Callable[..., Any]) -> None:
    """Trains until the last mark, by the arguments of time_to_quality.py.

    Args:
        make: (recipe, seed, images uint8 [N, H, W, C]) -> a training with the
            methods `step` and `draw`, which `take_if_due` calls.
    """
    recipe, seed, folder, started, *marks = sys.argv[1:]
    images = np.load(Path(folder) / "images.npy")
    training = make(RECIPES[recipe], int(seed), images)
    due = [float(mark) for mark in marks]
    snapshots = Snapshots(Path(folder), due, float(started))
    while snapshots.take_if_due(training.draw):
        training.step()
