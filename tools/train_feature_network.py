"""Trains one of the classifiers that generated images are judged by.

    python tools/train_feature_network.py --name=digits --data_dir=DIR

Takes the train split of a TFDS data set, measures on its test split, and
writes the weights that ship with the package. Minutes on two cores.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from absl import app, flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_GREY = ((32, 1), (32, 2), (64, 1), (64, 2), (64, 1))
_COLOUR = ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1))
_NETWORKS = {
    # name: (data set, convolutions, pooled, features, epochs, shift, flip)
    "digits": ("mnist", _GREY, False, 64, 12, 2, False),
    "fashion": ("fashion_mnist", _GREY, False, 64, 14, 1, True),
    "cifar10": ("cifar10", _COLOUR, True, 128, 20, 4, True),
}
_VERSION = 1
_BATCH_SIZE = 128
_DROPOUT = 0.3

_NAME = flags.DEFINE_enum("name", None, sorted(_NETWORKS), "Which to train.")
_DATA_DIR = flags.DEFINE_string("data_dir", None, "Where TFDS data sets are.")
_EPOCHS = flags.DEFINE_integer("epochs", None, "By default the network's own.")
_OUTPUT = flags.DEFINE_string("output", None, "By default the package's file.")


def main(argv: list[str]) -> None:
    """Trains, measures, writes."""
    del argv
    import_tensorflow()
    from tfgan_zoo import data
    from tfgan_zoo.evaluation.features import classifier

    dataset, convolutions, pooled, width, epochs, shift, flip = _NETWORKS[
        _NAME.value
    ]
    request = data.DataRequest(dataset, data_dir=_DATA_DIR.value)
    examples = data.load_examples(request)
    plan = classifier.Plan(
        name=_NAME.value,
        version=_VERSION,
        image_shape=examples.spec.image_shape,
        convolutions=convolutions,
        pooled=pooled,
        features=width,
        class_names=examples.spec.class_names,
        dataset=dataset,
        command=f"python tools/train_feature_network.py --name={_NAME.value}",
    )
    model = _model(plan)
    _fit(model, examples, _EPOCHS.value or epochs, shift=shift, flip=flip)
    path = classifier.FOLDER / f"{plan.name}.npz"
    path = type(path)(_OUTPUT.value or path)
    layers = _folded(model)
    classifier.write(path, plan, layers)
    features, _, _ = _judged(classifier.Classifier(path), examples)
    layers = _scaled(layers, features.var(axis=0).sum())
    classifier.write(path, plan, layers)
    # What is written is measured, not what was trained.
    test = data.load_examples(dataclasses.replace(request, split="test"))
    _, predicted, labels = _judged(classifier.Classifier(path), test)
    accuracy = float(np.mean(predicted == labels))
    classifier.write(
        path, dataclasses.replace(plan, test_accuracy=accuracy), layers
    )
    print(f"{plan.name}: {accuracy:.2%} of the test set; {path}")


def _model(plan):
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


def _fit(model, examples, epochs, *, shift, flip):
    from tfgan_zoo import data
    from tfgan_zoo.backend import keras

    steps = len(examples) // _BATCH_SIZE
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps * epochs)
    model.compile(
        keras.optimizers.Adam(schedule),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    batches = data.batches(examples, batch_size=_BATCH_SIZE, seed=0)
    batches = batches.enumerate().map(
        lambda step, one: (_moved(step, one[0], shift, flip), one[1])
    )
    model.fit(batches, steps_per_epoch=steps, epochs=epochs, verbose=2)


def _moved(step, images, shift, flip):
    """Shifts a batch by up to `shift` pixels, and flips half of it."""
    import tensorflow as tf

    seed = tf.stack([step, tf.zeros_like(step)])
    size = tf.shape(images)[1]
    padded = tf.pad(
        images, [[0, 0], [shift] * 2, [shift] * 2, [0, 0]], constant_values=-1.0
    )
    top, left = tf.unstack(
        tf.random.stateless_uniform([2], seed, 0, 2 * shift + 1, tf.int32)
    )
    moved = padded[:, top : top + size, left : left + size]
    moved.set_shape(images.shape)
    if not flip:
        return moved
    chosen = tf.random.stateless_uniform([tf.shape(images)[0], 1, 1, 1], seed)
    return tf.where(chosen < 0.5, moved, moved[:, :, ::-1])


def _folded(model):
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


def _scaled(layers, variance):
    """Gives the features the total variance that the plan promises."""
    from tfgan_zoo.evaluation.features.classifier import TOTAL_VARIANCE

    *convolutions, (kernel, bias), (linear, offsets) = layers
    gain = np.sqrt(TOTAL_VARIANCE / variance)
    dense = (gain * kernel, gain * bias)
    return [*convolutions, dense, (linear / gain, offsets)]


def _judged(network, examples):
    """Returns features, predicted classes and labels of all examples."""
    import tensorflow as tf

    from tfgan_zoo import images

    judge = tf.function(network)
    found = []
    for start in range(0, len(examples), 500):
        rows = np.arange(start, min(start + 500, len(examples)))
        pixels, labels = examples.read(rows)
        features, logits = judge(images.from_uint8(pixels))
        found.append((features.numpy(), np.argmax(logits, -1), labels))
    return map(np.concatenate, zip(*found))


if __name__ == "__main__":
    app.run(main)
