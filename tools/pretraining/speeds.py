"""Measures anew how long the files of a generator that ships take.

A training beside it, or another program, makes all of them slower, so that it
is the best of some rounds that a card has.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tfgan_zoo.export import proof

_ROUNDS = 5


def measured(folder: Path, card: dict[str, Any]) -> list[float]:
    """Returns the milliseconds an image of each file of a card, one thread."""
    paths = [str(folder / one["file"]) for one in card["files"]]
    text = proof.TIMING.read_text("utf-8")
    rounds = []
    for _ in range(_ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", text, *paths],
            capture_output=True,
            text=True,
            check=True,
        )
        found = [
            json.loads(line)["milliseconds_per_image"]["1 thread"]
            for line in done.stdout.splitlines()
            if line.startswith("{")
        ]
        rounds.append(found)
    return [min(times) for times in zip(*rounds)]
