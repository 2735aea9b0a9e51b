"""Draws the pictures of docs/learn: samples of runs, and their signals.

    python tools/learn_pictures.py --runs=runs/a,runs/b --titles='A,B' \
        --steps=last,last --signals=separation --output=a.png

A column for each run with its samples at a step; below, a plot for each signal
with a line for each run. Points are drawn within the same limits for all runs,
with the goals of their data. Signals that share a plot are thin beside their
mean, smoothed over five examinations.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.training import config_file

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
_POINTS = 256
# Of the modes' largest coordinate.
_LIMIT = 1.75
_SMOOTHED = 5


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


def _draw_samples(axes: Any, run: Path, step: str) -> None:
    from PIL import Image

    from tfgan_zoo.data import points

    dataset = config_file.read(run / "config.json").dataset
    if dataset in points.MIXTURES and step == "last":
        _draw_points(axes, run, points.MIXTURES[dataset].modes)
        return
    axes.imshow(Image.open(_samples(run, step)), cmap="gray")
    axes.set_axis_off()


def _draw_points(axes: Any, run: Path, modes: np.ndarray) -> None:
    """Points of the export, which are those of the last step."""
    from tfgan_zoo.pretrained import load

    generated = load(run / "export").sample(np.arange(_POINTS))
    limit = _LIMIT * np.abs(modes).max()
    axes.scatter(*modes.T, s=90, facecolors="none", edgecolors="gray")
    axes.scatter(*generated.T, s=4)
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    axes.locator_params(nbins=4)
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.3)


def _draw_signals(axes: Any, runs: dict[Path, str], names: list[str]) -> None:
    """A line for each run and name; of several names, the mean too."""
    from tfgan_zoo.health import SIGNALS

    joined = len(names) > 1
    for run, title in runs.items():
        found = [_values(run, name) for name in names]
        for name, (steps, values) in zip(names, found):
            label = SIGNALS[name].title if joined else title
            width = 0.7 if joined else 1.2
            axes.plot(steps, values, label=label, linewidth=width)
        if joined:
            mean = np.mean([values for _, values in found], axis=0)
            window = np.full(_SMOOTHED, 1.0 / _SMOOTHED)
            axes.plot(
                found[0][0][_SMOOTHED // 2 : -(_SMOOTHED // 2)],
                np.convolve(mean, window, mode="valid"),
                label=f"Both, mean of {_SMOOTHED} examinations",
                color="black",
                linewidth=2.4,
            )
    axes.set_xlabel("step", fontsize=8)
    axes.tick_params(labelsize=8)
    if not joined:
        axes.set_title(SIGNALS[names[0]].title, fontsize=9, loc="left")
    # Above the plot, where it covers no line.
    axes.legend(
        fontsize=7,
        ncols=len(axes.lines),
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
    )
    axes.grid(alpha=0.3)


def main(argv: list[str]) -> None:
    """Draws."""
    del argv
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    runs = [Path(one) for one in _RUNS.value]
    steps = _STEPS.value or ["last"] * len(runs)
    rows = 1 + len(_SIGNALS.value)
    heights = [_INCHES] + [_INCHES * 0.6] * len(_SIGNALS.value)
    figure = pyplot.figure(figsize=(_INCHES * len(runs), sum(heights)))
    grid = figure.add_gridspec(rows, len(runs), height_ratios=heights)
    for column, (run, step) in enumerate(zip(runs, steps)):
        axes = figure.add_subplot(grid[0, column])
        axes.set_title(_TITLES.value[column], fontsize=10)
        _draw_samples(axes, run, step)
    titles = dict(zip(runs, _TITLES.value))
    for row, joined in enumerate(_SIGNALS.value, start=1):
        axes = figure.add_subplot(grid[row, :])
        _draw_signals(axes, titles, joined.split("+"))
    figure.tight_layout()
    Path(_OUTPUT.value).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(_OUTPUT.value, dpi=100)


if __name__ == "__main__":
    app.run(main)
