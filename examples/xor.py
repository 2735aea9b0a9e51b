"""XOR: how many of four clusters does a GAN reach?

    python examples/xor.py --steps=4000 --output=xor.png

Points of the plane lie in four squares, one in each corner. A GAN learns them,
with or without labels: the class is the XOR of the coordinates' signs, so each
class has two squares. With a discriminator that learns ten times more slowly
than the generator, the generator moves from corner to corner; the same
discriminator does better if it sees two points at a time (Lin et al. 2018,
arXiv:1712.04086), which makes a missing corner easy to detect.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from tfgan_zoo import GAN, Recipe, data, images, pictures
from tfgan_zoo.backend import keras
from tfgan_zoo.data.points import MIXTURES
from tfgan_zoo.evaluation.mixtures import SAMPLES, coverage

UNITS = 64
LATENT_DIM = 2
CLASSES = 2
EVEN = {"generator_learning_rate": 1e-3, "discriminator_learning_rate": 1e-3}
SLOW = {"discriminator_learning_rate": 1e-4}
# Name: number of classes that both networks get, settings of the recipe.
VARIANTS = {
    "plain": (0, {}),
    "supervised": (CLASSES, {}),
    "slow discriminator": (0, SLOW),
    "slow discriminator, packs of 2": (0, {**SLOW, "packing": 2}),
}


def dense_network(inputs: int, outputs: int, num_classes: int) -> keras.Model:
    """Two hidden layers; with classes, the label is a second input."""
    x = hidden = keras.Input([inputs])
    label = keras.Input([], dtype="int32")
    if num_classes:
        vector = keras.layers.Embedding(num_classes, UNITS)(label)
        hidden = keras.layers.Concatenate()([x, vector])
    for _ in range(2):
        hidden = keras.layers.Dense(UNITS)(hidden)
        hidden = keras.layers.LeakyReLU(0.2)(hidden)
    y = keras.layers.Dense(outputs)(hidden)
    return keras.Model([x, label] if num_classes else x, y)


def train(num_classes: int, settings: dict, steps: int) -> GAN:
    """Plugs two networks together and trains them on the data set "xor"."""
    keras.utils.set_random_seed(0)
    recipe = Recipe(
        "", latent_dim=LATENT_DIM, ema_decay=0.99, **{**EVEN, **settings}
    )
    gan = GAN(
        dense_network(LATENT_DIM, 2, num_classes),
        dense_network(2 * recipe.packing, 1, num_classes),
        recipe=recipe,
        num_classes=num_classes,
    )
    gan.compile(steps_per_execution=20)
    examples = data.load_examples(data.DataRequest("xor"))
    batches = data.batches(examples, batch_size=64, seed=0)
    gan.fit(batches, steps_per_epoch=steps, verbose=0)
    return gan


def main() -> None:
    """Trains each variant, says what it reaches, and draws its points."""
    parser = argparse.ArgumentParser(description="How many clusters of four?")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--output", type=Path, default=Path("xor.png"))
    flags = parser.parse_args()
    mixture = MIXTURES["xor"]
    drawn = []
    for name, (num_classes, settings) in VARIANTS.items():
        points = train(num_classes, settings, flags.steps).generate(SAMPLES)
        found = coverage(points, mixture.modes, stddev=mixture.stddev)
        print(
            f"{name}: {found.modes_reached} of 4 clusters, "
            f"{found.high_quality:.0%} of the points in them"
        )
        # A supervised GAN goes round the classes.
        labels = np.arange(SAMPLES) % max(num_classes, 1)
        drawn.append(
            pictures.scatter(points, labels=labels, modes=mixture.modes)
        )
    picture = images.grid(np.stack(drawn), columns=2)
    images.write_png(flags.output, picture)
    print(f"The points of each, row by row: {flags.output}")


if __name__ == "__main__":
    main()
