"""A training at work: `fit`, and all that happens beside it."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import signal
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import data, strategies
from tfgan_zoo.backend import keras
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.gan import BaseGAN, TranslationGAN
from tfgan_zoo.training import callbacks, workers
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.examining import (
    Examine,
    build_examination,
    load_held_out,
)
from tfgan_zoo.training.failures import (
    Failure,
    StopOnNonFiniteLoss,
    StopOnNonFiniteWeights,
    Verdict,
    seed_after,
)
from tfgan_zoo.training.monitor import TrainingMonitor
from tfgan_zoo.training.progress import Progress
from tfgan_zoo.training.run_folder import RunFolder

Callbacks = list[keras.callbacks.Callback]


@dataclasses.dataclass(frozen=True)
class Session:
    """A training in its opened run folder.

    Attributes:
        config: resolved settings.
        gan: compiled, at the step to go on from.
        examples: the data set.
        folder: the run's.
        checkpoints: the run's.
        log: called with each line of output.
    """

    config: TrainConfig
    gan: BaseGAN
    examples: data.Examples
    folder: RunFolder
    checkpoints: Checkpoints
    log: Callable[[str], None]

    def fit(
        self, evaluating: Callbacks
    ) -> tuple[signal.Signals | None, Failure | None]:
        """Trains on from the GAN's step.

        Args:
            evaluating: callbacks of the chief.

        Returns:
            The signal that ended it early, or None, and why it has failed, or
            None.
        """
        gan, strategy = self.gan, self.gan.distribute_strategy
        step = int(gan.step.numpy())
        verdict = Verdict(step)
        restores = len(self.folder.read_restores())
        gan.seed = seed_after(self.config.seed, restores)
        # Compiled before, it has the seed of before in it.
        gan.train_function = None
        with contextlib.ExitStack() as stack:
            beside: Callbacks = []
            if strategies.is_chief(strategy):
                beside += self._writing(verdict, stack)
                beside += evaluating
            else:
                beside += self._stopping(verdict, _nothing)
                beside += self._examining(verdict, None)
            # After the metrics are written: each line is of its own steps.
            beside.append(
                callbacks.ForgetMetrics(self.config.log_every, gan.recipe.steps)
            )
            stop = stack.enter_context(
                callbacks.StopOnSignal(self.log, workers.any_of(strategy))
            )
            gan.fit(
                strategy.distribute_datasets_from_function(
                    self._batches, _input_options(strategy)
                ),
                steps_per_epoch=gan.recipe.steps - step,
                callbacks=[*beside, stop],
                verbose=0,
            )
        return stop.received, verdict.failure

    def _batches(self, context: tf.distribute.InputContext) -> tf.data.Dataset:
        recipe = self.gan.recipe
        return data.batches(
            self.examples,
            batch_size=recipe.batch_size * recipe.discriminator_steps,
            seed=self.gan.seed,
            first_step=int(self.gan.step.numpy()),
            context=context,
        )

    def _stopping(
        self, verdict: Verdict, record: Callable[[dict[str, float]], None]
    ) -> Callbacks:
        return [
            StopOnNonFiniteLoss(verdict, record),
            StopOnNonFiniteWeights(
                verdict,
                record,
                every=self.config.checkpoint_every,
                last_step=self.gan.recipe.steps,
            ),
        ]

    def _examining(
        self, verdict: Verdict, monitor: TrainingMonitor | None
    ) -> Callbacks:
        if not self.config.health_every:
            return []
        return [
            Examine(
                functools.partial(
                    build_examination, self.gan, self.config, self.examples
                ),
                every=self.config.health_every,
                on_examination=None
                if monitor is None
                else monitor.on_examination,
                agree=functools.partial(
                    strategies.from_chief, self.gan.distribute_strategy
                ),
                verdict=verdict,
            )
        ]

    def _writing(
        self, verdict: Verdict, stack: contextlib.ExitStack
    ) -> Callbacks:
        """Returns the chief's callbacks; checkpoints come last."""
        config, last_step = self.config, self.gan.recipe.steps
        progress = Progress(int(self.gan.step.numpy()), last_step, self.log)
        monitor = TrainingMonitor(self.folder, config, self.log)
        for resource in (progress, monitor):
            stack.enter_context(contextlib.closing(resource))

        def report(record: dict[str, Any]) -> None:
            progress.report(record)
            monitor.on_metrics(record)

        return [
            *self._stopping(verdict, monitor.record),
            callbacks.WriteMetrics(
                self.folder,
                every=config.log_every,
                last_step=last_step,
                batch_size=self.gan.recipe.batch_size,
                report=report,
            ),
            *self._examining(verdict, monitor),
            callbacks.WriteSamples(
                self.folder,
                self._sampled_examples(),
                every=config.sample_every,
                last_step=last_step,
            ),
            callbacks.SaveCheckpoints(
                self.checkpoints,
                every=config.checkpoint_every,
                last_step=last_step,
                has_failed=verdict.has_failed,
            ),
        ]

    def _sampled_examples(self) -> data.Examples:
        """Returns what samples are made of: held-out images, if there are."""
        if not isinstance(self.gan, TranslationGAN):
            return self.examples
        held_out = load_held_out(self.config, self.examples.spec.class_names)
        return held_out or self.examples


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


def _nothing(record: dict[str, float]) -> None:
    """The chief writes it down."""
