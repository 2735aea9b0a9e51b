"""Images by the million, in shards: files of consecutive seeds.

What a shard holds depends on its seeds alone, not on how many processes share
the work; a shard is whole or not there, so the same command goes on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import checks, files, images, json_files
from tfgan_zoo.export import seeds as sample_seeds
from tfgan_zoo.export.sampler import Sampler

ORDER_NAME = "shards.json"
FORMATS = ("tfrecord", "png")
_BATCH_SIZE = 256
# Stronger compression takes longer than the generator and saves a tenth.
_PNG_LEVEL = 1


@dataclasses.dataclass(frozen=True)
class Order:
    """Which images are wanted, and how.

    Attributes:
        seed: of the first image; the next ones follow.
        count: images.
        shard_size: images a shard.
        file_format: "tfrecord", files of `tf.train.Example`, or "png",
            folders of files.
        labels: that the images go round; None for all classes.
        truncation: see `InputSpec.from_normals`.

    Raises:
        ValueError: a number is out of its range, or the format unknown.
    """

    seed: int = 0
    count: int = 1_000_000
    shard_size: int = 10_000
    file_format: str = "tfrecord"
    labels: tuple[int, ...] | None = None
    truncation: float | None = None

    def __post_init__(self) -> None:
        for name in ("count", "shard_size"):
            checks.in_range(name, getattr(self, name), (1, checks.INFINITY))
        sample_seeds.as_array([self.seed, self.seed + self.count - 1])
        checks.one_of("shard_format", self.file_format, FORMATS)

    @property
    def shards(self) -> int:
        return -(-self.count // self.shard_size)

    def rows(self, shard: int) -> range:
        """Returns the places of a shard's images among all."""
        start = shard * self.shard_size
        return range(start, min(start + self.shard_size, self.count))

    def name(self, shard: int) -> str:
        """Returns the name of a shard's file or folder."""
        suffix = ".tfrecord" if self.file_format == "tfrecord" else ""
        return f"images-{shard:05d}-of-{self.shards:05d}{suffix}"


@dataclasses.dataclass(frozen=True)
class Share:
    """Which shards a process makes: each `of`th, from `number` - 1 on.

    Raises:
        ValueError: `number` is not between 1 and `of`.
    """

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise ValueError(
                "`shard` must be as 3/8, of 1/8 to 8/8. "
                f"Received: {self.number}/{self.of}."
            )


def write(
    sampler: Sampler,
    folder: Path,
    order: Order,
    share: Share = Share(),
    *,
    done: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the shards of a share that are not there yet.

    Args:
        sampler: of the model.
        folder: of the shards, new, or of the same model and order.
        order: which images.
        share: of the shards.
        done: called with the number of images of each batch, and of each
            shard that was there.

    Returns:
        How many images were made.

    Raises:
        ValueError: the folder holds shards of another model or order; see
            also `Sampler.sample`.
    """
    _require_same(folder, sampler, order)
    made = 0
    for shard in range(share.number - 1, order.shards, share.of):
        path = folder / order.name(shard)
        rows = order.rows(shard)
        if path.exists():
            done(len(rows))
            continue
        # A batch is encoded while the next one is generated; and the encoder
        # has ended, however it ends, before the shard is closed or removed.
        opened = _WRITERS[order.file_format](path)
        with opened as put, ThreadPoolExecutor(1) as encoder:
            waiting: Future[Any] = encoder.submit(int)
            for start in range(rows.start, rows.stop, _BATCH_SIZE):
                stop = min(start + _BATCH_SIZE, rows.stop)
                batch = _batch(sampler, order, np.arange(start, stop))
                waiting.result()
                waiting = encoder.submit(_put, put, *batch)
                done(stop - start)
            waiting.result()
        made += len(rows)
    return made


def _require_same(folder: Path, sampler: Sampler, order: Order) -> None:
    """Notes what the folder holds, or checks that it is the same."""
    expected = json.dumps(
        {"model": sampler.sha256, **dataclasses.asdict(order)}, indent=2
    )
    path = folder / ORDER_NAME
    if path.is_file():
        there = json_files.read_object(path, ORDER_NAME)
        if there != json_files.parse(expected):
            raise ValueError(
                "A folder of shards must be continued with the model and the "
                f"flags that it was begun with, as {ORDER_NAME} says. "
                f"Received: {folder}, begun with {json.dumps(there)[:500]}."
            )
    elif folder.is_dir() and any(map(_is_foreign, folder.iterdir())):
        raise ValueError(
            "--output of shards must be a new folder, or one of shards. "
            f"Received: {folder}."
        )
    else:
        files.write_text(path, expected + "\n")


def _is_foreign(path: Path) -> bool:
    # Another process of the same order may be writing it down just now.
    return not path.name.startswith(files.PARTIAL_PREFIX)


def _batch(
    sampler: Sampler, order: Order, places: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    labels = None
    if sampler.num_classes:
        names = order.labels or range(sampler.num_classes)
        labels = np.asarray(names, np.int32)[places % len(names)]
    elif order.labels is not None:
        labels = np.asarray(order.labels, np.int32)
    seeds = order.seed + places
    samples = sampler.sample(seeds, labels, truncation=order.truncation)
    return seeds, samples, labels


Put = Callable[[int, np.ndarray, "int | None"], None]


def _put(
    put: Put, seeds: np.ndarray, samples: np.ndarray, labels: np.ndarray | None
) -> None:
    for index, image in enumerate(samples):
        label = None if labels is None else int(labels[index])
        put(int(seeds[index]), image, label)


@contextlib.contextmanager
def _tfrecord(path: Path) -> Iterator[Put]:
    with files.new_file(path) as partial, _records(partial) as writer:

        def put(seed: int, image: np.ndarray, label: int | None) -> None:
            writer.write(_example(seed, image, label))

        yield put


def _records(path: Path) -> tf.io.TFRecordWriter:
    return tf.io.TFRecordWriter(str(path))


@contextlib.contextmanager
def _png(path: Path) -> Iterator[Put]:
    with files.new_folder(path) as partial:

        def put(seed: int, image: np.ndarray, label: int | None) -> None:
            kind = "" if label is None else f"_{label}"
            name = f"{seed:09d}{kind}.png"
            (partial / name).write_bytes(images.png(image, level=_PNG_LEVEL))

        yield put


_WRITERS: dict[str, Any] = {"tfrecord": _tfrecord, "png": _png}


def _example(seed: int, image: np.ndarray, label: int | None) -> bytes:
    if image.ndim == 3:
        height, width, channels = image.shape
        features = {
            "image/encoded": _bytes(images.png(image, level=_PNG_LEVEL)),
            "image/format": _bytes(b"png"),
            "image/height": _integer(height),
            "image/width": _integer(width),
            "image/channels": _integer(channels),
        }
    else:
        values = tf.train.FloatList(value=image.tolist())
        features = {"point": tf.train.Feature(float_list=values)}
    features["seed"] = _integer(seed)
    if label is not None:
        features["image/class/label"] = _integer(label)
    example = tf.train.Example(features=tf.train.Features(feature=features))
    return example.SerializeToString(deterministic=True)


def _bytes(value: bytes) -> tf.train.Feature:
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def _integer(value: int) -> tf.train.Feature:
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
