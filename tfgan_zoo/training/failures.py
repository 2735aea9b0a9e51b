"""When a training has failed, and what follows."""

from __future__ import annotations

import dataclasses
import math
from typing import Callable, NamedTuple

import numpy as np
import tensorflow as tf

from tfgan_zoo import strategies
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.training import workers
from tfgan_zoo.training.callbacks import EveryCallback, Logs
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.records import Restore
from tfgan_zoo.training.run_folder import RunFolder

# To one and the same checkpoint: what fails again and again will.
MOST_RESTORES = 3
# What is looked at in the end; NaN is in all, or nearly.
_SAMPLES = 16
# Between the seeds of one way on from a checkpoint and the next.
_SEEDS_APART = 1_000_003


class TrainingFailedError(RuntimeError):
    """A training has ended because it had failed.

    Attributes:
        exit_code: of a binary.
    """

    exit_code = 3


class NonFiniteLossError(FloatingPointError):
    """A loss became infinite or not a number.

    Attributes:
        exit_code: of a binary.
    """

    exit_code = 3


FAILURES = (TrainingFailedError, NonFiniteLossError)


class Failure(NamedTuple):
    """Why a training cannot go on as it is.

    Attributes:
        step: at which it was seen.
        since: the first step that may be affected.
        finding: a key of `health.problems.PROBLEMS`.
        title: of it, for people.
        evidence: in a sentence.
        advice: what to try; "" if nothing is known.
        error: of its message, where the training ends.
    """

    step: int
    since: int
    finding: str
    title: str
    evidence: str
    advice: str = ""
    error: type[Exception] = TrainingFailedError

    def to_error(self, checkpoints: list[int]) -> Exception:
        """Returns the error with which the training ends.

        Args:
            checkpoints: steps that have one.
        """
        parts = [f"{self.title} at step {self.step}: {self.evidence}"]
        if self.advice:
            parts.append(self.advice)
        if checkpoints:
            parts.append(f"The newest checkpoint is of step {checkpoints[-1]}.")
        return self.error(" ".join(parts))


class Verdict:
    """What the callbacks of a training agree on.

    Args:
        step: at which it begins, or goes on.

    Attributes:
        failure: why it has ended before its time, or None.
        last_healthy_step: the last step at which nothing was wrong.
    """

    def __init__(self, step: int) -> None:
        self.failure: Failure | None = None
        self.last_healthy_step = step

    def has_failed(self) -> bool:
        """Whether there is a failure."""
        return self.failure is not None


class StopOnNonFiniteLoss(keras.callbacks.Callback):
    """Ends a training that has nothing left to learn from.

    Args:
        verdict: gets the failure.
        record: given a record of how many losses are not finite.
    """

    def __init__(
        self, verdict: Verdict, record: Callable[[dict[str, float]], None]
    ) -> None:
        super().__init__()
        self._verdict = verdict
        self._record = record

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        bad = {
            name: value
            for name, value in (logs or {}).items()
            if not math.isfinite(value)
        }
        if not bad:
            return
        step = int(self.model.step.numpy())
        self._record({"step": step, "non_finite": float(len(bad))})
        named = ", ".join(f"{name} is {value}" for name, value in bad.items())
        self._verdict.failure = _non_finite(step, self._verdict, f"{named}.")
        self.model.stop_training = True


class StopOnNonFiniteWeights(EveryCallback):
    """Ends a training before weights that are not finite are saved.

    No loss shows what the update of the very last step has done; after it,
    samples are looked at too, as weights may be finite and still too large.

    Args:
        verdict: gets the failure.
        record: given a record of how many variables or samples are not finite.
        every, last_step: see `EveryCallback`; those of the checkpoints.
    """

    def __init__(
        self,
        verdict: Verdict,
        record: Callable[[dict[str, float]], None],
        *,
        every: int,
        last_step: int,
    ) -> None:
        super().__init__(every, last_step)
        self._verdict = verdict
        self._record = record

    def at(self, step: int, logs: Logs) -> None:
        weights = _non_finite_weights(self.model)
        samples: list[int] = []
        if weights:
            evidence = f"{len(weights)} weights, such as {weights[0]}."
        else:
            if step >= self.last_step:
                samples = _non_finite_samples(self.model)
            evidence = f"{len(samples)} of {_SAMPLES} samples hold such."
        count = len(weights) + len(samples)
        if not count:
            return
        self._record({"step": step, "non_finite": float(count)})
        self._verdict.failure = _non_finite(step, self._verdict, evidence)
        self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        # As after a signal, when a checkpoint is saved too.
        if not self._verdict.has_failed():
            self.at(int(self.model.step.numpy()), {})


def _non_finite_weights(gan: BaseGAN) -> list[str]:
    # Of batch norm's statistics each worker has its own.
    return [
        variable.name
        for network in (gan.generator, gan.discriminator)
        for variable in network.trainable_variables
        if not bool(tf.reduce_all(tf.math.is_finite(variable)))
    ]


def _non_finite_samples(gan: BaseGAN) -> list[int]:
    shape = [_SAMPLES, *gan.input_specs[0].shape]
    latents = tf.random.stateless_normal(shape, [0, 0])
    labels = None
    if gan.num_classes:
        labels = tf.range(_SAMPLES) % gan.num_classes
    samples = tf.reshape(gan(latents, labels, training=False), [_SAMPLES, -1])
    is_finite = tf.reduce_all(tf.math.is_finite(samples), axis=1).numpy()
    return [int(number) for number in np.flatnonzero(~is_finite)]


def _non_finite(step: int, verdict: Verdict, evidence: str) -> Failure:
    return Failure(
        step,
        verdict.last_healthy_step + 1,
        "non_finite",
        "Non-finite values",
        evidence,
        "Try a lower --discriminator_learning_rate and "
        "--generator_learning_rate, or --precision=float32.",
        NonFiniteLossError,
    )


def seed_after(seed: int, restores: int) -> int:
    """Returns the seed of a training's random numbers after some restores.

    The same numbers would lead to the same failure. Chowdhery et al. 2022
    (arXiv:2204.02311), section 5.1, pass over the batches before a spike; here
    batches, latents and all else are sampled anew.
    """
    return seed + restores * _SEEDS_APART


@dataclasses.dataclass(frozen=True)
class Rollback:
    """How a training goes back to a checkpoint.

    Attributes:
        gan: compiled.
        folder: the run's.
        checkpoints: the run's.
        strategy: of the training, all of whose workers go back at once.
        log: called with a line on it.
    """

    gan: BaseGAN
    folder: RunFolder
    checkpoints: Checkpoints
    strategy: tf.distribute.Strategy
    log: Callable[[str], None]

    def run(self, failure: Failure) -> None:
        """Restores the newest checkpoint from before a failure.

        Raises:
            TrainingFailedError: there is no such checkpoint, or it has been
                gone back to too often.
        """
        before = self.folder.read_restores()
        with self.strategy.scope():
            step = self.checkpoints.restore(self.gan, before=failure.since)
        _check(failure, step, before)
        # Not before all have read what one now changes.
        workers.wait_for_all(self.strategy)
        if strategies.is_chief(self.strategy):
            self.folder.append_restore(
                Restore(
                    failure.step,
                    step,
                    failure.finding,
                    failure.title,
                    failure.evidence,
                )
            )
            self.folder.forget_metrics_after(step)
            self.checkpoints.forget_after(step)
        workers.wait_for_all(self.strategy)
        self.log(
            f"step {failure.step}: {failure.title.lower()}. "
            f"{failure.evidence} Back to step {step}, and on with other "
            "random numbers."
        )


def _check(failure: Failure, step: int, before: list[Restore]) -> None:
    """Checks that going back to a step is of use."""
    if not step:
        where = "before the first whole checkpoint"
    elif sum(restore.to == step for restore in before) >= MOST_RESTORES:
        where = f"after {MOST_RESTORES} ways on from step {step}"
    else:
        return
    raise TrainingFailedError(
        f"{failure.title} at step {failure.step}, {where}: to go back again "
        f"would not help. {failure.evidence} {failure.advice}".strip()
    )
