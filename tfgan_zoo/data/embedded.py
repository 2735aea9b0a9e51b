"""The data set that ships with the package."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tfgan_zoo.data import store
from tfgan_zoo.data.content import ContentHash
from tfgan_zoo.data.packing import Entry, Images, Log, Source, build_examples
from tfgan_zoo.data.pixels import Shape, to_pixels
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.value_scale import ValueScale

NAME = "fashion_mnist_10k"
PATH = Path(__file__).parent / "files" / f"{NAME}.npz"


def load_embedded(request: DataRequest, *, log: Log) -> store.Examples:
    """Reads the 10,000 test images of Fashion-MNIST (MIT licence, `files/`).

    Args:
        request: its `dataset` is `NAME`.
        log: gets a line when images have been packed into the cache, which
            only sizes far above the data's own 28 pixels need.

    Returns:
        The examples, in the order of the original's test set.

    Raises:
        ValueError: the request names another split than `train`, or a range
            of values, which 8 bits have by themselves.
        OSError: the cache is needed, and its folder cannot be written to.
    """
    if request.split_name != "train":
        raise ValueError(
            f"`split` of {NAME} must be train. Received: {request.split}."
        )
    request.require_eight_bits()
    with np.load(PATH, allow_pickle=False) as arrays:
        images = arrays["images"]
        labels = arrays["labels"].astype(np.int32)
        class_names = tuple(arrays["class_names"].tolist())
    _, height, _, channels = images.shape
    size = request.image_size or height
    spec = DatasetSpec(
        NAME, size, size, request.channels or channels, class_names
    )
    content_hash = ContentHash()
    content_hash.add_arrays({"image": images, "label": labels})
    content = content_hash.content(spec.num_classes)
    if spec.image_shape == images.shape[1:]:
        rows = store.MemoryRows({"image": images, "label": labels})
        return store.Examples(spec, rows, content=content)
    if len(images) * int(np.prod(spec.image_shape)) <= store.IN_MEMORY_BYTES:
        sized = np.empty((len(images), *spec.image_shape), np.uint8)
        for number, image in enumerate(images):
            sized[number] = _image(image, spec.image_shape)
        rows = store.MemoryRows({"image": sized, "label": labels})
        return store.Examples(spec, rows, content=content)
    return build_examples(_source(images, labels, spec), request, log=log)


def _source(
    images: np.ndarray, labels: np.ndarray, spec: DatasetSpec
) -> Source:
    def entries() -> Iterator[Entry]:
        for number, (image, label) in enumerate(zip(images, labels)):
            pixels = functools.partial(_images, image, spec.image_shape)
            yield Entry(f"example {number}", int(label), pixels)

    return Source(NAME, spec, NAME, len(images), entries)


def _images(
    image: np.ndarray, shape: Shape, scale: ValueScale | None = None
) -> Images:
    """uint8 [28, 28, 1] -> uint8 `shape`; of 8 bits, there is no scale."""
    # As if it were not resized: the data are the same at any size.
    return Images({"image": _image(image, shape)}, image.tobytes())


def _image(image: np.ndarray, shape: Shape) -> np.ndarray:
    """uint8 [28, 28, 1] -> uint8 `shape`."""
    return to_pixels(Image.fromarray(image[:, :, 0]), shape)
