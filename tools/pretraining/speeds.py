"""Measures anew how long the files of a generator that ships take.

A training beside it, or another program, makes all of them slower, so that it
is the best of some rounds that a card has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tfgan_zoo.export import proof

_ROUNDS = 5


def measured(folder: Path, card: dict[str, Any]) -> list[float]:
    """Returns the milliseconds an image of each file of a card, one thread."""
    paths = [folder / one["file"] for one in card["files"]]
    rounds = [
        [one["milliseconds_per_image"]["1 thread"] for one in found]
        for found in (proof.measure_timings(paths) for _ in range(_ROUNDS))
    ]
    return [min(times) for times in zip(*rounds)]
