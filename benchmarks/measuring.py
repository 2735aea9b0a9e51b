"""What the benchmarks of speed measure alike."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Returns what the speeds were measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    """Linux names the model; `platform` only the family, if that."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line for line in lines if line.startswith("model name")]
    return names[0].split(":")[1].strip() if names else platform.processor()


def resident_bytes() -> int:
    """Returns what this process holds now; 0 where the system does not tell."""
    path = Path("/proc/self/statm")
    if not path.exists():
        return 0
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def seconds_of_fit(model: Any, batches: Any, steps: int) -> float:
    """Returns the seconds that so many steps of a Keras `fit` take.

    Not until it returns: its iterators may wait for TensorFlow then.
    """
    from tfgan_zoo.backend import keras

    ends: list[float] = []

    def note(_: object) -> None:
        ends.append(time.perf_counter())

    model.fit(
        batches,
        steps_per_epoch=steps,
        callbacks=[
            keras.callbacks.LambdaCallback(
                on_train_begin=note, on_train_end=note
            )
        ],
        verbose=0,
    )
    start, end = ends
    return end - start
