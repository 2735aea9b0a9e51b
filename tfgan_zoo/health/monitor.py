"""The doctor beside any two Keras models that train against each other."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, paths
from tfgan_zoo.backend import keras
from tfgan_zoo.health.doctor import Doctor
from tfgan_zoo.health.examination import Examination
from tfgan_zoo.health.finding import Facts, Finding
from tfgan_zoo.health.network_pair import NetworkPair
from tfgan_zoo.health.real_data import RealBatch, RealData


class GANMonitor(keras.callbacks.Callback):
    """Examines two networks as they train, and prints its findings.

    Use it as a callback of `fit`, or call `examine(step)` in a loop of your
    own. An examination leaves the networks as they were.

    Args:
        subject: the networks, wrapped by `wrap_networks` or `wrap_gan`.
        real: uint8 [M, H, W, C], or float32 in [-1, 1], or points [M, D], M at
            least 2.
        held_out: images like `real` that are not trained on.
        every: number of steps between examinations, in `fit`.
        steps: number of steps of the whole training; 0 if unknown.
        log: a file for the signals, a JSON object per line, for
            `tfgan-doctor --log`.

    Attributes:
        doctor: has the findings and the history of the signals.

    Raises:
        ValueError: `real` or `held_out` has fewer than two samples, or values
            out of range.

    Examples:
        >>> from tfgan_zoo.health import wrap_networks
        >>> layers = keras.layers
        >>> generator = keras.Sequential([layers.Input([8]), layers.Dense(2)])
        >>> discriminator = keras.Sequential(
        ...     [layers.Input([2]), layers.Dense(1)]
        ... )
        >>> subject = wrap_networks(generator, discriminator, latent_dim=8)
        >>> monitor = GANMonitor(subject, np.zeros([64, 2], np.float32))
        >>> monitor.examine(step=100)  # or gan.fit(..., callbacks=[monitor])
        []
        >>> "separation" in monitor.doctor.history.names()
        True
    """

    def __init__(
        self,
        subject: NetworkPair,
        real: np.ndarray,
        *,
        held_out: np.ndarray | None = None,
        every: int = 100,
        steps: int = 0,
        log: str | Path | None = None,
    ) -> None:
        super().__init__()
        settings = {"loss": subject.loss_name} if subject.loss_name else {}
        self.doctor = Doctor(Facts(settings, steps))
        self._every = every
        self._log = None if log is None else paths.expand(log)
        self._steps = 0
        self._step = tf.Variable(0, dtype=tf.int64, trainable=False)
        self._examination = Examination(
            dataclasses.replace(subject, step=self._step),
            RealData(
                _reader(real, "real"),
                None if held_out is None else _reader(held_out, "held_out"),
            ),
        )

    def examine(self, step: int, **more: float) -> list[Finding]:
        """Examines the networks as they are.

        Args:
            step: of the training.
            **more: further signals of it, such as `generator_loss`.

        Returns:
            The findings that go on.
        """
        self._step.assign(step)
        signals = self._examination.record(self._examination.probe())
        record = {"step": step, **more, **signals}
        if self._log is not None:
            with open(self._log, "a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
        for event in self.doctor.update(record):
            self.tell(event.line())
        return self.doctor.ongoing()

    def tell(self, line: str) -> None:
        """Tells of a finding that begins or ends; here it is printed."""
        print(line, flush=True)

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        self._steps += 1
        if self._steps % self._every == 0:
            self.examine(self._steps)


def _reader(samples: np.ndarray, name: str) -> Callable[[int, int], RealBatch]:
    samples = np.asarray(samples)
    if samples.ndim < 2 or len(samples) < 2:
        raise ValueError(
            f"`{name}` must hold two samples or more. "
            f"Received: shape {samples.shape}."
        )
    if samples.dtype != np.uint8:
        samples = samples.astype(np.float32)
        if samples.ndim == 4:
            samples = _pixels(samples, name)

    def read(number: int, count: int) -> RealBatch:
        random = np.random.RandomState(number)
        return RealBatch(samples[random.randint(len(samples), size=count)])

    return read


def _pixels(samples: np.ndarray, name: str) -> np.ndarray:
    low, high = float(samples.min()), float(samples.max())
    if not -1.0 <= low <= high <= 1.0:
        raise ValueError(
            f"`{name}` must be in [-1, 1], or uint8. "
            f"Received: {low:.4g} to {high:.4g}."
        )
    return images.to_uint8(samples).numpy()
