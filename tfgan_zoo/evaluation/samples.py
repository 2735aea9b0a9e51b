"""Where generated images come from: generators, or files."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Callable, Union

import numpy as np

from tfgan_zoo import data, labels
from tfgan_zoo.evaluation import arrays, image_files
from tfgan_zoo.evaluation.feature_sets import CHUNK, Chunk
from tfgan_zoo.messages import list_some, printable

# Seeds of one evaluation are none of another's.
_SEEDS_APART = 2**32
LAST_SEED = 2**63 // _SEEDS_APART - 1
MOST_SAMPLES = _SEEDS_APART  # of an evaluation, all repeats together


@dataclasses.dataclass(frozen=True)
class Generator:
    """A generator that draws as many as are asked for.

    Attributes:
        draw: seeds int64 [N] and labels int32 [N] or None -> uint8
            [N, H, W, C], or float32 [N, D] of points.
        image_shape: of a sample.
        num_classes: labels that it takes; 0 if none.
        class_names: by label, where they are known.
    """

    draw: Callable[[np.ndarray, np.ndarray | None], np.ndarray]
    image_shape: tuple[int, ...]
    num_classes: int = 0
    class_names: tuple[str, ...] = ()

    def chunks(self, *, seed: int, first: int, count: int) -> Iterator[Chunk]:
        """Draws samples; labels go round the classes.

        Args:
            seed: of the evaluation.
            first: samples that others have drawn before.
            count: samples.

        Raises:
            ValueError: they are not finite.
        """
        for start in range(0, count, CHUNK):
            places = np.arange(start, min(start + CHUNK, count))
            seeds = np.int64(seed * _SEEDS_APART + first) + places
            asked_for = None
            if self.num_classes:
                asked_for = (places % self.num_classes).astype(np.int32)
            yield Chunk(finite(self.draw(seeds, asked_for)), asked_for)


@dataclasses.dataclass(frozen=True)
class TranslatingGenerator:
    """A generator that makes each image of another one.

    Attributes:
        translate: sources uint8 [N, h, w, c] and labels int32 [N] or None ->
            uint8 [N, H, W, C].
        image_shape: of what it makes.
        source_shape: of what it takes.
        make_sources: images uint8 [N, H, W, C] -> sources, the same each time,
            of data that have none; None where there is no such function.
        translate_back: of a second generator, images uint8 [N, H, W, C] ->
            sources; None without.
        num_classes: labels that it takes; 0 if none.
        class_names: by label, where they are known.
    """

    translate: Callable[[np.ndarray, np.ndarray | None], np.ndarray]
    image_shape: tuple[int, ...]
    source_shape: tuple[int, ...]
    make_sources: Callable[[np.ndarray], np.ndarray] | None = None
    translate_back: Callable[[np.ndarray], np.ndarray] | None = None
    num_classes: int = 0
    class_names: tuple[str, ...] = ()


# Where samples come from.
Samples = Union["Generator", "TranslatingGenerator", "Fixed"]


@dataclasses.dataclass(frozen=True, eq=False)
class Fixed:
    """Samples that are there already, of whatever made them.

    Attributes:
        images: uint8 [N, H, W, C], or float32 [N, D] of points.
        labels: integers [N] that were asked for, or None.
        per_example: metrics of each sample, float [N], by name.
        translator: that made them of other images, or None.
    """

    images: np.ndarray
    labels: np.ndarray | None = None
    per_example: Mapping[str, np.ndarray] = dataclasses.field(
        default_factory=dict
    )
    translator: TranslatingGenerator | None = None

    @property
    def image_shape(self) -> tuple[int, ...]:
        return self.images.shape[1:]

    @property
    def num_classes(self) -> int:
        return 0 if self.labels is None else int(self.labels.max()) + 1

    def select(self, rows: np.ndarray) -> Fixed:
        """Returns some of the samples."""
        return dataclasses.replace(
            self,
            images=self.images[rows],
            labels=None if self.labels is None else self.labels[rows],
            per_example={
                name: values[rows] for name, values in self.per_example.items()
            },
        )

    def chunks(self) -> Iterator[Chunk]:
        """Yields all samples."""
        for start in range(0, len(self.images), CHUNK):
            part = slice(start, start + CHUNK)
            chunk_labels = None if self.labels is None else self.labels[part]
            yield Chunk(self.images[part], chunk_labels)


def finite(samples: np.ndarray) -> np.ndarray:
    """Returns samples as they are.

    Raises:
        ValueError: some hold NaN or infinity.
    """
    if samples.dtype == np.uint8:
        return samples
    inner = tuple(range(1, samples.ndim))
    sound = np.isfinite(samples).all(axis=inner)
    if not sound.all():
        raise ValueError(
            "Samples must be finite. Received: NaN or infinity in "
            f"{np.count_nonzero(~sound):,} of {len(samples):,}."
        )
    return samples


def from_file(path: Path) -> Fixed:
    """Reads the images of an .npy file, or of an .npz with labels.

    Args:
        path: uint8 [N, H, W, C], [N, H, W] of grey ones or [H, W, C] of one,
            C 1 or 3, or floating point in [-1, 1]; an .npz holds these as
            `images`, and may hold `labels`.

    Raises:
        ValueError: it holds no such array, or values that are not finite or
            out of their range.
        OSError: it cannot be read.
    """
    images, labels_of_file = image_files.read(path)
    _require_images(images, path)
    images = arrays.pixels(_as_uint8(images, path), str(path))
    if not images.size:
        raise ValueError(
            "A file of images must hold one or more, of a pixel or more. "
            f"Received: {path}, of shape {images.shape}."
        )
    if labels_of_file is not None:
        labels_of_file = arrays.labels(
            labels_of_file, len(images), f"labels of {path}"
        )
    return Fixed(images, labels_of_file)


def _require_images(images: np.ndarray, path: Path) -> None:
    is_shaped = images.ndim == 3
    is_shaped |= images.ndim == 4 and images.shape[-1] in (1, 3)
    is_typed = images.dtype == np.uint8 or images.dtype.kind == "f"
    if not (is_shaped and is_typed):
        raise ValueError(
            "Images must be uint8, or floating point in [-1, 1], of shape "
            "[N, H, W, C], C 1 or 3, or [N, H, W]. "
            f"Received: {images.dtype} of shape {images.shape} in {path}."
        )


def _as_uint8(images: np.ndarray, path: Path) -> np.ndarray:
    if images.ndim == 3:
        # One image, or grey ones, which are not that narrow.
        is_one = images.shape[-1] in (1, 3)
        images = images[np.newaxis] if is_one else images[..., np.newaxis]
    if not np.issubdtype(images.dtype, np.floating):
        return images
    finite(images)
    low, high = (images.min(), images.max()) if images.size else (0.0, 0.0)
    if low < -1.0 or high > 1.0:
        raise ValueError(
            "Images in floating point must be in [-1, 1]. "
            f"Received: {low:.8g} to {high:.8g} in {path}."
        )
    if low >= 0.0 and images.size:
        raise ValueError(
            "Images in floating point must be in [-1, 1], so some must be "
            f"below 0. Received: {low:.4g} to {high:.4g} in {path}."
        )
    # In float16 a step of 255 is no longer one.
    values = images.astype(np.float32, copy=False)
    return np.round((values + 1.0) * 127.5).astype(np.uint8)


def from_folder(
    path: Path,
    spec: data.DatasetSpec,
    log: Callable[[str], None],
    *,
    value_range: str | None = None,
) -> Fixed:
    """Reads a folder of images, at the size of the data that they imitate.

    Subfolders are classes; where they are called as the data's, or by their
    numbers, they are the labels that were asked for.

    Args:
        path: of the folder.
        spec: of the data.
        log: called with a line on images that cannot be read, which are left
            out, and on folders that are no classes of the data.
        value_range: of images of more than 8 bits, see `data.DataRequest`.

    Raises:
        ValueError: see `data.load_examples`.
    """
    request = data.DataRequest(
        str(path.resolve()),
        image_size=spec.height,
        image_width=spec.width,
        channels=spec.channels,
        value_range=value_range,
    )
    examples = data.load_examples(request, log=log)
    features = examples.read(np.arange(len(examples)))
    images = features["image"]
    names = examples.spec.class_names
    try:
        known = [
            labels.number(name, spec.class_names, spec.num_classes)
            for name in names
        ]
    except ValueError:
        listed = list_some([printable(name) for name in names])
        if spec.num_classes:
            log(
                f"Note: The images of {path} have no labels, as its folders "
                f"are not called as the classes of the data: {listed}."
            )
        return Fixed(images)
    return Fixed(images, np.array(known)[features["label"]] if known else None)
