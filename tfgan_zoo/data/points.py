"""Points in the plane, from clusters that are known.

They show at a glance which modes of the data a generator reaches.
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from tfgan_zoo.data.content import Content
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.store import Examples, MemoryRows

COUNT = 100_000
_SEED = 0


@dataclasses.dataclass(frozen=True, eq=False)
class Mixture:
    """Clusters of points in the plane, all of them equally likely.

    Attributes:
        modes: float64 [K, 2], the clusters' centres.
        stddev: of a cluster's points, along each axis.
        class_names: one a label.
        labels: int32 [K], of the clusters' points.
        is_normal: whether clusters are Gaussians, or squares filled evenly.
    """

    modes: np.ndarray
    stddev: float
    class_names: tuple[str, ...]
    labels: np.ndarray
    is_normal: bool = True


def _clusters(modes: list[tuple[float, float]], stddev: float) -> Mixture:
    """Gaussians with a label each."""
    labels = np.arange(len(modes), dtype=np.int32)
    names = tuple(f"({x:.4g}, {y:.4g})" for x, y in modes)
    return Mixture(np.array(modes), stddev, names, labels)


def _ring() -> Mixture:
    """2D-ring of Lin et al. 2018 (arXiv:1712.04086), section 4.1.

    Eight Gaussians on a circle of radius 1, the first on the x axis.
    """
    angles = [number * np.pi / 4.0 for number in range(8)]
    # Rounding leaves 0.0 of 1e-16.
    modes = np.round([(np.cos(a), np.sin(a)) for a in angles], 15) + 0.0
    return _clusters([(x, y) for x, y in modes.tolist()], 0.01)


def _grid() -> Mixture:
    """2D-grid of Lin et al. 2018: 5 * 5 Gaussians, -4 to 4 each way."""
    steps = (-4.0, -2.0, 0.0, 2.0, 4.0)
    return _clusters(list(itertools.product(steps, steps)), 0.05)


def _xor() -> Mixture:
    """The clusters of codekansas/gandlf's XOR example, with XOR's classes.

    Squares of side 0.4 around (+-0.8, +-0.8). Class 1 has coordinates of
    opposite signs; the example has a class for each cluster.
    """
    modes = list(itertools.product((-0.8, 0.8), (-0.8, 0.8)))
    return Mixture(
        np.array(modes),
        0.4 / np.sqrt(12.0),
        ("equal signs", "opposite signs"),
        np.array([0, 1, 1, 0], np.int32),
        is_normal=False,
    )


MIXTURES = {"grid25": _grid(), "ring8": _ring(), "xor": _xor()}


def names() -> list[str]:
    """Returns the names of the data sets of points, sorted."""
    return sorted(MIXTURES)


def load_points(request: DataRequest) -> Examples:
    """Draws 100,000 points (as Lin et al. 2018), always the same ones.

    Args:
        request: its `dataset` is one of `names()`.

    Returns:
        The examples: float32 points in their own units, and their labels.

    Raises:
        ValueError: the request names a size, channels or a range of values,
            which points do not have, or another split than `train`.
    """
    for name in ("image_size", "channels", "value_range", "sample_bits"):
        value = getattr(request, name)
        if value is not None:
            raise ValueError(
                f"`{name}` is of images; {request.dataset} has points. "
                f"Received: {value}."
            )
    if request.split_name != "train":
        raise ValueError(
            f"`split` of {request.dataset} must be train. "
            f"Received: {request.split}."
        )
    mixture = MIXTURES[request.dataset]
    spec = DatasetSpec(request.dataset, None, None, None, mixture.class_names)
    # Not of the values, whose last bits depend on the processor.
    content = Content.from_text(f"{request.dataset} {_SEED}", COUNT)
    return Examples(spec, MemoryRows(_sample(mixture)), content=content)


def _sample(mixture: Mixture) -> dict[str, np.ndarray]:
    # The one generator whose numbers no later NumPy may change.
    random = np.random.RandomState(_SEED)
    clusters = random.randint(len(mixture.modes), size=COUNT, dtype=np.int64)
    shape = (COUNT, 2)
    noise = (
        random.standard_normal(shape)
        if mixture.is_normal
        else random.uniform(-np.sqrt(3.0), np.sqrt(3.0), shape)
    )
    points = mixture.modes[clusters] + mixture.stddev * noise
    return {
        "image": points.astype(np.float32),
        "label": mixture.labels[clusters],
    }
