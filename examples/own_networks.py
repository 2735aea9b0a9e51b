"""Any two Keras models make a GAN: these generate clothes of 28x28 pixels.

    python examples/own_networks.py --steps=1500 --output=clothes.png

The networks do not depend on this package. What the GAN cannot see in them,
such as the size of the latents, is in its recipe; how to train, in `compile`.
At the end the generator is exported to the folder clothes, for
`tfgan_zoo.load`, the commands, servers and phones.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import tfgan_zoo
from tfgan_zoo import GAN, Recipe, data, export, images
from tfgan_zoo.backend import keras

LATENT_DIM = 64


def make_generator() -> keras.Model:
    """Latents [B, 64] to images [B, 28, 28, 1] in [-1, 1]."""
    return keras.Sequential(
        [
            keras.Input([LATENT_DIM]),
            keras.layers.Dense(7 * 7 * 128, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Reshape([7, 7, 128]),
            keras.layers.Conv2DTranspose(64, 4, 2, "same", use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh"),
        ]
    )


def make_discriminator() -> keras.Model:
    """Images [B, 28, 28, 1] to logits [B, 1]; no sigmoid."""
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            keras.layers.Conv2D(64, 4, 2, "same"),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Conv2D(128, 4, 2, "same", use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )


def main() -> None:
    """Trains on the clothes that come with the package, and generates some."""
    parser = argparse.ArgumentParser(description="A GAN of two Keras models.")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--output", type=Path, default=Path("clothes.png"))
    flags = parser.parse_args()
    keras.utils.set_random_seed(0)
    gan = GAN(
        make_generator(),
        make_discriminator(),
        recipe=Recipe("", latent_dim=LATENT_DIM),
    )
    gan.compile(
        keras.optimizers.Adam(8e-4, beta_1=0.5),
        keras.optimizers.Adam(4e-4, beta_1=0.5),
        loss="non_saturating",
        label_smoothing=0.1,
    )
    examples = data.load_examples(data.DataRequest("fashion_mnist_10k"))
    batches = data.batches(examples, batch_size=64, seed=0)
    gan.fit(batches, steps_per_epoch=flags.steps, verbose=2)

    folder = flags.output.with_suffix("")
    export.export(gan, folder, dataset="fashion_mnist_10k", overwrite=True)
    generator = tfgan_zoo.load(folder)

    clothes = generator.sample(range(64))  # as gan.generate(64), uint8
    images.write_png(flags.output, images.grid(clothes))
    real = examples.read(np.arange(64))["image"]
    for name, pixels in (("real", real), ("generated", clothes)):
        logits = gan.discriminate(images.from_uint8(pixels))
        print(f"Mean logit of {name} images: {np.mean(logits):.2f}")
    print(f"64 generated images: {flags.output}")
    print(f"The generator, exported: {folder}")


if __name__ == "__main__":
    main()
