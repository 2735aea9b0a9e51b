"""One training with a doctor beside it, and what he was told."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Callable

from benchmarks.failures.cause import Cause, Settings
from tfgan_zoo import data, pictures, strategies
from tfgan_zoo.backend import keras
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import building
from tfgan_zoo.training.callbacks import EveryCallback, Logs
from tfgan_zoo.training.examining import Examine, build_examination
from tfgan_zoo.training.failures import Verdict

Records = list[dict[str, Any]]
EXAMINATIONS = 50


class _Losses(EveryCallback):
    """Records losses as metrics.jsonl has them."""

    def __init__(self, records: Records, every: int, last_step: int) -> None:
        super().__init__(every, last_step)
        self._records = records

    def at(self, step: int, logs: Logs) -> None:
        values = {name: float(value) for name, value in logs.items()}
        self._records.append({"step": step, **values})
        self.model.reset_metrics()


class _AtOnset(keras.callbacks.Callback):
    """Does something to the GAN once it has come to a step."""

    def __init__(self, step: int, action: Callable[[Any], None]) -> None:
        super().__init__()
        self._step, self._action = step, action
        self._is_done = False

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if not self._is_done and self.model.step.numpy() >= self._step:
            self._is_done = True
            self._action(self.model)


def train(
    settings: Settings, cause: Cause | None, seed: int, data_dir: str
) -> tuple[Records, Any]:
    """Trains to the end, whatever happens.

    Args:
        settings: of the training.
        cause: what is done to it beside the settings, or None.
        seed: of the training.
        data_dir: where TFDS' data sets are.

    Returns:
        What a doctor is told, and a grid of samples, or None.
    """
    keras.backend.clear_session()
    config = TrainConfig(**settings, seed=seed, data_dir=data_dir or None)
    originals = building.load_data(config, log=_nothing)
    config = building.resolve(config, originals.spec)
    examples = originals
    if cause is not None and cause.change is not None:
        examples = cause.change(examples, seed)
    if cause is None or not cause.doctor_has_originals:
        originals = examples
    strategy = strategies.get("one_device")
    gan = building.build(config, examples.spec, strategy)
    if cause is not None and cause.tamper is not None:
        cause.tamper(gan)
    records: Records = []
    batches = data.batches(
        examples,
        batch_size=gan.recipe.batch_size * gan.recipe.discriminator_steps,
        seed=seed,
    )
    with strategy.scope():
        gan.fit(
            batches,
            steps_per_epoch=gan.recipe.steps,
            callbacks=[*_callbacks(gan, config, originals, cause, records)],
            verbose=0,
        )
    if gan.task != "generate":
        return records, None
    return records, pictures.render_samples(gan.generate(36))


def _callbacks(
    gan: Any,
    config: TrainConfig,
    examples: data.Examples,
    cause: Cause | None,
    records: Records,
) -> Iterator[keras.callbacks.Callback]:
    steps = gan.recipe.steps
    every = max(steps // EXAMINATIONS, 1)
    if cause is not None and cause.at_onset is not None:
        yield _AtOnset(int(cause.onset * steps), cause.at_onset)
    yield _Losses(records, every, steps)
    yield Examine(
        lambda: build_examination(gan, config, examples),
        every=every,
        on_examination=functools.partial(_kept, records),
        agree=int,
        verdict=Verdict(0),
    )


def _kept(records: Records, record: dict[str, Any]) -> None:
    """Judges nothing: the training is to come to its end."""
    records.append(record)


def _nothing(line: str) -> None:
    """Which images are read is known."""
