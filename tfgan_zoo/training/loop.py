"""One training: from settings to a trained generator in its run folder."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
from typing import Callable

import tensorflow as tf

from tfgan_zoo import data, strategies
from tfgan_zoo.backend import keras
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.training import workers
from tfgan_zoo.training.building import build
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.data_identity import DataIdentity
from tfgan_zoo.training.evaluating import Evaluate
from tfgan_zoo.training.failures import Rollback
from tfgan_zoo.training.resuming import check_settings, open_run
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.training.session import Session
from tfgan_zoo.training.starting import Start, needs_start, require_start


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
    start: Start | None = None,
    strategy: tf.distribute.Strategy | None = None,
    log: Callable[[str], None] = print,
) -> Result:
    """Trains in a run folder, or resumes there.

    Every worker calls it, by the same settings; only the chief writes.

    Args:
        config: resolved settings.
        examples: the data set that they name.
        folder: new, empty, or the run's own, which goes on.
        start: what `config.start_from` names, unless the run has begun.
        strategy: which devices; by default all GPUs, or the processor.
        log: called with each line of output.

    Raises:
        ValueError: see `prepare` and `open_run`, or workers disagree.
        FileExistsError: see `open_run`.
        OSError: another training is at work in the folder.
        NonFiniteLossError: numbers are not finite.
        TrainingFailedError: it has failed, and `on_failure` is "stop", or
            "restore" and there is no way back.
        WorkerLostError: another worker has ended before the training has.
    """
    strategy = strategy or strategies.get()
    # Before the folder is made: what an evaluation needs may be missing.
    gan, evaluating = prepare(config, examples, folder, strategy, log, start)
    with contextlib.ExitStack() as stack:
        if strategies.is_chief(strategy):
            stack.enter_context(folder.locked(log))
            identity = DataIdentity.of(examples)
            open_run(folder, config, identity, resume=True, log=log)
            log(f"Run folder: {folder.root}")
        checkpoints = Checkpoints(
            folder.checkpoints, keep=config.keep_checkpoints, log=log
        )
        stack.enter_context(workers.translate_worker_loss(strategy))
        session = Session(config, gan, examples, folder, checkpoints, log)
        first_step = _restore(session)
        if first_step >= gan.recipe.steps:
            return Result(first_step, None)
        stopped_by = _to_the_end(session, evaluating)
    step = int(gan.step.numpy())
    return Result(step, None if step >= gan.recipe.steps else stopped_by)


def prepare(
    config: TrainConfig,
    examples: data.Examples,
    folder: RunFolder,
    strategy: tf.distribute.Strategy,
    log: Callable[[str], None],
    start: Start | None = None,
) -> tuple[BaseGAN, list[keras.callbacks.Callback]]:
    """Builds what a training needs, and writes nothing.

    Args:
        config, examples, folder, strategy, log, start: see `train`.

    Returns:
        The compiled GAN, and callbacks of the chief that evaluate it.

    Raises:
        ValueError: see `build`, `check_settings`, `Start.apply` and `Evaluate`.
    """
    gan = build(config, examples.spec, strategy)
    if needs_start(config, folder):
        require_start(config, start).apply(gan, log)
    evaluating: list[keras.callbacks.Callback] = []
    if strategies.is_chief(strategy):
        check_settings(folder, config)
        if config.evaluate_every:
            last_step = gan.recipe.steps
            evaluating.append(
                Evaluate(gan, folder, config, last_step=last_step, log=log)
            )
    return gan, evaluating


def _restore(session: Session) -> int:
    """Restores the newest checkpoint on all workers; returns its step."""
    gan, strategy = session.gan, session.gan.distribute_strategy
    # Not before the chief has opened the folder, nor after its first step.
    workers.wait_for_all(strategy)
    with strategy.scope():
        step = session.checkpoints.restore(gan)
    workers.check_agreement(
        strategy,
        session.config,
        step,
        fingerprint=session.examples.fingerprint,
    )
    if step >= gan.recipe.steps:
        session.log(f"Already at step {step} of {gan.recipe.steps}.")
        return step
    if step:
        session.log(f"Going on from step {step}.")
    if strategies.is_chief(strategy):
        session.folder.forget_metrics_after(step, session.log)
    return step


def _to_the_end(
    session: Session, evaluating: list[keras.callbacks.Callback]
) -> signal.Signals | None:
    """Trains, and again from a healthy checkpoint where that is wanted."""
    rollback = Rollback(
        session.gan,
        session.folder,
        session.checkpoints,
        session.gan.distribute_strategy,
        session.log,
    )
    while True:
        stopped_by, failure = session.fit(evaluating)
        if failure is None:
            return stopped_by
        if session.config.on_failure != "restore":
            raise failure.to_error(session.checkpoints.steps())
        rollback.run(failure)
