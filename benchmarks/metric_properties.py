"""What each metric says of real images that are damaged more and more.

    python benchmarks/metric_properties.py
    python benchmarks/metric_properties.py --plot=metric_properties.png

One half of the images is the reference, another is damaged: by noise, by blur,
by dropping classes, and by collapse, where copies of ten images replace others.
Undamaged, the two halves say what the best generator may have. Of the dropped
classes all strengths, and the reference, have as many images as the last class
has in its half, since some scores depend on the number. Prints a table.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

import numpy as np
from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

if TYPE_CHECKING:
    from tfgan_zoo.evaluation.feature_sets import FeatureSet

_DATASET = flags.DEFINE_string(
    "dataset", "fashion_mnist_10k", "Of ten classes; its test split if any."
)
_DATA_DIR = flags.DEFINE_string("data_dir", None, "Where TFDS data sets are.")
_FEATURES = flags.DEFINE_string(
    "features", None, "Network; by default the data set's."
)
_COUNT = flags.DEFINE_integer(
    "count", 5000, "Images of each half.", lower_bound=200
)
_PLOT = flags.DEFINE_string("plot", None, "PNG to draw the scores into.")

_MEASURED = (
    "frechet_distance",
    "kernel_distance",
    "precision_recall",
    "density_coverage",
)
_DIGITS = {
    "frechet_distance": 2,
    "frechet_distance_extrapolated": 2,
    "kernel_distance": 3,
}
_CLASSES = 10
_COPIED = 10
# Column of the picture: what it says above, how the lines look. The colours
# are Okabe and Ito's, which the colour-blind tell apart.
_DISTANCES = {
    "frechet_distance": ("Fréchet", "#0072B2", "o-"),
    "frechet_distance_extrapolated": ("extrapolated", "#56B4E9", "s--"),
    "kernel_distance": ("kernel", "#D55E00", "^-"),
}
_SHARES = {
    "precision": ("precision", "#E69F00", "o-"),
    "recall": ("recall", "#009E73", "s-"),
    "density": ("density", "#CC79A7", "^--"),
    "coverage": ("coverage", "#000000", "D-"),
}
_COLUMNS = {
    "Distances: lower is better": _DISTANCES,
    "Scores: higher is better": _SHARES,
}
_STYLE: Any = {
    "figure.dpi": 150,
    "font.size": 18,
    "axes.titlesize": 19,
    "legend.frameon": False,
    "legend.borderpad": 0,
    "legend.labelspacing": 0.3,
    "figure.constrained_layout.h_pad": 0.1,
    "figure.constrained_layout.w_pad": 0.1,
    "lines.linewidth": 2.5,
    "lines.markersize": 8,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
# Within it the axis is linear: distances of equal sets are around 0.
_LINEAR = 10.0


@dataclasses.dataclass(frozen=True)
class Half:
    """Images uint8 [N, H, W, C] and their labels [N], in random order."""

    images: np.ndarray
    labels: np.ndarray


@dataclasses.dataclass(frozen=True)
class Damage:
    """One kind of damage.

    Attributes:
        title: what it is and what the strengths are, in the picture.
        unit: of the strengths, in the table.
        strengths: growing, the first one none.
        apply: makes images of a half and a strength.
        of_a_class: whether it leaves as many images as one class has.
    """

    title: str
    unit: str
    strengths: tuple[float, ...]
    apply: Callable[[Half, Any], np.ndarray]
    of_a_class: bool = False


def _noise(half: Half, sigma: float) -> np.ndarray:
    noise = np.random.RandomState(1).normal(0.0, sigma, half.images.shape)
    return np.clip(np.round(half.images + noise), 0, 255).astype(np.uint8)


def _blur(half: Half, radius_px: int) -> np.ndarray:
    from scipy import ndimage

    side = 2 * radius_px + 1
    mean = ndimage.uniform_filter(
        half.images.astype(np.float64), (0, side, side, 0), mode="nearest"
    )
    return np.round(mean).astype(np.uint8)


def _without_classes(half: Half, dropped: int) -> np.ndarray:
    left = half.images[half.labels >= dropped]
    return left[: _last_class_size(half)]


def _last_class_size(half: Half) -> int:
    return int(np.count_nonzero(half.labels == _CLASSES - 1))


def _collapsed(half: Half, share: float) -> np.ndarray:
    images = half.images.copy()
    random = np.random.RandomState(1)
    places = random.permutation(len(images))[: round(share * len(images))]
    copied = random.choice(len(images), _COPIED, replace=False)
    images[places] = half.images[random.choice(copied, len(places))]
    return images


DAMAGES = {
    "noise": Damage(
        "Noise: sigma, of 255", "sigma", (0, 5, 10, 20, 40, 80), _noise
    ),
    "blur": Damage("Blur: radius in pixels", "px", (0, 1, 2, 3, 4), _blur),
    "dropped classes": Damage(
        "Dropped classes, of 10",
        "of 10",
        (0, 1, 3, 5, 7, 9),
        _without_classes,
        of_a_class=True,
    ),
    "collapse": Damage(
        "Collapse: share of copies",
        "share",
        (0, 0.1, 0.3, 0.5, 0.7, 0.9),
        _collapsed,
    ),
}


@dataclasses.dataclass(frozen=True)
class Row:
    """Scores of a half, damaged at one strength."""

    damage: str
    strength: float
    images: int
    scores: dict[str, float]


def _halves() -> tuple[Half, Half, Any]:
    """Returns the reference, what is to be damaged, and the network."""
    from tfgan_zoo import data
    from tfgan_zoo.evaluation import reference

    request = data.DataRequest(_DATASET.value, data_dir=_DATA_DIR.value)
    split = "test" if "test" in data.splits(request) else "train"
    request = dataclasses.replace(request, split=split)
    examples = data.load_examples(request)
    count, classes = _COUNT.value, examples.spec.num_classes
    if len(examples) < 2 * count or classes != _CLASSES:
        raise ValueError(
            f"The data must have {_CLASSES} classes and two images for each of "
            f"--count. Received: {classes} classes and {len(examples)} images."
        )
    network = reference.network_for(
        reference.ReferenceRequest(request, _FEATURES.value), examples.spec
    )
    order = np.random.RandomState(0).permutation(len(examples))
    reference, other = (
        Half(*examples.read(rows).values())
        for rows in (order[:count], order[count : 2 * count])
    )
    return reference, other, network


def _extract_features(images: np.ndarray, network: Any) -> FeatureSet:
    from tfgan_zoo.evaluation.feature_sets import extract_features
    from tfgan_zoo.evaluation.samples import Fixed

    return extract_features(Fixed(images).chunks(), len(images), network)


def _scores(real: FeatureSet, fake: FeatureSet) -> dict[str, float]:
    from tfgan_zoo.evaluation.metrics import METRICS, Comparison

    both = Comparison(real, fake)
    return {
        name: float(value)
        for metric in _MEASURED
        for name, value in METRICS[metric].measure(both).items()
    }


def _rows() -> list[Row]:
    reference, other, network = _halves()
    print(f"{_DATASET.value}, features of {network.name} {network.version}.")
    real = _extract_features(reference.images, network)
    few_real = real.select(np.arange(_last_class_size(other)))
    rows = []
    for name, damage in DAMAGES.items():
        beside = few_real if damage.of_a_class else real
        for strength in damage.strengths:
            fake = _extract_features(damage.apply(other, strength), network)
            scores = _scores(beside, fake)
            rows.append(Row(name, strength, fake.count, scores))
    return rows


def _table(rows: list[Row]) -> str:
    """Markdown; a row for each strength of each damage."""
    names = [*rows[0].scores]
    head = ["damage", "strength", "images", *names]
    lines = [_line(head), _line(["---"] * len(head))]
    for row in rows:
        unit = DAMAGES[row.damage].unit
        lines.append(
            _line(
                [
                    f"{row.damage} ({unit})",
                    f"{row.strength:g}",
                    f"{row.images:,}",
                    *(f"{row.scores[n]:,.{_DIGITS.get(n, 3)}f}" for n in names),
                ]
            )
        )
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _draw(rows: list[Row], path: str) -> None:
    """Draws a row of panels for each damage: distances, then shares."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    with matplotlib.rc_context(_STYLE):
        canvas = FigureCanvasAgg(Figure((9, 14), layout="constrained"))
        panels = canvas.figure.subplots(len(DAMAGES), 2, sharey="col")
        for (name, damage), pair in zip(DAMAGES.items(), panels):
            own = [row for row in rows if row.damage == name]
            pair[0].set_title(damage.title, loc="left", fontweight="bold")
            for panel, lines in zip(pair, _COLUMNS.values()):
                _draw_lines(panel, own, lines)
        for panel, title in zip(panels[0], _COLUMNS):
            panel.legend(
                title=title,
                alignment="left",
                loc="upper left",
                bbox_to_anchor=(-0.05, 1.98),
            )
        _scale(panels)
        canvas.draw()
    # A palette takes a third of the bytes.
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    drawn.quantize(64).save(path, "PNG", optimize=True)


def _draw_lines(
    panel: Any, rows: list[Row], lines: dict[str, tuple[str, str, str]]
) -> None:
    places = range(len(rows))
    for name, (label, colour, style) in lines.items():
        panel.plot(
            places,
            [row.scores[name] for row in rows],
            style,
            color=colour,
            label=label,
            markerfacecolor="white" if "--" in style else colour,
        )
    panel.set_xticks(places, [f"{row.strength:g}" for row in rows])


def _scale(panels: Any) -> None:
    """Sets both columns' axes; the panels of a column share theirs."""
    distances, shares = panels[0]
    distances.set_yscale("symlog", linthresh=_LINEAR, linscale=0.6)
    limits = [panel.dataLim for panel in panels[:, 0]]
    lowest = min(one.y0 for one in limits)
    highest = max(one.y1 for one in limits)
    distances.set_ylim(min(-_LINEAR, 2.0 * lowest), 2.0 * highest)
    ticks = [0, 10, 100, 1000, 10_000]
    distances.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    shares.set_ylim(bottom=-0.05)
    shares.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])


def main(argv: list[str]) -> None:
    """Damages, measures, prints and draws."""
    del argv
    import_tensorflow()
    rows = _rows()
    print(_table(rows), flush=True)
    if _PLOT.value:
        _draw(rows, _PLOT.value)


if __name__ == "__main__":
    app.run(main)
