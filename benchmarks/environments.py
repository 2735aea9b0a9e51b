"""The speed of one training in several environments, by turns.

    python benchmarks/environments.py \
        --pythons=.venv-addons/bin/python,.venv/bin/python

Each turn is a process of `benchmarks/training_throughput.py`. Beside images per
second stands the processor's time, which other work on the machine changes
less.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from absl import app, flags

_PYTHONS = flags.DEFINE_list("pythons", [sys.executable], "To compare.")
_TURNS = flags.DEFINE_integer("turns", 5, "Of each.", lower_bound=1)
_STEPS = flags.DEFINE_integer("steps", 100, "Steps a round.", lower_bound=1)
_ROUNDS = flags.DEFINE_integer("rounds", 2, "Of a turn.", lower_bound=2)


def _measure(python: str) -> dict[str, Any]:
    script = Path(__file__).with_name("training_throughput.py")
    command = [python, str(script), f"--steps={_STEPS.value}"]
    finished = subprocess.run(
        [*command, f"--rounds={_ROUNDS.value}"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(finished.stdout.splitlines()[0])


def main(argv: list[str]) -> None:
    """Measures and prints a table."""
    del argv
    results: dict[str, list[dict[str, Any]]] = {p: [] for p in _PYTHONS.value}
    for turn in range(_TURNS.value):
        order = list(results) if turn % 2 == 0 else list(results)[::-1]
        for python in order:
            results[python].append(_measure(python))
    print("| Python | TensorFlow | images a second | processor ms a step |")
    print("| --- | --- | --- | --- |")
    for turns in results.values():
        speed, processor = (
            statistics.median(select(one) for one in turns)
            for select in (
                lambda one: one["images_per_second"]["median"],
                lambda one: one["processor_ms_per_step"],
            )
        )
        first = turns[0]
        print(
            f"| {first['python']} | {first['tensorflow']} | {speed:.0f} |"
            f" {processor:.1f} |"
        )


if __name__ == "__main__":
    app.run(main)
