"""A small classifier of 28-pixel clothes, to evaluate generated ones by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tfgan_zoo import data
from tfgan_zoo.backend import keras

_EPOCHS = 8
_BATCH_SIZE = 128


def _classifier() -> keras.Model:
    layers = keras.layers
    images = keras.Input((28, 28, 1))
    x = images
    for channels in (32, 64, 128):
        x = layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D()(layers.ReLU()(x))
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    features = layers.Dense(64, activation="relu", name="features")(x)
    return keras.Model(images, [layers.Dense(10)(features), features])


def trained(weights: Path, request: data.DataRequest) -> keras.Model:
    """Returns the classifier; trains it if `weights` is not there yet."""
    model = _classifier()
    if weights.is_file():
        model.load_weights(weights)
        return model
    examples = data.load_examples(request)
    steps = len(examples) // _BATCH_SIZE
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps * _EPOCHS)
    trainee = keras.Model(model.input, model.outputs[0])
    trainee.compile(
        keras.optimizers.Adam(schedule),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    batches = data.batches(examples, batch_size=_BATCH_SIZE, seed=0)
    pairs = batches.map(lambda batch: (batch["image"], batch["label"]))
    trainee.fit(pairs, steps_per_epoch=steps, epochs=_EPOCHS, verbose=2)
    weights.parent.mkdir(parents=True, exist_ok=True)
    model.save_weights(weights)
    return model


def classify(
    model: keras.Model, images: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Returns (features float64 [N, 64], classes [N]) of uint8 images."""
    scaled = images.astype(np.float32) / 127.5 - 1.0
    logits, features = model.predict(scaled, batch_size=500, verbose=0)
    return features.astype(np.float64), logits.argmax(-1)
