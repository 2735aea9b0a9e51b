"""One training: from settings to a trained generator in its run folder."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
from typing import Callable

import tensorflow as tf

from tfgan_zoo import data, replicas
from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe, TrainConfig
from tfgan_zoo.gan import GAN
from tfgan_zoo.training import callbacks
from tfgan_zoo.training.building import build
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.progress import Progress
from tfgan_zoo.training.run_folder import RunFolder


@dataclasses.dataclass(frozen=True)
class Result:
    """How a training ended.

    Attributes:
        step: steps done in all.
        stopped_by: the signal that ended it early, or None.
    """

    step: int
    stopped_by: signal.Signals | None


def train(
    config: TrainConfig,
    examples: data.Examples,
    folder: RunFolder,
    *,
    resume: bool = True,
    strategy: tf.distribute.Strategy | None = None,
    log: Callable[[str], None] = print,
) -> Result:
    """Trains by settled settings in a run folder, or goes on there.

    Args:
        config: settled settings.
        examples: the data set that they name.
        folder: new, empty, or the run's own.
        resume: whether the folder may hold the run already.
        strategy: which devices; by default all GPUs, or the processor.
        log: told what happens, a line each.

    Raises:
        ValueError: as of `build` and `RunFolder.open`.
        FileExistsError: as of `RunFolder.open`.
        OSError: another training is at work in the folder.
        NonFiniteLossError: a loss is not finite.
    """
    strategy = strategy or replicas.mirrored()
    gan = build(config, examples.spec, strategy)
    with folder.locked():
        folder.open(
            config, examples.spec, examples=len(examples), resume=resume
        )
        log(f"Run folder: {folder.root}")
        checkpoints = Checkpoints(
            folder.checkpoints, keep=config.keep_checkpoints, log=log
        )
        with strategy.scope():
            first_step = checkpoints.restore(gan)
        folder.forget_metrics_after(first_step)
        if first_step >= gan.recipe.steps:
            log(f"Already at step {first_step} of {gan.recipe.steps}.")
            return Result(first_step, None)
        if first_step:
            log(f"Going on from step {first_step}.")
        shown = Progress(first_step, gan.recipe.steps, log)
        with contextlib.closing(shown) as progress:
            beside = _callbacks(
                config, gan.recipe, folder, examples, progress, checkpoints
            )
            stopped_by = _fit(gan, examples, beside, log)
    step = int(gan.step.numpy())
    return Result(step, None if step >= gan.recipe.steps else stopped_by)


def _fit(
    gan: GAN,
    examples: data.Examples,
    beside: list[keras.callbacks.Callback],
    log: Callable[[str], None],
) -> signal.Signals | None:
    """Trains on; returns the signal that ended it early, or None."""
    step = int(gan.step.numpy())
    batches = data.batches(
        examples,
        batch_size=gan.recipe.batch_size,
        seed=gan.seed,
        first_step=step * gan.recipe.discriminator_steps,
    )
    with callbacks.StopOnSignal(log) as stop:
        gan.fit(
            batches,
            steps_per_epoch=gan.recipe.steps - step,
            callbacks=[*beside, stop],
            verbose=0,
        )
    return stop.received


def _callbacks(
    config: TrainConfig,
    recipe: Recipe,
    folder: RunFolder,
    examples: data.Examples,
    progress: Progress,
    checkpoints: Checkpoints,
) -> list[keras.callbacks.Callback]:
    last_step = recipe.steps
    return [
        callbacks.StopOnNonFiniteLoss(),
        callbacks.WriteMetrics(
            folder,
            every=config.log_every,
            last_step=last_step,
            batch_size=recipe.batch_size,
            report=progress.report,
        ),
        callbacks.WriteSamples(
            folder,
            examples,
            every=config.sample_every,
            last_step=last_step,
        ),
        callbacks.SaveCheckpoints(
            checkpoints, every=config.checkpoint_every, last_step=last_step
        ),
    ]
