"""Sine waves: a GAN of sequences, by recurrent layers that attend.

    python examples/sine_waves.py --steps=2000 --output=sine_waves.png

Samples are of random frequency and phase, float32 [T, 1]. The generator is an
LSTM that attends at each step to the latents; the discriminator's, to the wave.
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

LENGTH, LATENT_DIM, UNITS = 32, 8, 32
PERIODS = (1.0, 3.0)
WIDTH_PX, HEIGHT_PX = 160, 60


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
    turns = np.outer(periods, np.arange(LENGTH) / LENGTH) + phases[:, None]
    return np.sin(2.0 * np.pi * turns)[..., np.newaxis].astype(np.float32)


def distance(waves: np.ndarray) -> float:
    """Returns the mean distance of waves [N, T, 1] to the nearest true ones."""
    grid = np.meshgrid(np.linspace(*PERIODS, 41), np.arange(40) / 40)
    offsets = waves[:, np.newaxis] - true_waves(*(one.ravel() for one in grid))
    return np.sqrt(np.mean(np.square(offsets), axis=(2, 3))).min(1).mean()


def drawn(wave: np.ndarray) -> np.ndarray:
    """Returns the picture of a wave [T, 1]."""
    picture = Image.new("L", (2 * WIDTH_PX, 2 * HEIGHT_PX), "white")
    places = np.linspace(4, 2 * WIDTH_PX - 4, LENGTH)
    line = np.stack([places, HEIGHT_PX - (HEIGHT_PX - 6) * wave[:, 0]], axis=1)
    ImageDraw.Draw(picture).line(line.ravel().tolist(), "black", width=3)
    return np.asarray(picture.reduce(2))[..., np.newaxis]


def main() -> None:
    """Trains, compares generated waves with real ones, and draws both."""
    parser = argparse.ArgumentParser(description="A GAN of sine waves.")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--output", type=Path, default=Path("sine_waves.png"))
    flags = parser.parse_args()
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    real = true_waves(random.uniform(*PERIODS, 10_000), random.random(10_000))
    batches = tf.data.Dataset.from_tensor_slices(real).repeat().batch(64)
    recipe = Recipe("", latent_dim=LATENT_DIM, ema_decay=0.99)
    gan = GAN(Generator(), Discriminator(), recipe=recipe)
    adams = (keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2))
    gan.compile(*adams, steps_per_execution=10)
    print(f"Untrained: {distance(gan.generate(256)):.2f} from a sine wave")
    gan.fit(batches, steps_per_epoch=flags.steps, verbose=0)
    print(f"Generated: {distance(gan.generate(256)):.2f} from a sine wave")
    print(f"Real: {distance(real[:256]):.2f} from the nearest that is tried")
    drawings = [drawn(wave) for wave in (*gan.generate(16), *real[:16])]
    images.write_png(flags.output, images.grid(np.stack(drawings), columns=4))
    print(f"16 generated, then 16 real: {flags.output}")


if __name__ == "__main__":
    main()
