"""Memory and speed of a training as the work grows.

    python benchmarks/growth.py --output=growth.json

A DCGAN, where one thing at a time grows: images in the packed file, their size,
the width and with it the parameters, the batch, the replicas (of one processor,
so their speed says what they cost, not what they gain); and a training of 2,000
steps. Each in a process of its own. The memory is what the process holds, after
a tenth of the steps and at the end. A second table has the exponents: with
exponent 1, twice as much takes twice the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import measuring
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_OUTPUT = flags.DEFINE_string("output", "growth.json", "All figures.")
_STEPS = flags.DEFINE_integer("steps", 100, "Of each training.", 20)
_LONG = flags.DEFINE_integer("long", 2000, "Steps of the last one.", 20)
_GROWING = flags.DEFINE_list("growing", None, "What; by default everything.")
_ONE = flags.DEFINE_string("one", None, "Used by itself: one row, as JSON.")

_BASE = {
    "examples": 10_000,
    "image_size": 28,
    "width": 16,
    "batch_size": 64,
    "replicas": 1,
}
_GROWS: dict[str, tuple[int, ...]] = {
    "examples": (1_000, 10_000, 100_000, 1_000_000),
    "image_size": (28, 32, 64, 128),
    "width": (8, 16, 32, 64),
    "batch_size": (16, 64, 256),
    "replicas": (1, 2, 4),
}
_PARTS = 10


def _rows() -> list[dict[str, Any]]:
    rows = [
        {**_BASE, name: value, "steps": _STEPS.value, "growing": name}
        for name, values in _GROWS.items()
        if _GROWING.value is None or name in _GROWING.value
        for value in values
    ]
    return [*rows, {**_BASE, "steps": _LONG.value, "growing": "steps"}]


def _measured(row: dict[str, Any]) -> dict[str, Any]:
    """Trains; returns the row with speed and memory."""
    import_tensorflow()
    import tensorflow as tf

    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0],
        [tf.config.LogicalDeviceConfiguration()] * row["replicas"],
    )
    from tfgan_zoo import data, strategies
    from tfgan_zoo.config import TrainConfig
    from tfgan_zoo.data.store import FileRows, record_type
    from tfgan_zoo.training import building

    spec = data.DatasetSpec("noise", row["image_size"], row["image_size"], 1)
    record = record_type(spec)
    config = building.resolve(
        TrainConfig(width=row["width"], batch_size=row["batch_size"]), spec
    )
    gan = building.build(config, spec, strategies.get())
    with tempfile.TemporaryFile() as file:
        # Of zeros, which take no room on the disk.
        file.truncate(row["examples"] * record.itemsize)
        rows = FileRows(file, record, count=row["examples"])
        batches = data.batches(
            data.Examples(spec, rows), batch_size=row["batch_size"], seed=0
        )
        part = row["steps"] // _PARTS
        memory, speeds = [], []
        for _ in range(_PARTS):
            seconds = measuring.seconds_of_fit(gan, batches, part)
            speeds.append(part * row["batch_size"] / seconds)
            memory.append(measuring.resident_bytes() >> 20)
    networks = gan.generator, gan.discriminator
    variables = [v for one in networks for v in one.trainable_variables]
    return {
        **row,
        "parameters": sum(int(v.shape.num_elements()) for v in variables),
        "images_per_second": sorted(speeds[1:])[len(speeds) // 2],
        "first_mb": memory[0],
        "last_mb": memory[-1],
    }


def _table(results: list[dict[str, Any]]) -> str:
    lines = [
        "| images | pixels | parameters | batch | replicas | steps | "
        "images/s | MB after a tenth | MB at the end |",
        f"|{' --- |' * 9}",
    ]
    names = ["examples", "image_size", "parameters", "batch_size", "replicas"]
    names += ["steps", "images_per_second", "first_mb", "last_mb"]
    for one in results:
        cells = [f"{one[name]:,.0f}" for name in names]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


# What grows, as a number to which time may be proportional.
_QUANTITIES = {
    "examples": ("images", lambda row: row["examples"]),
    "image_size": ("pixels of an image", lambda row: row["image_size"] ** 2),
    "width": ("parameters", lambda row: row["parameters"]),
    "batch_size": ("batch", lambda row: row["batch_size"]),
    "replicas": ("replicas", lambda row: row["replicas"]),
}


def _exponents(results: list[dict[str, Any]]) -> str:
    lines = [
        "| growing | from | to | exponent of a step's time | at the end | "
        "exponent of the memory | at the end |",
        f"|{' --- |' * 7}",
    ]
    for growing, (name, quantity) in _QUANTITIES.items():
        rows = [one for one in results if one["growing"] == growing]
        if not rows:
            continue
        sizes = [quantity(row) for row in rows]
        times = [row["batch_size"] / row["images_per_second"] for row in rows]
        cells = [name, f"{sizes[0]:,}", f"{sizes[-1]:,}"]
        for costs in (times, [row["last_mb"] for row in rows]):
            cells.append(_exponent(sizes, costs))
            cells.append(_exponent(sizes[-2:], costs[-2:]))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _exponent(sizes: list[int], costs: list[float]) -> str:
    """Returns the slope of the line nearest to the logarithms."""
    slope = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
    return f"{round(slope, 2) + 0.0:.2f}"  # no -0.00


def main(argv: list[str]) -> None:
    """Measures each row in a process of its own, prints and writes."""
    if _ONE.value:
        print(json.dumps(_measured(json.loads(_ONE.value))))
        return
    results = []
    for row in _rows():
        finished = subprocess.run(
            [sys.executable, argv[0], f"--one={json.dumps(row)}"],
            capture_output=True,
            text=True,
            check=True,
        )
        results.append(json.loads(finished.stdout))
        Path(_OUTPUT.value).write_text(json.dumps(results, indent=1))
    print(_table(results))
    print()
    print(_exponents(results))


if __name__ == "__main__":
    app.run(main)
