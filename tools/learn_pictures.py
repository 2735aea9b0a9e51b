"""Draws the pictures of docs/learn: samples of runs, and their signals.

    python tools/learn_pictures.py --runs=runs/a,runs/b --titles='A,B' \
        --steps=last,last --signals=separation --output=a.png

A column for each run with its samples at a step; below, a plot for each signal
with a line for each run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

_RUNS = flags.DEFINE_list("runs", None, "Run folders.", required=True)
_TITLES = flags.DEFINE_list("titles", None, "Of the runs.", required=True)
_STEPS = flags.DEFINE_list(
    "steps", None, "Of each run's samples; by default the last of each."
)
_SIGNALS = flags.DEFINE_list(
    "signals", [], "Names in metrics.jsonl; those joined by + share a plot."
)
_OUTPUT = flags.DEFINE_string("output", None, "PNG to write.", required=True)

_INCHES = 3.2


def _samples(run: Path, step: str) -> Path:
    pictures = sorted((run / "samples").glob("step_*.png"))
    if step == "last":
        return pictures[-1]
    return run / "samples" / f"step_{int(step):06d}.png"


def _values(run: Path, name: str) -> tuple[list[int], list[float]]:
    lines = (run / "metrics.jsonl").read_text("utf-8").splitlines()
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    known = [record for record in records if name in record]
    return [one["step"] for one in known], [one[name] for one in known]


def main(argv: list[str]) -> None:
    """Draws."""
    del argv
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from PIL import Image

    from tfgan_zoo.health import SIGNALS

    runs = [Path(one) for one in _RUNS.value]
    steps = _STEPS.value or ["last"] * len(runs)
    columns = len(runs)
    rows = 1 + len(_SIGNALS.value)
    heights = [_INCHES] + [_INCHES * 0.6] * len(_SIGNALS.value)
    figure = pyplot.figure(figsize=(_INCHES * columns, sum(heights)))
    grid = figure.add_gridspec(rows, columns, height_ratios=heights)
    for column, (run, step) in enumerate(zip(runs, steps)):
        axes = figure.add_subplot(grid[0, column])
        axes.imshow(Image.open(_samples(run, step)), cmap="gray")
        axes.set_title(_TITLES.value[column], fontsize=10)
        axes.set_axis_off()
    for row, joined in enumerate(_SIGNALS.value, start=1):
        axes = figure.add_subplot(grid[row, :])
        names = joined.split("+")
        for run, title in dict(zip(runs, _TITLES.value)).items():
            for name in names:
                label = SIGNALS[name].title if len(names) > 1 else title
                axes.plot(*_values(run, name), label=label, linewidth=1.2)
        axes.set_xlabel("step", fontsize=8)
        axes.tick_params(labelsize=8)
        if len(names) == 1:
            axes.set_title(SIGNALS[names[0]].title, fontsize=9)
        axes.legend(fontsize=7)
        axes.grid(alpha=0.3)
    figure.tight_layout()
    Path(_OUTPUT.value).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(_OUTPUT.value, dpi=100)


if __name__ == "__main__":
    app.run(main)
