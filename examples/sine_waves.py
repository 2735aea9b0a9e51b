"""Sine waves: a GAN of sequences, by recurrent layers that attend.

    python examples/sine_waves.py --steps=2500 --output=sine_waves.png

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
    times = np.arange(LENGTH) / LENGTH
    turns = periods[:, np.newaxis] * times + phases[:, np.newaxis]
    return np.sin(2.0 * np.pi * turns)[..., np.newaxis].astype(np.float32)


def distances(waves: np.ndarray) -> np.ndarray:
    """Returns how far waves [N, T, 1] are from the nearest true ones, [N]."""
    grid = np.meshgrid(np.linspace(*PERIODS, 41), np.arange(40) / 40)
    every = true_waves(*(axis.ravel() for axis in grid))
    offsets = waves[:, np.newaxis] - every
    return np.sqrt(np.mean(np.square(offsets), axis=(2, 3))).min(axis=1)


def drawn(wave: np.ndarray) -> np.ndarray:
    """Returns the picture of a wave [T, 1]."""
    picture = Image.new("L", (2 * WIDTH_PX, 2 * HEIGHT_PX), "white")
    places = np.linspace(4, 2 * WIDTH_PX - 4, LENGTH).tolist()
    values = (HEIGHT_PX - (HEIGHT_PX - 6) * wave[:, 0]).tolist()
    line = list(zip(places, values))
    ImageDraw.Draw(picture).line(line, fill="black", width=3)
    return np.asarray(picture.reduce(2))[..., np.newaxis]


def main() -> None:
    """Trains, compares generated waves with real ones, and draws both."""
    parser = argparse.ArgumentParser(description="A GAN of sine waves.")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--output", type=Path, default=Path("sine_waves.png"))
    flags = parser.parse_args()
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    real = true_waves(random.uniform(*PERIODS, 10_000), random.random(10_000))
    batches = tf.data.Dataset.from_tensor_slices(real).repeat().batch(64)
    recipe = Recipe(
        "",
        latent_dim=8,
        generator_learning_rate=1e-3,
        discriminator_learning_rate=1e-3,
        ema_decay=0.99,
    )
    gan = GAN(Generator(), Discriminator(), recipe=recipe)
    gan.compile(steps_per_execution=10)
    untrained = gan.generate(256)
    gan.fit(batches, steps_per_epoch=flags.steps, verbose=0)
    generated = gan.generate(256)
    for name in ("untrained", "generated", "real"):
        away = distances(locals()[name][:256]).mean()
        print(f"From a sine of one to three periods, {name}: {away:.2f}")
    waves = np.concatenate([generated[:16], real[:16]])
    pictures = np.stack([drawn(wave) for wave in waves])
    images.write_png(flags.output, images.grid(pictures, columns=4))
    print(f"16 generated, then 16 real: {flags.output}")


if __name__ == "__main__":
    main()
