"""One training: from settings to a trained generator in its run folder."""

from __future__ import annotations

import dataclasses
import math
import signal
from typing import Callable

import tensorflow as tf

from tfgan_zoo import data, files, models
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.gan import GAN
from tfgan_zoo.training import callbacks
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.hardware import settle_precision
from tfgan_zoo.training.progress import Progress
from tfgan_zoo.training.run_folder import RunFolder

_MAX_STEPS_PER_EXECUTION = 5


@dataclasses.dataclass(frozen=True)
class Result:
    """How a training ended.

    Attributes:
        step: steps done in all.
        stopped_by: the signal that ended it early, or None.
    """

    step: int
    stopped_by: signal.Signals | None


def load_data(
    config: TrainConfig, log: Callable[[str], None] = print
) -> data.Examples:
    """Loads the data set that the settings name.

    Raises:
        ValueError: the architecture or the data set is unknown, or the one
            cannot make images of the other's size.
    """
    if config.image_size is not None:
        # Before a large folder is read in vain.
        side, channels = config.image_size, config.channels or 3
        models.get(config.model).check_image_shape((side, side, channels))
    request = data.DataRequest(
        dataset=config.dataset,
        image_size=config.image_size,
        channels=config.channels,
        data_dir=config.data_dir,
        download=config.download,
        strict=config.strict_data,
    )
    return data.load_examples(request, log=log)


def settle(config: TrainConfig, spec: data.DatasetSpec) -> TrainConfig:
    """Returns the settings with everything that was left open settled."""
    config = config.settled(models.recipe(config.model))
    return dataclasses.replace(
        config,
        image_size=spec.height,
        channels=spec.channels,
        precision=settle_precision(config.precision),
    )


def build(
    config: TrainConfig,
    spec: data.DatasetSpec,
    strategy: tf.distribute.Strategy,
) -> GAN:
    """Builds and compiles the architecture of settled settings.

    Raises:
        ValueError: the architecture cannot make such images, or the replicas
            cannot share the batch evenly.
    """
    replicas = strategy.num_replicas_in_sync
    if config.batch_size % replicas:
        raise ValueError(
            f"`batch_size` must be a multiple of the {replicas} replicas. "
            f"Received: {config.batch_size}."
        )
    model = models.get(config.model)
    recipe = config.recipe(models.recipe(config.model).paper)
    keras.utils.set_random_seed(config.seed)
    with strategy.scope(), precision_policy(config.precision):
        gan = model(
            spec.image_shape,
            num_classes=spec.num_classes,
            recipe=recipe,
            seed=config.seed,
        )
        gan.compile(steps_per_execution=_steps_per_execution(config))
    return gan


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
        NonFiniteLossError: a loss is not finite.
    """
    strategy = strategy or tf.distribute.MirroredStrategy()
    gan = build(config, examples.spec, strategy)
    folder.open(config, examples.spec, resume=resume)
    log(f"Run folder: {folder.root}")
    checkpoints = Checkpoints(
        folder.checkpoints, keep=config.keep_checkpoints, log=log
    )
    files.remove_partials(folder.checkpoints)
    with strategy.scope():
        first_step = checkpoints.restore(gan)
    folder.forget_metrics_after(first_step)
    if first_step >= config.steps:
        log(f"Already at step {first_step} of {config.steps}.")
        return Result(first_step, None)
    if first_step:
        log(f"Going on from step {first_step}.")
    stop = callbacks.StopOnSignal()
    _fit(gan, config, examples, folder, checkpoints, stop, log)
    return Result(int(gan.step.numpy()), stop.received)


def _fit(
    gan: GAN,
    config: TrainConfig,
    examples: data.Examples,
    folder: RunFolder,
    checkpoints: Checkpoints,
    stop: callbacks.StopOnSignal,
    log: Callable[[str], None],
) -> None:
    step, last_step = int(gan.step.numpy()), config.steps
    progress = Progress(step, last_step, log)
    beside = [
        callbacks.StopOnNonFiniteLoss(),
        callbacks.WriteMetrics(
            folder,
            every=config.log_every,
            last_step=last_step,
            batch_size=config.batch_size,
            report=progress.report,
        ),
        callbacks.WriteSamples(
            folder, every=config.sample_every, last_step=last_step
        ),
        callbacks.SaveCheckpoints(
            checkpoints, every=config.checkpoint_every, last_step=last_step
        ),
        stop,
    ]
    batches = data.batches(
        examples,
        batch_size=config.batch_size,
        seed=config.seed,
        first_step=step,
    )
    try:
        gan.fit(
            batches,
            steps_per_epoch=last_step - step,
            callbacks=beside,
            verbose=0,
        )
    finally:
        progress.close()
        stop.restore_handlers()


def _steps_per_execution(config: TrainConfig) -> int:
    """Steps a call of the compiled function, so that calls end where needed."""
    common = math.gcd(
        config.log_every, config.sample_every, config.checkpoint_every
    )
    return max(
        steps
        for steps in range(1, _MAX_STEPS_PER_EXECUTION + 1)
        if common % steps == 0
    )
