"""What processes that train together agree on."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import zlib
from collections.abc import Iterator
from typing import Callable

import tensorflow as tf

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig

# What may differ: where each worker finds the data, which are compared by
# their content.
_MAY_DIFFER = {
    "dataset": "",
    "split": None,
    "data_dir": None,
    "download": False,
}


class WorkerLostError(RuntimeError):
    """Another worker has ended, and with it the training of all.

    Attributes:
        exit_code: of a binary; Kubernetes' training operator takes it for
            "start it again" (its ExitCode policy: 1 to 127 are for good).
    """

    exit_code = 138


@contextlib.contextmanager
def translate_worker_loss(strategy: tf.distribute.Strategy) -> Iterator[None]:
    """Says of a failed collective operation what it means.

    Raises:
        WorkerLostError: another worker has ended.
    """
    try:
        yield
    except tf.errors.OpError as error:
        gone = (tf.errors.UnavailableError, tf.errors.AbortedError)
        alone = strategies.worker_count(strategy) == 1
        if alone or not isinstance(error, gone):
            raise
        raise WorkerLostError(
            "Another worker has ended before the training has; its own output "
            "says why. The same command on all workers goes on from the last "
            "checkpoint."
        ) from error


def wait_for_all(strategy: tf.distribute.Strategy) -> None:
    """Returns once every worker has come here."""
    if strategies.worker_count(strategy) > 1:
        strategies.total(strategy, 1)


def check_agreement(
    strategy: tf.distribute.Strategy,
    config: TrainConfig,
    step: int,
    *,
    fingerprint: str,
) -> None:
    """Checks that all workers are at one step of the same training.

    Args:
        strategy: of the workers.
        config: the settings of this one.
        step: that it is at.
        fingerprint: of its data.

    Raises:
        ValueError: they are not.
    """
    if strategies.worker_count(strategy) == 1:
        return
    settings = {**dataclasses.asdict(config), **_MAY_DIFFER}
    shared = zlib.crc32(repr(settings).encode("utf-8"))
    if not _have_all(strategy, shared):
        raise ValueError(
            "All workers must train by the same settings. Received: others "
            "on this worker than on another."
        )
    if not _have_all(strategy, zlib.crc32(fingerprint.encode())):
        raise ValueError(
            "All workers must train on the same data. Received: other images "
            f"in {config.dataset} of this worker than of another."
        )
    if not _have_all(strategy, step):
        raise ValueError(
            "All workers must see the same run folder, on a disk that they "
            f"share. Received: step {step} on this worker, not on another."
        )


def _have_all(strategy: tf.distribute.Strategy, number: int) -> bool:
    total = strategies.total(strategy, number)
    return total == number * strategy.num_replicas_in_sync


def any_of(strategy: tf.distribute.Strategy) -> Callable[[int], int]:
    """Returns what makes of a worker's signal, or 0, that of any worker."""
    if strategies.worker_count(strategy) == 1:
        return int

    def any_signal(number: int) -> int:
        received = strategies.total(strategy, number) > 0
        return number or (signal.SIGTERM if received else 0)

    return any_signal
