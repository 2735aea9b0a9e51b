"""Any image data set of tensorflow-datasets, by its name there."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.decode import UnreadableImage, ValueScale, decode
from tfgan_zoo.data.folder import DEFAULT_IMAGE_SIZE
from tfgan_zoo.data.packing import Entry, Images, Log, Source, build_examples
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.store import Examples
from tfgan_zoo.data.tfds_builder import (
    prepare_builder,
    quiet,
    summarize_error,
    tfds,
)

# Elements of a tf.data pipeline cost more than their images.
_READ_TOGETHER = 64
_LABEL = "label"


@dataclasses.dataclass(frozen=True)
class LabelFeature:
    """The feature that makes the labels.

    Attributes:
        name: of it, None if no feature can.
        class_names: of its values.
        note: a line for the log; empty where the choice is the usual one.
    """

    name: str | None
    class_names: tuple[str, ...] = ()
    note: str = ""


def load_tfds(request: DataRequest, *, log: Log) -> Examples:
    """Reads an image data set of TFDS, such as `mnist` or `name/config:1.0.0`.

    The feature `image` is decoded just as the files of a folder are. The
    feature `label` makes the labels if it is a `ClassLabel`, else the one that
    the data set names as its target, or the only one there is.

    Args:
        request: its `dataset` is the data set's TFDS name.
        log: gets a line for each image skipped, while it takes long, and if
            another feature than `label` makes the labels, or none.

    Returns:
        The examples, in the order of TFDS's files.

    Raises:
        ValueError: there is no such data set or split, it is not prepared and
            may not be downloaded, it has no images, or none that can be read.
        OSError: the cache folder cannot be written to.
    """
    builder = prepare_builder(request, log=log)
    label = _label_feature(builder, request)
    source = _source(builder, request, label)
    if label.note:
        log(f"{request.dataset}: {label.note}")
    examples = build_examples(source, request, log=log)
    if label.name is None:
        examples.label_note = label.note
    return examples


def _label_feature(builder: Any, request: DataRequest) -> LabelFeature:
    if request.class_names == ():  # A run that began without labels.
        return LabelFeature(None)
    supervised = builder.info.supervised_keys or ()
    return choose_label(_features(builder), supervised)


def _source(builder: Any, request: DataRequest, label: LabelFeature) -> Source:
    spec = _spec(_features(builder), request, label)
    split = request.split_name
    try:
        count = builder.info.splits[split].num_examples
    except (KeyError, ValueError):
        raise ValueError(
            f"`split` must be one of: {', '.join(builder.info.splits)}. "
            f"Received: {split} of {request.dataset}."
        ) from None
    info = (builder.data_path / "dataset_info.json").read_text()
    content = f"{builder.data_path} {split} {info}"
    if label.name not in (None, "label"):
        content += f" {label.name}"
    return Source(
        title=request.dataset,
        spec=spec,
        fingerprint=hashlib.sha256(content.encode()).hexdigest(),
        count=count,
        entries=lambda: _entries(builder, request, spec, label),
    )


def _features(builder: Any) -> dict[str, Any]:
    features = builder.info.features
    is_dict = isinstance(features, tfds().features.FeaturesDict)
    return dict(features.items()) if is_dict else {}


def _spec(
    features: dict[str, Any], request: DataRequest, label: LabelFeature
) -> DatasetSpec:
    image: Any = features.get("image")
    is_image = isinstance(image, tfds().features.Image)
    if not is_image or image.np_dtype != np.uint8:
        raise ValueError(
            "A TFDS data set must have a feature `image` with 8-bit images. "
            f"Received: {request.dataset}, with: {', '.join(features)}."
        )
    request.require_eight_bits()
    height, width, channels = image.shape
    native_size = height if height == width else None
    size = request.choose_size(native_size or DEFAULT_IMAGE_SIZE)
    native_channels = 1 if channels == 1 else 3
    return DatasetSpec(
        name=request.dataset,
        height=size[0],
        width=size[1],
        channels=request.channels or native_channels,
        class_names=label.class_names,
    )


def _entries(
    builder: Any, request: DataRequest, spec: DatasetSpec, label: LabelFeature
) -> Iterator[Entry]:
    numbers = itertools.count()
    try:
        for batch in tfds().as_numpy(_encoded(builder, request, label)):
            images = batch["image"]
            labels = np.zeros(len(images), np.int64)
            if label.name is not None:
                labels = batch[label.name]
            for data, number in zip(images, labels.tolist()):
                image = functools.partial(_decode, data, number, spec)
                yield Entry(f"example {next(numbers)}", number, image)
    except tf.errors.OpError as error:
        raise ValueError(
            "The files of a TFDS data set must be whole. Received: "
            f"{request.dataset} in {builder.data_path} "
            f"({summarize_error(error)})."
        ) from error


def _encoded(
    builder: Any, request: DataRequest, label: LabelFeature
) -> tf.data.Dataset:
    """Batches of the images as TFDS's files have them, and the labels."""
    features = _features(builder)
    names = ["image"] if label.name is None else ["image", label.name]
    with quiet():
        return builder.as_dataset(
            split=request.split_name,
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
) -> Images:
    if spec.class_names and not 0 <= label < spec.num_classes:
        raise UnreadableImage(f"label {label} has no class")
    pixels = decode(data, spec.image_shape, scale=scale)
    return Images({"image": pixels}, hashlib.sha256(data).digest())


def choose_label(
    features: dict[str, Any], supervised: tuple[Any, ...]
) -> LabelFeature:
    """Chooses the feature `label`, else the one that the data set names.

    Args:
        features: of the data set, by name.
        supervised: its pair of an input and a target, empty without one.
    """
    single = _with_classes(features, tfds().features.ClassLabel)
    if _LABEL in single:
        return _label_of(features, _LABEL, "")
    # Read from disk they come in the order of a hash.
    there = sorted([*single, *_several(features)])
    target = supervised[1] if len(supervised) > 1 else None
    name = target if isinstance(target, str) and target in single else None
    if name is None and len(there) == 1 and single:
        (name,) = single
    if name is not None:
        note = f"Taking `{name}` for the labels, as there is no `{_LABEL}`."
        return _label_of(features, name, note)
    if not there and _LABEL not in features:
        return LabelFeature(None)
    return LabelFeature(None, note=_why_none(features, there))


def _label_of(features: dict[str, Any], name: str, note: str) -> LabelFeature:
    return LabelFeature(name, tuple(features[name].names), note)


def _why_none(features: dict[str, Any], there: list[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in there)
    if _LABEL in features:
        kind = type(features[_LABEL]).__name__
        return f"No labels: `{_LABEL}` is a {kind}, not one class an image."
    several = [name for name in there if name in _several(features)]
    if several == there:
        return f"No labels: {listed} has several classes an image."
    return f"No labels: there is no `{_LABEL}`, but {listed} to choose from."


def _with_classes(features: dict[str, Any], kind: type) -> list[str]:
    return [
        name
        for name, feature in features.items()
        if isinstance(feature, kind) and getattr(feature, "names", None)
    ]


def _several(features: dict[str, Any]) -> list[str]:
    """Returns the features that hold any number of classes an image."""
    class_label = tfds().features.ClassLabel
    return [
        name
        for name, feature in features.items()
        if isinstance(getattr(feature, "feature", None), class_label)
    ]
