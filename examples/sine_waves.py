"""Sine waves: a GAN of sequences, by recurrent layers that attend.

    python examples/sine_waves.py --steps=1500 --output=sine_waves.png

A sample is a wave of random frequency and phase, float32 [T, 1]. The generator
is an LSTM that attends at each step to the latents; the discriminator one that
attends at each step to the whole wave.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image, ImageDraw

from tfgan_zoo import GAN, Recipe, images
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import RecurrentAttention1D, RecurrentAttention2D
from tfgan_zoo.networks import Network

LENGTH = 32
UNITS = 32
PERIODS = (1.0, 3.0)
CELL_PX = (160, 60)


class Generator(Network):
    """Latents [B, Z] to waves [B, T, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.repeat = keras.layers.RepeatVector(LENGTH)
        cell = keras.layers.LSTMCell(UNITS)
        self.rnn = RecurrentAttention1D(cell, return_sequences=True)
        self.to_wave = keras.layers.Dense(1, "tanh", dtype="float32")

    def call(self, latents: tf.Tensor) -> tf.Tensor:
        return self.to_wave(self.rnn((self.repeat(latents), latents)))


class Discriminator(Network):
    """Waves [B, T, 1] to logits [B, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.look = keras.layers.Conv1D(UNITS, 5, 2, "same", activation="relu")
        self.rnn = RecurrentAttention2D(keras.layers.LSTMCell(UNITS))
        self.to_logit = keras.layers.Dense(1)

    def call(self, waves: tf.Tensor) -> tf.Tensor:
        places = self.look(waves)
        return self.to_logit(self.rnn((places, places)))


def true_waves(periods: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Returns float32 [N, T, 1] of so many periods [N]; a phase of 1 is one."""
    times = np.arange(LENGTH) / LENGTH
    turns = periods[:, np.newaxis] * times + phases[:, np.newaxis]
    return np.sin(2.0 * np.pi * turns)[..., np.newaxis].astype(np.float32)


def report(title: str, waves: np.ndarray) -> None:
    """Says how far waves are from the nearest true ones, and of which kind."""
    grid = np.meshgrid(np.linspace(*PERIODS, 41), np.arange(40) / 40)
    periods, phases = (axis.ravel() for axis in grid)
    offsets = waves[:, np.newaxis, :, 0] - true_waves(periods, phases)[..., 0]
    distances = np.sqrt(np.mean(np.square(offsets), axis=-1))
    found = periods[np.argmin(distances, axis=1)]
    low, middle, high = np.quantile(found, (0.1, 0.5, 0.9))
    print(
        f"{title}: {np.mean(np.min(distances, axis=1)):.2f} from a sine; "
        f"periods {low:.1f} to {high:.1f}, in the middle {middle:.1f}"
    )


def drawn(wave: np.ndarray) -> np.ndarray:
    """Returns the picture of a wave [T, 1]."""
    width, height = CELL_PX
    picture = Image.new("L", (2 * width, 2 * height), 255)
    places = np.linspace(4, 2 * width - 4, LENGTH)
    values = height - (height - 6) * wave[:, 0]
    line = list(zip(places.tolist(), values.tolist()))
    ImageDraw.Draw(picture).line(line, fill=0, width=3)
    return np.asarray(picture.reduce(2))[..., np.newaxis]


def main() -> None:
    """Trains, compares generated waves with real ones, and draws both."""
    parser = argparse.ArgumentParser(description="A GAN of sine waves.")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--output", type=Path, default=Path("sine_waves.png"))
    flags = parser.parse_args()
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    real = true_waves(random.uniform(*PERIODS, 10_000), random.random(10_000))
    batches = tf.data.Dataset.from_tensor_slices(real).repeat()
    recipe = Recipe("", latent_dim=8, ema_decay=0.99)
    gan = GAN(Generator(), Discriminator(), recipe=recipe)
    gan.compile(
        generator_learning_rate=1e-3,
        discriminator_learning_rate=1e-3,
        steps_per_execution=10,
    )
    report("Untrained", gan.generate(256))
    gan.fit(
        batches.batch(64, drop_remainder=True),
        steps_per_epoch=flags.steps,
        verbose=0,
    )
    report("Generated", gan.generate(256))
    report("Real", real[:256])
    waves = [*gan.generate(16), *real[:16]]
    picture = images.grid(np.stack([drawn(wave) for wave in waves]), columns=4)
    images.write_png(flags.output, picture)
    print(f"16 generated, then 16 real: {flags.output}")


if __name__ == "__main__":
    main()
