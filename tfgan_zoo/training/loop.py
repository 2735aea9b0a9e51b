"""One training: from settings to a trained generator in its run folder."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
from typing import Callable

import tensorflow as tf

from tfgan_zoo import data, strategies
from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe, TrainConfig
from tfgan_zoo.gan import GAN
from tfgan_zoo.training import callbacks, workers
from tfgan_zoo.training.building import build
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.evaluating import Evaluate
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

    @property
    def exit_code(self) -> int:
        """As a shell reports it: 0, or 128 and the signal's number."""
        return 0 if self.stopped_by is None else 128 + self.stopped_by


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

    With several workers each calls it, with the same settings and folder, in
    which the chief alone writes.

    Args:
        config: settled settings.
        examples: the data set that they name.
        folder: new, empty, or the run's own.
        resume: whether the folder may hold the run already.
        strategy: which devices; by default all GPUs, or the processor.
        log: told what happens, a line each.

    Raises:
        ValueError: as of `build` and `RunFolder.open`, or the workers' settings
            or folders are not the same.
        FileExistsError: as of `RunFolder.open`.
        OSError: another training is at work in the folder.
        NonFiniteLossError: a loss is not finite.
        WorkerLostError: another worker has ended before the training has.
    """
    strategy = strategy or strategies.get()
    gan = build(config, examples.spec, strategy)
    writes = strategies.is_chief(strategy)
    evaluating: list[keras.callbacks.Callback] = []
    if writes and config.evaluate_every:
        # Before the folder is made: what it needs may not be there.
        evaluating.append(
            Evaluate(gan, folder, config, last_step=gan.recipe.steps, log=log)
        )
    with contextlib.ExitStack() as stack:
        if writes:
            stack.enter_context(folder.locked())
            folder.open(
                config, examples.spec, examples=len(examples), resume=resume
            )
            log(f"Run folder: {folder.root}")
        checkpoints = Checkpoints(
            folder.checkpoints, keep=config.keep_checkpoints, log=log
        )
        stack.enter_context(workers.lost_named(strategy))
        # Not before the chief has opened the folder, nor after its first step.
        workers.wait_for_all(strategy)
        with strategy.scope():
            first_step = checkpoints.restore(gan)
        workers.check_agreement(strategy, config, first_step)
        if first_step >= gan.recipe.steps:
            log(f"Already at step {first_step} of {gan.recipe.steps}.")
            return Result(first_step, None)
        if first_step:
            log(f"Going on from step {first_step}.")
        beside: list[keras.callbacks.Callback] = []
        if writes:
            folder.forget_metrics_after(first_step)
            progress = Progress(first_step, gan.recipe.steps, log)
            stack.enter_context(contextlib.closing(progress))
            beside = _writing(
                config, gan.recipe, folder, examples, progress, checkpoints
            )
            beside += evaluating
        # After the metrics are written: each line is of its own steps.
        beside.append(
            callbacks.ForgetMetrics(config.log_every, gan.recipe.steps)
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
    strategy = gan.distribute_strategy

    def batches(context: tf.distribute.InputContext) -> tf.data.Dataset:
        return data.batches(
            examples,
            batch_size=gan.recipe.batch_size * gan.recipe.discriminator_steps,
            seed=gan.seed,
            first_step=step,
            context=context,
        )

    with callbacks.StopOnSignal(log, workers.any_of(strategy)) as stop:
        gan.fit(
            strategy.distribute_datasets_from_function(
                batches, _input_options(strategy)
            ),
            steps_per_epoch=gan.recipe.steps - step,
            callbacks=[callbacks.StopOnNonFiniteLoss(), *beside, stop],
            verbose=0,
        )
    return stop.received


def _input_options(
    strategy: tf.distribute.Strategy,
) -> tf.distribute.InputOptions | None:
    """Returns how a single processor is fed, without a thread of its own.

    By default each device has a pipeline that fetches ahead, for copies to a
    GPU. The thread that tunes it sleeps ever longer, and the end of a training
    waits until it wakes.
    """
    is_mirrored = isinstance(strategy, tf.distribute.MirroredStrategy)
    if (
        not is_mirrored
        or strategy.num_replicas_in_sync > 1
        or tf.config.list_logical_devices("GPU")
    ):
        return None
    return tf.distribute.InputOptions(
        experimental_fetch_to_device=False,
        experimental_replication_mode=(
            tf.distribute.InputReplicationMode.PER_REPLICA
        ),
    )


def _writing(
    config: TrainConfig,
    recipe: Recipe,
    folder: RunFolder,
    examples: data.Examples,
    progress: Progress,
    checkpoints: Checkpoints,
) -> list[keras.callbacks.Callback]:
    last_step = recipe.steps
    return [
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
