"""What is read off images: measures, a classifier's logits and features."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

import numpy as np

from tfgan_zoo.directions import measures
from tfgan_zoo.directions.measures import Measure
from tfgan_zoo.evaluation import features
from tfgan_zoo.evaluation.features import FeatureNetwork

# Where a classifier is sure, its logits say how large its weights are.
_MOST_LOG_ODDS = 10.0
# Blocks of pixels, as features of images: side by side, by channels.
_BLOCKS = {1: 28, 3: 16}
_COMPONENT = "component_"


@dataclasses.dataclass(frozen=True)
class Axes:
    """Axes among the features of images, see `components`.

    Attributes:
        mean: float [F].
        vectors: float [K, F] of unit length.
    """

    mean: np.ndarray
    vectors: np.ndarray


@dataclasses.dataclass(frozen=True)
class Readings:
    """What was read off N images.

    Attributes:
        values: float64 [N] of each measure, class and component, by name.
        classes: int [N], the likeliest class; None without a classifier.
        features: float32 [N, F], mean colours of blocks of pixels.
    """

    values: dict[str, np.ndarray]
    classes: np.ndarray | None
    features: np.ndarray


@dataclasses.dataclass(frozen=True)
class Reader:
    """Reads images.

    Attributes:
        names: of measures in `measures`.
        others: measures of the user's own, by name.
        network: of the data set; None where none was trained on such images.
        axes: of the components to read, if any.
    """

    names: Sequence[str]
    others: Mapping[str, Measure]
    network: FeatureNetwork | None
    axes: Axes | None = None

    def __call__(self, images: np.ndarray) -> Readings:
        """Reads images, uint8 [N, H, W, C].

        Raises:
            ValueError: see `measures.measure`.
        """
        values = measures.measure(images, self.names, self.others)
        classes = None
        logits = self.network(images).logits if self.network else None
        if logits is not None:
            classes = logits.argmax(axis=1)
            values.update(zip(self.class_names(), _log_odds(logits).T))
        rows = _blocks(images)
        values.update(self.project(rows))
        return Readings(values, classes, rows)

    def project(self, features: np.ndarray) -> dict[str, np.ndarray]:
        """Returns the components of features [N, F], float64 [N] by name."""
        if self.axes is None:
            return {}
        coordinates = (features - self.axes.mean) @ self.axes.vectors.T
        return {
            f"{_COMPONENT}{number}": column
            for number, column in enumerate(coordinates.T, 1)
        }

    def class_names(self) -> list[str]:
        """Returns the names of the directions of classes."""
        network = self.network
        return class_directions(network.class_names) if network else []


def is_component(name: str) -> bool:
    """Whether a name is that of a component, and of no measure or class."""
    return name.startswith(_COMPONENT)


def network_for(
    dataset: str, image_shape: tuple[int, ...]
) -> FeatureNetwork | None:
    """Returns the network that was trained on images of a data set.

    Args:
        dataset: its name.
        image_shape: of the images.

    Returns:
        None where there is none, or none that takes images of that shape.
    """
    name = features.for_dataset(dataset)
    network = None if name is None else features.get(name)
    try:
        if network is not None:
            network.check(image_shape)
    except ValueError:
        return None
    return network


def class_directions(class_names: Sequence[str]) -> list[str]:
    """Returns names that Python takes as names of arguments.

    Examples:
        >>> class_directions(["7", "T-shirt/top"])
        ['class_7', 'class_t_shirt_top']
    """
    return [
        f"class_{re.sub('[^0-9a-z]+', '_', name.lower()).strip('_')}"
        for name in class_names
    ]


def _log_odds(logits: np.ndarray) -> np.ndarray:
    """Returns log p - log(1 - p) of each class [N, K], within +-10."""
    logits = logits.astype(float)
    odds = np.empty_like(logits)
    for label in range(logits.shape[1]):
        others = np.delete(logits, label, axis=1)
        odds[:, label] = logits[:, label] - np.logaddexp.reduce(others, axis=1)
    return np.clip(odds, -_MOST_LOG_ODDS, _MOST_LOG_ODDS)


def _blocks(images: np.ndarray) -> np.ndarray:
    """Returns the mean colours of blocks of pixels, float32 [N, F]."""
    values = images.astype(np.float32) / 255.0
    for axis in (1, 2):
        size = values.shape[axis]
        count = min(size, _BLOCKS[images.shape[-1]])
        starts = np.arange(count) * size // count
        counts = np.diff([*starts, size])
        shape = [1] * values.ndim
        shape[axis] = len(counts)
        sums = np.add.reduceat(values, starts, axis=axis)
        values = sums / counts.astype(np.float32).reshape(shape)
    return values.reshape(len(images), -1)
