"""XOR: how many of four clusters do three GANs reach?

    python examples/xor.py --steps=3000 --output=xor.png

Points of the plane lie in four squares, in the corners. Two GANs do not know
which; the discriminator of the second judges packs of points (Lin et al. 2018,
arXiv:1712.04086), in which a missing cluster is more easily seen. The third is
supervised: both networks are told the class, XOR of the coordinates' signs, of
which each has two squares.
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
# Name: points a pack, classes that the networks are told.
VARIANTS = {"plain": (1, 0), "packs of 4": (4, 0), "supervised": (1, 2)}


def dense_network(inputs: int, outputs: int, num_classes: int) -> keras.Model:
    """Two hidden layers; with classes, the label is a second input."""
    x = keras.Input([inputs])
    label = keras.Input([], dtype="int32")
    hidden = x
    if num_classes:
        vector = keras.layers.Embedding(num_classes, UNITS)(label)
        hidden = keras.layers.Concatenate()([x, vector])
    for _ in range(2):
        hidden = keras.layers.Dense(UNITS)(hidden)
        hidden = keras.layers.LeakyReLU(0.2)(hidden)
    y = keras.layers.Dense(outputs)(hidden)
    return keras.Model([x, label] if num_classes else x, y)


def make_gan(packing: int, num_classes: int) -> GAN:
    """Plugs two networks of one's own together."""
    recipe = Recipe(
        "", latent_dim=LATENT_DIM, packing=packing, ema_decay=0.99
    )
    return GAN(
        dense_network(LATENT_DIM, 2, num_classes),
        dense_network(2 * packing, 1, num_classes),
        recipe=recipe,
        num_classes=num_classes,
    )


def train(packing: int, num_classes: int, steps: int) -> GAN:
    """Trains on points of the data set "xor"."""
    keras.utils.set_random_seed(0)
    gan = make_gan(packing, num_classes)
    gan.compile(
        generator_learning_rate=1e-3,
        discriminator_learning_rate=1e-3,
        steps_per_execution=min(steps, 20),
    )
    examples = data.load_examples(data.DataRequest("xor"))
    batches = data.batches(examples, batch_size=64, seed=0)
    gan.fit(batches, steps_per_epoch=steps, verbose=0)
    return gan


def main() -> None:
    """Trains each variant, says what it reaches, and draws its points."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--output", type=Path, default=Path("xor.png"))
    flags = parser.parse_args()
    mixture = MIXTURES["xor"]
    drawn = []
    for name, (packing, num_classes) in VARIANTS.items():
        gan = train(packing, num_classes, flags.steps)
        points = gan.generate(SAMPLES)
        labels = np.arange(SAMPLES) % num_classes if num_classes else None
        found = coverage(points, mixture.modes, stddev=mixture.stddev)
        print(
            f"{name}: {found.modes_reached} of 4 clusters, "
            f"{found.high_quality:.0%} of the points in one"
        )
        drawn.append(
            pictures.scatter(points, labels=labels, modes=mixture.modes)
        )
    images.write_png(flags.output, np.concatenate(drawn, axis=1))
    print(f"The points of each, from left to right: {flags.output}")


if __name__ == "__main__":
    main()
