"""What samples are compared with: the features of real images."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection
from typing import Any, Callable

from tfgan_zoo import data
from tfgan_zoo.data.points import MIXTURES, Mixture
from tfgan_zoo.evaluation import features as networks
from tfgan_zoo.evaluation import metrics, real
from tfgan_zoo.evaluation.feature_sets import FeatureSet
from tfgan_zoo.evaluation.settings import Settings

_ALL = 2**31 - 1
# Splits that nobody trains on, the first one that there is.
_HELD_OUT = ("test", "validation", "valid", "val", "dev")


@dataclasses.dataclass(frozen=True)
class Reference:
    """What samples are compared with.

    Attributes:
        real: features of real images.
        network: that extracted them.
        training: those of images that were trained on, or None.
        mixture: of points.
        with_reference: whether to score `training` as if it were samples.
        class_names: of the data, by label; empty where they have none.
        fingerprint: of the real images, see `data.content`.
        is_paired: whether a source, where samples are made of images, belongs
            to the real image at its place.
    """

    real: FeatureSet
    network: networks.AnyNetwork
    training: FeatureSet | None = None
    mixture: Mixture | None = None
    with_reference: bool = False
    class_names: tuple[str, ...] = ()
    fingerprint: str = ""
    is_paired: bool = True


@dataclasses.dataclass(frozen=True)
class ReferenceRequest:
    """What samples are to be compared with.

    Attributes:
        request: the data set; its split is that of the real images, None for
            `test` where there is one, else `validation`, but for the one that
            was trained on.
        features: name or path of the network; None goes by the data set.
        network_file: of one that does not come with the package.
        with_reference: whether to score training images too.
        trained_on: the split that the model was trained on; None is `train`.
        with_sources: whether the samples are made of the images of the data
            set, so that they can be compared without a feature network.
    """

    request: data.DataRequest
    features: str | None = None
    network_file: networks.Request = networks.Request()
    with_reference: bool = False
    trained_on: str | None = None
    with_sources: bool = False


def network_for(
    reference_request: ReferenceRequest, spec: data.DatasetSpec
) -> networks.AnyNetwork:
    """Returns the feature network for a data set.

    Raises:
        ValueError: there is none for the data, none is named, and samples can
            be compared by nothing else.
    """
    if len(spec.image_shape) != 3:
        if reference_request.features:
            raise ValueError(
                "--features is of images. Received: "
                f"{reference_request.features}, with the points of "
                f"{spec.name}."
            )
        file = reference_request.network_file
        if file.path or file.sha256:
            raise ValueError(
                "--features_path and --features_sha256 are of networks of "
                f"images. Received: {file.path or file.sha256}, with the "
                f"points of {spec.name}."
            )
        return networks.Coordinates()
    name = reference_request.features or networks.for_dataset(
        reference_request.request.dataset
    )
    if name is None and reference_request.with_sources:
        if reference_request.with_reference:
            raise ValueError(
                "--reference needs a feature network, by --features, as "
                "training images are no translations. Received: none."
            )
        return networks.NoFeatures()
    if name is None:
        raise ValueError(
            "--features must be given for images that none of the networks "
            "was trained on: imagenet, which is for images of any kind, one "
            f"of {', '.join(networks.names())}, or the path of a SavedModel or "
            "Keras model. Received: "
            f"{reference_request.request.dataset} without it."
        )
    return networks.get(name, reference_request.network_file)


def load_reference(
    reference_request: ReferenceRequest,
    settings: Settings,
    log: Callable[[str], None] = print,
) -> tuple[Reference, dict[str, Any], data.DatasetSpec]:
    """Extracts the real images' features, or takes them from the cache.

    Args:
        reference_request: what to compare with.
        settings: of the evaluation.
        log: see `data.load_examples`.

    Returns:
        The reference, what a protocol says of it, and the data's spec.

    Raises:
        ValueError: see `data.load_examples` and `network_for`.
    """
    request = reference_request.request
    splits = data.splits(request, log=log)
    split = request.split or held_out(splits, reference_request.trained_on)
    # A folder without splits is taken as it is.
    named_split = split if request.split or splits != ("train",) else None
    request = dataclasses.replace(request, split=named_split)
    examples = data.load_examples(request, log=log)
    network = network_for(reference_request, examples.spec)
    needed = metrics.needs(settings.candidates())
    load = functools.partial(
        real.load_feature_set,
        network=network,
        with_images="images" in needed or reference_request.with_sources,
    )
    training = None
    training_split = _training_split(reference_request, split, splits, needed)
    if training_split is not None:
        training_request = dataclasses.replace(request, split=training_split)
        training = load(data.load_examples(training_request, log=log), _ALL)
    reference = Reference(
        load(examples, settings.count, with_balls="balls" in needed),
        network,
        training,
        MIXTURES.get(request.dataset),
        reference_request.with_reference,
        examples.spec.class_names,
        examples.fingerprint,
        is_paired=examples.spec.paired,
    )
    compared_with = {"dataset": request.dataset, "split": split}
    return reference, compared_with, examples.spec


def _training_split(
    reference_request: ReferenceRequest,
    split: str,
    splits: tuple[str, ...],
    needed: Collection[str],
) -> str | None:
    """Returns the split of training images to load, None if none is needed.

    Raises:
        ValueError: --reference needs them, and there are none.
    """
    if not (reference_request.with_reference or "training" in needed):
        return None
    trained_on = reference_request.trained_on or "train"
    is_there = reference_request.trained_on is not None or "train" in splits
    if split != trained_on and is_there:
        return trained_on
    if not reference_request.with_reference:
        return None
    raise ValueError(
        "--reference needs images beside those that were trained on. "
        f"Received: {reference_request.request.dataset}, split {split} of "
        f"{', '.join(splits)}."
    )


def is_trained_on(split: str, trained_on: str | None) -> bool:
    """Whether a split is, or is among, those that a model was trained on.

    Parts of a TFDS split, such as `train[:50%]` and `train[50%:]`, count as
    different ones.

    Args:
        split: to compare with.
        trained_on: see `ReferenceRequest`.
    """
    if split == (trained_on or "train"):
        return True
    shared = data.splits_in_name(split) & data.splits_in_name(trained_on)
    return bool(shared) and "[" not in f"{split}{trained_on}"


def held_out(splits: tuple[str, ...], trained_on: str | None) -> str:
    """Returns the split to compare with: one not trained on, if there is.

    Args:
        splits: that there are.
        trained_on: one of them, or what TFDS makes of several; None is `train`.
    """
    trained = data.splits_in_name(trained_on)
    candidates = [
        name
        for name in (*_HELD_OUT, *splits)
        if name in splits and not trained & data.splits_in_name(name)
    ]
    return [*candidates, *splits][0]
