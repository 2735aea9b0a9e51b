"""Sets of images as the metrics see them: features, part by part."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from tfgan_zoo.evaluation import frechet, neighbours
from tfgan_zoo.evaluation.features import AnyNetwork
from tfgan_zoo.evaluation.moments import Moments

CHUNK = 1000
# Of translations: the places of their targets, or of what they are compared
# with, in the real set.
ROWS = "rows"


class Chunk(NamedTuple):
    """Some of a set's samples.

    Attributes:
        images: uint8 [B, H, W, C]; of points, float32 [B, D].
        labels: integers [B], or None.
    """

    images: np.ndarray
    labels: np.ndarray | None


@dataclasses.dataclass(frozen=True)
class FeatureSet:
    """A set of samples, and a feature network's output for them.

    Attributes:
        count: samples.
        pieces: moments of the features of each quarter, in order.
        arrays: what was asked for and there is, by name: `features` float32
            [N, D]; `logits` float32 [N, K]; `images` uint8 [N, H, W, C];
            `sources` uint8 [N, H, W, C], of a data set that has some;
            `labels` integers [N], of a data set or that were asked for;
            `balls` see `neighbours.balls`; `rows` see `ROWS`; and metrics of
            single examples, [N], see `Fixed.per_example`.
        class_names: one a logit, where they are known.
    """

    count: int
    pieces: list[Moments]
    arrays: dict[str, np.ndarray]
    class_names: tuple[str, ...] = ()

    @property
    def moments(self) -> Moments:
        first, second, third, fourth = self.pieces
        return first.merged(second).merged(third.merged(fourth))

    @property
    def features(self) -> np.ndarray:
        return self.arrays["features"]

    @property
    def logits(self) -> np.ndarray:
        return self.arrays["logits"]

    @property
    def images(self) -> np.ndarray:
        return self.arrays["images"]

    @property
    def labels(self) -> np.ndarray:
        return self.arrays["labels"]

    @property
    def predicted(self) -> np.ndarray:
        """The classes that the network sees, int64 [N]."""
        return self.logits.argmax(axis=1)

    @property
    def balls(self) -> np.ndarray:
        """Computed when they are first asked for."""
        if "balls" not in self.arrays:
            self.arrays["balls"] = neighbours.balls(self.features)
        return self.arrays["balls"]

    def has(self, name: str) -> bool:
        """Whether something was kept, see `arrays`."""
        return name in self.arrays

    def select(self, rows: np.ndarray) -> FeatureSet:
        """Returns the set of some rows of this one, whose features are kept."""
        arrays = {
            name: values[rows]
            for name, values in self.arrays.items()
            if name != "balls"
        }
        parts = np.array_split(arrays["features"], frechet.PIECES)
        pieces = [Moments.of(part) for part in parts]
        return FeatureSet(len(rows), pieces, arrays, self.class_names)


def extract_features(
    chunks: Iterable[Chunk],
    count: int,
    network: AnyNetwork,
    *,
    keep_features: bool = True,
    keep_images: bool = False,
) -> FeatureSet:
    """Extracts the features of samples as they come.

    Args:
        chunks: the samples, in random order.
        count: how many there are in all.
        network: that extracts them.
        keep_features: else memory does not grow with `count`.
        keep_images: for metrics of pixels.

    Raises:
        ValueError: as of the network, or features are not finite.
    """
    parts_by_name: dict[str, list[np.ndarray]] = {}
    pieces: list[Moments] = []
    for chunk in chunks:
        features, logits = network(chunk.images)
        if not pieces:
            pieces = [Moments(features.shape[1]) for _ in range(frechet.PIECES)]
        _add(pieces, features, sum(piece.count for piece in pieces), count)
        outputs = {"labels": chunk.labels}
        if keep_features:
            outputs |= {"features": features, "logits": logits}
        if keep_images:
            outputs["images"] = chunk.images
        for name, values in outputs.items():
            if values is not None:
                parts_by_name.setdefault(name, []).append(values)
    whole = {
        name: np.concatenate(parts) for name, parts in parts_by_name.items()
    }
    return FeatureSet(count, pieces, whole, network.class_names)


def _add(
    pieces: list[Moments], features: np.ndarray, first: int, count: int
) -> None:
    """Adds the features of the samples from `first` on to their quarters."""
    ends = np.cumsum([len(quarter) for quarter in _quarters(count)])
    cuts = np.clip(ends - first, 0, len(features))
    for piece, part in zip(pieces, np.split(features, cuts[:-1])):
        piece.add(part)


def _quarters(count: int) -> list[np.ndarray]:
    return np.array_split(np.arange(count), frechet.PIECES)
