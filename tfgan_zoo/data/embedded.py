"""The data sets that ship with the package.

`fashion_mnist_10k` is the 10,000 test images of Fashion-MNIST;
`emoji_drawings` is 1,591 icons of Fluent Emoji in colour, each with its
drawing in black as the source; `smileys` is 384 faces of Fluent Emoji and Noto
Emoji, of which the style is the label. `files/` has their licences.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tfgan_zoo.data import store
from tfgan_zoo.data.content import ContentHash
from tfgan_zoo.data.packing import Entry, Images, Log, Source, build_examples
from tfgan_zoo.data.pixels import resize
from tfgan_zoo.data.spec import EMOJI_DRAWINGS, DataRequest, DatasetSpec
from tfgan_zoo.data.value_scale import ValueScale

FASHION_MNIST = "fashion_mnist_10k"
SMILEYS = "smileys"
SPLITS = {
    FASHION_MNIST: ("train",),
    EMOJI_DRAWINGS: ("train", "test"),
    SMILEYS: ("train", "test"),
}
_ALL = "train+test"  # as TFDS puts it

Shapes = dict[str, tuple[int, ...]]


def path(name: str) -> Path:
    """Returns the file of a data set that ships with the package.

    It holds arrays, [N, ...] each: features in the plural, as `images`, and
    `is_test`, bool, where there is a split to be held out.
    """
    return Path(__file__).parent / "files" / f"{name}.npz"


def load_embedded(request: DataRequest, *, log: Log) -> store.Examples:
    """Reads a data set that ships with the package.

    Args:
        request: its `dataset` is one of `SPLITS`.
        log: gets a line when images have been packed into the cache, which
            only sizes far above the data's own need.

    Returns:
        The examples: of Fashion-MNIST in the order of the original's test set,
        of icons in that of their names, of smileys by style and name.

    Raises:
        ValueError: the request names a split that there is not, or a range
            of values, which 8 bits have by themselves.
        OSError: the cache is needed, and its folder cannot be written to.
    """
    name, split = request.dataset, request.split_name
    is_divided = len(SPLITS[name]) > 1
    if split not in SPLITS[name] and not (is_divided and split == _ALL):
        rule = f"train, test or {_ALL}" if is_divided else "train"
        raise ValueError(
            f"`split` of {name} must be {rule}. Received: {request.split}."
        )
    request.require_eight_bits()
    arrays, class_names = _read(name, split)
    spec = _resolve_spec(request, arrays, class_names)
    content_hash = ContentHash()
    content_hash.add_arrays(arrays)
    content = content_hash.content(spec.num_classes)
    shapes = {name: spec.features[name].shape for name in spec.image_names}
    if any(arrays[name].shape[1:] != shape for name, shape in shapes.items()):
        size = sum(int(np.prod(shape)) for shape in shapes.values())
        if len(arrays["image"]) * size > store.IN_MEMORY_BYTES:
            return build_examples(
                _source(arrays, spec, split), request, log=log
            )
        arrays = _resize_all(arrays, shapes)
    return store.Examples(spec, store.MemoryRows(arrays), content=content)


def _read(name: str, split: str) -> tuple[store.Arrays, tuple[str, ...]]:
    """Returns the features of a split by name, and the classes' names."""
    with np.load(path(name), allow_pickle=False) as file:
        arrays = dict(file)
    features = {
        feature: arrays[f"{feature}s"]
        for feature in ("image", "label", "source")
        if f"{feature}s" in arrays
    }
    if "is_test" in arrays and split != _ALL:
        is_chosen = arrays["is_test"] == (split == "test")
        features = {key: rows[is_chosen] for key, rows in features.items()}
    if "label" not in features:
        return features, ()
    features["label"] = features["label"].astype(np.int32)
    return features, tuple(arrays["class_names"].tolist())


def _resolve_spec(
    request: DataRequest, arrays: store.Arrays, class_names: tuple[str, ...]
) -> DatasetSpec:
    _, height, _, channels = arrays["image"].shape
    spec = DatasetSpec(
        request.dataset,
        *request.choose_size(height),
        request.channels or channels,
        class_names,
    )
    if "source" not in arrays:
        return spec
    channels = request.source_channels or arrays["source"].shape[-1]
    return dataclasses.replace(
        spec, source_channels=channels, has_drawings=True
    )


def _resize_all(arrays: store.Arrays, shapes: Shapes) -> store.Arrays:
    resized = dict(arrays)
    for name, shape in shapes.items():
        resized[name] = np.empty((len(arrays[name]), *shape), np.uint8)
        for number, image in enumerate(arrays[name]):
            resized[name][number] = resize(image, shape)
    return resized


def _source(arrays: store.Arrays, spec: DatasetSpec, split: str) -> Source:
    names = spec.image_names
    count = len(arrays["image"])
    labels = arrays.get("label", np.zeros(count, np.int32)).tolist()

    def entries() -> Iterator[Entry]:
        for number, label in enumerate(labels):
            images = {name: arrays[name][number] for name in names}
            pixels = functools.partial(_images, images, spec)
            yield Entry(f"example {number}", label, pixels)

    return Source(spec.name, spec, f"{spec.name} {split}", count, entries)


def _images(
    images: store.Arrays, spec: DatasetSpec, scale: ValueScale | None = None
) -> Images:
    """Returns the images of one example in the spec's shapes.

    Of 8 bits, there is no scale.
    """
    pixels = {
        name: resize(image, spec.features[name].shape)
        for name, image in images.items()
    }
    # As if it were not resized: the data are the same at any size.
    digest = b"".join(image.tobytes() for image in images.values())
    return Images(pixels, digest)
