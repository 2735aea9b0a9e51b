"""Trains one of the classifiers that generated images are judged by.

    python tools/train_feature_network.py --name=digits --data_dir=DIR

Takes the train split of a TFDS data set, measures on its test split, and
writes the weights that ship with the package. Minutes on two cores.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from absl import app, flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow


@dataclasses.dataclass(frozen=True)
class Training:
    """What a network is made of and how it learns.

    Attributes:
        dataset: TFDS name.
        convolutions, pooled, features: see `classifier.Plan`.
        epochs: over the training images.
        shift_px: the farthest that a batch is moved, each way.
        flips: whether half the images are mirrored.
        soils: whether half the images are lifted from black, and noisy: a
            generator's black seldom is, and a classifier of digits that has
            not seen so took all of them for eights.
    """

    dataset: str
    convolutions: tuple[tuple[int, int], ...]
    pooled: bool
    features: int
    epochs: int
    shift_px: int
    flips: bool
    soils: bool


_GREY = ((32, 1), (32, 2), (64, 1), (64, 2), (64, 1))
_COLOUR = ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1))
_NETWORKS = {
    "digits": Training("mnist", _GREY, False, 64, 12, 2, False, True),
    "fashion": Training("fashion_mnist", _GREY, False, 64, 14, 1, True, True),
    "cifar10": Training("cifar10", _COLOUR, True, 128, 20, 4, True, False),
}
_VERSION = 1
_BATCH_SIZE = 128
_LEARNING_RATE = 2e-3
_DROPOUT = 0.3
# Of pixels in [-1, 1].
_MOST_OFFSET, _MOST_NOISE = 0.3, 0.2

_NAME = flags.DEFINE_enum("name", "digits", sorted(_NETWORKS), "Which one.")
_DATA_DIR = flags.DEFINE_string("data_dir", None, "Where TFDS data sets are.")
_EPOCHS = flags.DEFINE_integer("epochs", None, "By default the network's own.")
_OUTPUT = flags.DEFINE_string("output", None, "By default the package's file.")


def main(argv: list[str]) -> None:
    """Trains, measures, writes."""
    del argv
    import_tensorflow()
    from tfgan_zoo import data
    from tfgan_zoo.evaluation.features import classifier

    name = str(_NAME.value)
    training = _NETWORKS[name]
    request = data.DataRequest(training.dataset, data_dir=_DATA_DIR.value)
    examples = data.load_examples(request)
    height, width, channels = examples.spec.image_shape
    plan = classifier.Plan(
        name=name,
        version=_VERSION,
        image_shape=(height, width, channels),
        convolutions=training.convolutions,
        pooled=training.pooled,
        features=training.features,
        class_names=examples.spec.class_names,
        dataset=training.dataset,
        command=f"python tools/train_feature_network.py --name={name}",
    )
    model = _model(plan)
    _fit(model, examples, training)
    path = Path(_OUTPUT.value or classifier.FOLDER / f"{name}.npz")
    layers = _folded(model)
    classifier.write(path, plan, layers)
    features, _, _ = _judged(classifier.Classifier(path), examples)
    layers = _scaled(layers, features.var(axis=0).sum())
    classifier.write(path, plan, layers)
    # What is written is measured, not what was trained.
    test = data.load_examples(dataclasses.replace(request, split="test"))
    _, predicted, labels = _judged(classifier.Classifier(path), test)
    accuracy = float(np.mean(predicted == labels))
    plan = dataclasses.replace(plan, test_accuracy=accuracy)
    classifier.write(path, plan, layers)
    print(f"{name}: {accuracy:.2%} of the test set; {path}")


def _model(plan: Any) -> Any:
    from tfgan_zoo.backend import keras, precision_policy
    from tfgan_zoo.layers import Conv2D

    layers = keras.layers
    keras.utils.set_random_seed(0)
    images = keras.Input(plan.image_shape)
    x = images
    # Where the processor multiplies in it, several times sooner.
    with precision_policy("mixed_bfloat16"):
        for channels, stride in plan.convolutions:
            x = Conv2D(channels, 3, stride, "same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
        if plan.pooled:
            x = layers.MaxPooling2D()(x)
        x = layers.Dropout(_DROPOUT)(layers.Flatten()(x))
        x = layers.Dense(plan.features, use_bias=False)(x)
        # Without it most features die, 0 for every image.
        x = layers.ReLU()(layers.BatchNormalization()(x))
    logits = layers.Dense(len(plan.class_names), dtype="float32")(x)
    return keras.Model(images, logits)


def _fit(model: Any, examples: Any, training: Training) -> None:
    from tfgan_zoo import data
    from tfgan_zoo.backend import keras

    steps = len(examples) // _BATCH_SIZE
    epochs = _EPOCHS.value or training.epochs
    rates = keras.optimizers.schedules.CosineDecay(
        _LEARNING_RATE, steps * epochs
    )
    model.compile(
        keras.optimizers.Adam(rates),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )

    def changed(step: Any, batch: dict) -> tuple:
        images, labels = batch["image"], batch["label"]
        images = _moved(step, images, training)
        return _soiled(step, images) if training.soils else images, labels

    batches = data.batches(examples, batch_size=_BATCH_SIZE, seed=0)
    batches = batches.enumerate().map(changed)
    model.fit(batches, steps_per_epoch=steps, epochs=epochs, verbose=2)


def _moved(step: Any, images: Any, training: Training) -> Any:
    """Shifts a batch, and mirrors half of it."""
    import tensorflow as tf

    seed = tf.stack([step, tf.zeros_like(step)])
    size, most = tf.shape(images)[1], training.shift_px
    around = [[0, 0], [most, most], [most, most], [0, 0]]
    padded = tf.pad(images, around, constant_values=-1.0)
    top, left = tf.unstack(
        tf.random.stateless_uniform([2], seed, 0, 2 * most + 1, tf.int32)
    )
    moved = padded[:, top : top + size, left : left + size]
    moved.set_shape(images.shape)
    if not training.flips:
        return moved
    chosen = tf.random.stateless_uniform([_BATCH_SIZE, 1, 1, 1], seed)
    return tf.where(chosen < 0.5, moved, moved[:, :, ::-1])


def _soiled(step: Any, images: Any) -> Any:
    """Lifts half the images from black, and lays noise on them."""
    import tensorflow as tf

    def uniform(number: int) -> Any:
        seed = tf.stack([step, tf.fill([], np.int64(number))])
        return tf.random.stateless_uniform([_BATCH_SIZE, 1, 1, 1], seed)

    seed = tf.stack([step, tf.fill([], np.int64(4))])
    noise = tf.random.stateless_normal(tf.shape(images), seed)
    soiled = (
        images + _MOST_OFFSET * uniform(1) + _MOST_NOISE * uniform(2) * noise
    )
    soiled = tf.clip_by_value(soiled, -1.0, 1.0)
    return tf.where(uniform(3) < 0.5, images, soiled)


def _folded(model: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """Returns kernel and bias of each layer, batch norm's within them."""
    from tfgan_zoo.backend import keras

    folded = []
    for layer in model.layers:
        weights = layer.get_weights()
        if len(weights) == 1:
            (kernel,) = weights
        elif isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = weights
            gain = gamma / np.sqrt(variance + layer.epsilon)
            folded.append((kernel * gain, beta - mean * gain))
        elif weights:
            folded.append(tuple(weights))
    return folded


def _scaled(
    layers: list[tuple[np.ndarray, np.ndarray]], variance: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Gives the features the total variance that the plan promises."""
    from tfgan_zoo.evaluation.features.classifier import TOTAL_VARIANCE

    *convolutions, (kernel, bias), (linear, offsets) = layers
    gain = np.sqrt(TOTAL_VARIANCE / variance)
    dense = (gain * kernel, gain * bias)
    return [*convolutions, dense, (linear / gain, offsets)]


def _judged(
    network: Any, examples: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns features, predicted classes and labels of all examples."""
    import tensorflow as tf

    from tfgan_zoo import images

    extract_features = tf.function(network)
    found = []
    for start in range(0, len(examples), 500):
        rows = np.arange(start, min(start + 500, len(examples)))
        pixels, labels = examples.read(rows).values()
        features, logits = extract_features(images.from_uint8(pixels))
        found.append((features.numpy(), np.argmax(logits, -1), labels))
    features, predicted, labels = map(np.concatenate, zip(*found))
    return features, predicted, labels


if __name__ == "__main__":
    app.run(main)
