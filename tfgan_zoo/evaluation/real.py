"""Features of the real images that generated ones are compared with."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import cache, files
from tfgan_zoo.data import Examples
from tfgan_zoo.data.order import example_indices
from tfgan_zoo.evaluation import neighbours
from tfgan_zoo.evaluation.feature_sets import (
    CHUNK,
    Chunk,
    FeatureSet,
    extract_features,
)
from tfgan_zoo.evaluation.features import AnyNetwork

# Counts up whenever what is kept, or how it is made, changes.
_VERSION = 1
_ORDER_SEED = 0


def load_feature_set(
    examples: Examples,
    count: int,
    network: AnyNetwork,
    *,
    with_images: bool = False,
    with_balls: bool = False,
    cache_dir: Path | None = None,
) -> FeatureSet:
    """Extracts real images' features, or takes them from the cache.

    Args:
        examples: of the data set; where it has more than `count`, a choice
            that is always the same.
        count: the most to take.
        network: that extracts them.
        with_images: whether metrics need the pixels, those of the sources
            too where the data have some.
        with_balls: whether metrics need the distances to their neighbours.
        cache_dir: None is `tfgan_zoo/evaluation` in the user's cache folder.

    Raises:
        ValueError: as of the network.
    """
    count = min(count, len(examples))
    rows = example_indices(
        np.arange(count), count=len(examples), seed=_ORDER_SEED
    )
    network.check(examples.spec.image_shape)
    folder = cache_dir or files.user_cache() / "evaluation"
    path = folder / f"{_key(examples, rows, network)}.npz"
    feature_set = _read(path, network)
    if feature_set is None:
        feature_set = extract_features(_chunks(examples, rows), count, network)
        # Summed as what comes from the cache is, to the last digit.
        feature_set = feature_set.select(np.arange(count))
        _write(path, feature_set)
    # Fewer have no such neighbours: the metrics that need them are left out.
    with_balls = with_balls and count > neighbours.COVERAGE_NEAREST
    if with_balls and not feature_set.has("balls"):
        _ = feature_set.balls
        _write(path, feature_set)
    arrays = dict(feature_set.arrays)
    if with_images:
        arrays |= _read_images(examples, rows)
    if not examples.spec.class_names:
        del arrays["labels"]
    return dataclasses.replace(feature_set, arrays=arrays)


def _read_images(examples: Examples, rows: np.ndarray) -> dict[str, Any]:
    features = examples.read(rows)
    names = {"image": "images", "source": "sources"}
    return {
        names[name]: values
        for name, values in features.items()
        if name in names
    }


def _chunks(examples: Examples, rows: np.ndarray) -> Iterator[Chunk]:
    for start in range(0, len(rows), CHUNK):
        arrays = examples.read(rows[start : start + CHUNK])
        no_labels = np.zeros(len(arrays["image"]), np.int32)
        yield Chunk(arrays["image"], arrays.get("label", no_labels))


def _key(
    examples: Examples,
    rows: np.ndarray,
    network: AnyNetwork,
) -> str:
    """Hashes all that the judgement depends on, the pixels among it."""
    shape = examples.spec.image_shape
    how = [_VERSION, network.name, network.version, network.sha256]
    digest = hashlib.sha256(
        repr([*how, shape, network.how_resized(shape)]).encode()
    )
    for images, labels in _chunks(examples, rows):
        digest.update(images.tobytes())
        digest.update(np.asarray(labels, np.int32).tobytes())
    return digest.hexdigest()[:40]


def _read(path: Path, network: AnyNetwork) -> FeatureSet | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    # NumPy raises errors of any kind for what is not there, cut or damaged.
    except Exception:  # noqa: BLE001
        return None
    cache.mark_used(path)
    balls = {"balls": arrays.pop("balls")} if "balls" in arrays else {}
    if "features" not in arrays or "labels" not in arrays:
        return None
    count = len(arrays["features"])
    if any(len(values) != count for values in arrays.values()):
        return None
    whole = FeatureSet(count, [], arrays, network.class_names)
    feature_set = whole.select(np.arange(count))
    feature_set.arrays.update(balls)
    return feature_set


def _write(path: Path, feature_set: FeatureSet) -> None:
    # A cache that cannot be written to costs time alone.
    with (
        contextlib.suppress(OSError),
        files.new_file(path) as partial,
        open(partial, "wb") as file,
    ):
        arrays: dict[str, Any] = feature_set.arrays
        np.savez(file, **arrays)
