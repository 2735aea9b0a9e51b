"""Sets of images as the metrics see them: judged, part by part."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from tfgan_zoo.evaluation import frechet, neighbours
from tfgan_zoo.evaluation.features import FeatureNetwork
from tfgan_zoo.evaluation.moments import Moments

CHUNK = 1000


class Chunk(NamedTuple):
    """Some of a set's samples.

    Attributes:
        images: uint8 [B, H, W, C]; of points, float32 [B, D].
        labels: integers [B], or None.
    """

    images: np.ndarray
    labels: np.ndarray | None


@dataclasses.dataclass
class Judged:
    """A set of samples, and what a feature network says of them.

    Attributes:
        count: samples.
        pieces: moments of the features of each quarter, in order.
        features: float32 [N, D], or None where they were not kept.
        logits: float32 [N, K], or None.
        images: uint8 [N, H, W, C], or None where they were not kept.
        labels: integers [N], of a data set, or that were asked for; or None.
        class_names: one a logit, where they are known.
        balls: as of `neighbours.balls`, once they were asked for.
    """

    count: int
    pieces: list[Moments]
    features: np.ndarray | None = None
    logits: np.ndarray | None = None
    images: np.ndarray | None = None
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    balls: np.ndarray | None = None

    @property
    def moments(self) -> Moments:
        one, two, three, four = self.pieces
        return one.merged(two).merged(three.merged(four))

    @property
    def predicted(self) -> np.ndarray:
        """The classes that the network sees, int64 [N]."""
        assert self.logits is not None
        return self.logits.argmax(axis=1)

    def settled_balls(self) -> np.ndarray:
        if self.balls is None:
            assert self.features is not None
            self.balls = neighbours.balls(self.features.astype(np.float64))
        return self.balls

    def chosen(self, rows: np.ndarray) -> Judged:
        """Returns the set of some rows of this one, whose features are kept."""
        assert self.features is not None
        features = self.features[rows]
        return Judged(
            count=len(rows),
            pieces=_pieces_of(features),
            features=features,
            logits=_of(self.logits, rows),
            images=_of(self.images, rows),
            labels=_of(self.labels, rows),
            class_names=self.class_names,
        )


def _of(values: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    return None if values is None else values[rows]


def _pieces_of(features: np.ndarray) -> list[Moments]:
    parts = np.array_split(features, frechet.PIECES)
    return [Moments.of(part) for part in parts]


def judge(
    chunks: Iterable[Chunk],
    count: int,
    network: FeatureNetwork | None,
    *,
    keep_features: bool = True,
    keep_images: bool = False,
) -> Judged:
    """Judges samples as they come.

    Args:
        chunks: the samples, in random order.
        count: how many there are in all.
        network: None of points, whose coordinates are their features.
        keep_features: else memory does not grow with `count`.
        keep_images: for metrics of pixels.

    Raises:
        ValueError: as of the network, or features are not finite.
    """
    kept: dict[str, list[np.ndarray]] = {}
    pieces: list[Moments] = []
    names = network.class_names if network else ()
    for chunk, features, logits in _judgements(chunks, network):
        if not pieces:
            pieces = [Moments(features.shape[1]) for _ in range(frechet.PIECES)]
        _add(pieces, features, sum(one.count for one in pieces), count)
        found = {"labels": chunk.labels}
        if keep_features:
            found |= {"features": features, "logits": logits}
        if keep_images:
            found["images"] = chunk.images
        for name, values in found.items():
            if values is not None:
                kept.setdefault(name, []).append(values)
    whole = {name: np.concatenate(parts) for name, parts in kept.items()}
    return Judged(count, pieces, class_names=names, **whole)


def _judgements(
    chunks: Iterable[Chunk], network: FeatureNetwork | None
) -> Iterator[tuple[Chunk, np.ndarray, np.ndarray | None]]:
    for chunk in chunks:
        if network is None:
            yield chunk, chunk.images, None
        else:
            yield chunk, *network(chunk.images)


def _add(
    pieces: list[Moments], features: np.ndarray, first: int, count: int
) -> None:
    """Adds the features of the samples from `first` on to their quarters."""
    ends = np.cumsum([len(one) for one in _quarters(count)])
    cuts = np.clip(ends - first, 0, len(features))
    for piece, part in zip(pieces, np.split(features, cuts[:-1])):
        piece.add(part)


def _quarters(count: int) -> list[np.ndarray]:
    return np.array_split(np.arange(count), frechet.PIECES)
