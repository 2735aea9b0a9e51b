"""Any image data set of tensorflow-datasets, by its name there."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.building import Log, build_examples
from tfgan_zoo.data.decode import UnreadableImage, ValueScale, decode
from tfgan_zoo.data.folder import DEFAULT_IMAGE_SIZE
from tfgan_zoo.data.source import Entry, Source
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.store import Examples
from tfgan_zoo.data.tfds_builder import (
    first_line,
    prepared_builder,
    quiet,
    tfds,
)

# Elements of a tf.data pipeline cost more than their images.
_READ_TOGETHER = 64


def tfds_examples(request: DataRequest, *, log: Log) -> Examples:
    """Reads an image data set of TFDS, such as `mnist` or `name/config:1.0.0`.

    The feature `image` is decoded just as the files of a folder are. The
    feature `label` makes the labels, if it is a `ClassLabel`.

    Args:
        request: its `dataset` is the data set's TFDS name.
        log: gets a line for each image skipped, and while it takes long.

    Returns:
        The examples, in the order of TFDS's files.

    Raises:
        ValueError: there is no such data set or split, it is not prepared and
            may not be downloaded, it has no images, or none that can be read.
        OSError: the cache folder cannot be written to.
    """
    builder = prepared_builder(request, log=log)
    return build_examples(_source(builder, request), request, log=log)


def _source(builder: Any, request: DataRequest) -> Source:
    spec = _spec(_features(builder), request)
    try:
        count = builder.info.splits[request.split].num_examples
    except (KeyError, ValueError):
        raise ValueError(
            f"`split` must be one of: {', '.join(builder.info.splits)}. "
            f"Received: {request.split} of {request.dataset}."
        ) from None
    info = (builder.data_path / "dataset_info.json").read_text()
    content = f"{builder.data_path} {request.split} {info}"
    return Source(
        title=request.dataset,
        spec=spec,
        fingerprint=hashlib.sha256(content.encode()).hexdigest(),
        count=count,
        entries=lambda: _entries(builder, request, spec),
    )


def _features(builder: Any) -> dict[str, Any]:
    features = builder.info.features
    is_dict = isinstance(features, tfds().features.FeaturesDict)
    return dict(features.items()) if is_dict else {}


def _spec(features: dict[str, Any], request: DataRequest) -> DatasetSpec:
    image: Any = features.get("image")
    is_image = isinstance(image, tfds().features.Image)
    if not is_image or image.np_dtype != np.uint8:
        raise ValueError(
            "A TFDS data set must have a feature `image` with 8-bit images. "
            f"Received: {request.dataset}, with: {', '.join(features)}."
        )
    request.require_eight_bits()
    height, width, channels = image.shape
    own_size = height if height == width else None
    size = request.image_size or own_size or DEFAULT_IMAGE_SIZE
    own_channels = 1 if channels == 1 else 3
    label: Any = features.get("label")
    is_class = isinstance(label, tfds().features.ClassLabel)
    return DatasetSpec(
        name=request.dataset,
        height=size,
        width=size,
        channels=request.channels or own_channels,
        class_names=tuple(label.names) if is_class else (),
    )


def _entries(
    builder: Any, request: DataRequest, spec: DatasetSpec
) -> Iterator[Entry]:
    numbers = itertools.count()
    try:
        for batch in tfds().as_numpy(_encoded(builder, request, spec)):
            images = batch["image"]
            labels = batch.get("label", np.zeros(len(images), np.int64))
            for data, label in zip(images, labels.tolist()):
                image = functools.partial(_decode, data, label, spec)
                yield Entry(f"example {next(numbers)}", label, image)
    except tf.errors.OpError as error:
        raise ValueError(
            "The files of a TFDS data set must be whole. Received: "
            f"{request.dataset} in {builder.data_path} ({first_line(error)})."
        ) from error


def _encoded(
    builder: Any, request: DataRequest, spec: DatasetSpec
) -> tf.data.Dataset:
    """Batches of the images as TFDS's files have them, and the labels."""
    features = _features(builder)
    names = ["image", "label"] if spec.class_names else ["image"]
    with quiet():
        return builder.as_dataset(
            split=request.split,
            batch_size=_READ_TOGETHER,
            # One file at a time keeps the order; no cache keeps memory flat.
            read_config=tfds().ReadConfig(
                interleave_cycle_length=1, try_autocache=False
            ),
            decoders=tfds().decode.PartialDecoding(
                {name: features[name] for name in names},
                decoders={"image": tfds().decode.SkipDecoding()},
            ),
        )


def _decode(
    data: bytes, label: int, spec: DatasetSpec, scale: ValueScale
) -> np.ndarray:
    if spec.class_names and not 0 <= label < spec.num_classes:
        raise UnreadableImage(f"label {label} has no class")
    return decode(data, spec.image_shape, scale=scale)
