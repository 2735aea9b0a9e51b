"""The networks that come with the package."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.evaluation.features import classifier
from tfgan_zoo.evaluation.features.network import FeatureNetwork, normalize

STACKED = "stacked_digits"
# Data set -> the network for its images.
_FOR_DATASETS = {
    "mnist": "digits",
    "fashion_mnist": "fashion",
    "fashion_mnist_10k": "fashion",
    "cifar10": "cifar10",
    "stacked_mnist": STACKED,
}


def names() -> list[str]:
    """Returns the names of the networks, sorted."""
    stems = [path.stem for path in classifier.FOLDER.glob("*.npz")]
    return sorted([*stems, STACKED])


def for_dataset(dataset: str) -> str | None:
    """Returns the name of the network for a data set's images.

    Args:
        dataset: its name, as `DataRequest` takes it.

    Returns:
        A name that `get` takes; None where no network was trained on such
        images.
    """
    return _FOR_DATASETS.get(dataset.partition(":")[0])


def shipped(name: str) -> FeatureNetwork:
    """Returns a network that comes with the package.

    Args:
        name: one of `names()`.
    """
    if name == STACKED:
        return _stacked(shipped("digits"))
    path = classifier.FOLDER / f"{name}.npz"
    network = classifier.Classifier(path)
    plan = network.plan
    return FeatureNetwork(
        name=name,
        version=str(plan.version),
        sha256=files.sha256(path),
        image_shape=plan.image_shape,
        network=lambda images: network(normalize(images)),
        class_names=plan.class_names,
    )


def _stacked(digits: FeatureNetwork) -> FeatureNetwork:
    """`digits` on each channel: features side by side, a logit a mode."""

    def network(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        channels = tf.split(images, 3, axis=-1)
        features, logits = zip(*map(digits.network, channels))
        red, green, blue = map(tf.nn.log_softmax, logits)
        modes = (
            red[:, :, None, None]
            + green[:, None, :, None]
            + blue[:, None, None, :]
        )
        return tf.concat(features, -1), tf.reshape(modes, [len(modes), -1])

    height, width, _ = digits.image_shape
    return FeatureNetwork(
        name=STACKED,
        version=digits.version,
        sha256=digits.sha256,
        image_shape=(height, width, 3),
        network=network,
        class_names=tuple(f"{number:03}" for number in range(1000)),
    )
