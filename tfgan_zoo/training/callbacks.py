"""What happens beside the training: a Keras callback each."""

from __future__ import annotations

import abc
import contextlib
import math
import signal
import threading
import time
from types import FrameType
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import data, images, pictures, stop_signals
from tfgan_zoo.backend import keras
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.run_folder import RunFolder

Logs = dict[str, Any]


class EveryCallback(keras.callbacks.Callback, abc.ABC):
    """Calls `at(step, logs)` whenever training passes a multiple of `every`.

    A call of the compiled function does several steps, so a multiple may lie
    within it. Once a callback before it has ended the training, it does not.

    Args:
        every: steps.
        last_step: of the training, which counts as a multiple; None if not.
    """

    def __init__(self, every: int, last_step: int | None) -> None:
        super().__init__()
        self.every = every
        self.last_step = math.inf if last_step is None else last_step
        self._previous = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._previous = int(self.model.step.numpy())

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        step = int(self.model.step.numpy())
        due = step // self.every > self._previous // self.every
        self._previous = step
        if self.model.stop_training:
            return
        if due or step >= self.last_step:
            self.at(step, logs or {})

    @abc.abstractmethod
    def at(self, step: int, logs: Logs) -> None: ...


class WriteMetrics(EveryCallback):
    """Writes metrics.jsonl and TensorBoard scalars, and reports each line.

    Args:
        folder: the run's.
        every, last_step: see `EveryCallback`.
        batch_size: global.
        report: called with each record.
    """

    def __init__(
        self,
        folder: RunFolder,
        *,
        every: int,
        last_step: int,
        batch_size: int,
        report: Callable[[Logs], None],
    ) -> None:
        super().__init__(every, last_step)
        self._folder = folder
        self._batch_size = batch_size
        self._report = report

    def on_train_begin(self, logs: Logs | None = None) -> None:
        super().on_train_begin(logs)
        self._since_step = self._previous
        self._since_seconds = time.monotonic()
        self._writer = tf.summary.create_file_writer(
            str(self._folder.tensorboard)
        )

    def at(self, step: int, logs: Logs) -> None:
        now = time.monotonic()
        images_done = (step - self._since_step) * self._batch_size
        record = {
            "step": step,
            **{name: float(value) for name, value in logs.items()},
            "images_per_second": images_done / (now - self._since_seconds),
        }
        self._since_step, self._since_seconds = step, now
        self._folder.append_metrics(record)
        with self._writer.as_default(step=step):
            for name, value in record.items():
                if name != "step":
                    tf.summary.scalar(name, value)
        self._report(record)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._writer.close()


class ForgetMetrics(EveryCallback):
    """Begins the means of the losses anew, on every worker.

    Keras would average over the whole training.
    """

    def at(self, step: int, logs: Logs) -> None:
        self.model.reset_metrics()


class WriteSamples(EveryCallback):
    """Writes what the GAN shows of its averaged generator each time.

    Args:
        folder: the run's.
        examples: of which the GAN gets the same `count` each time, where it
            makes images from images.
        every, last_step: see `EveryCallback`.
        count: samples.
    """

    def __init__(
        self,
        folder: RunFolder,
        examples: data.Examples,
        *,
        every: int,
        last_step: int,
        count: int = 64,
    ) -> None:
        super().__init__(every, last_step)
        self._folder = folder
        self._count = count
        rows = np.arange(min(count, len(examples)))
        self._features = examples.read_shuffled(rows, seed=0)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        super().on_train_begin(logs)
        self._writer = tf.summary.create_file_writer(
            str(self._folder.tensorboard)
        )

    def at(self, step: int, logs: Logs) -> None:
        self._folder.require_present()
        picture = pictures.render_samples(
            self.model.show(self._count, self._features)
        )
        images.write_png(self._folder.sample(step), picture)
        with self._writer.as_default(step=step):
            tf.summary.image("samples", picture[np.newaxis])

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._writer.close()


class SaveCheckpoints(EveryCallback):
    """Saves the whole training state.

    Args:
        checkpoints: where.
        every, last_step: see `EveryCallback`.
        has_failed: whether the state is not worth saving at the end.
    """

    def __init__(
        self,
        checkpoints: Checkpoints,
        *,
        every: int,
        last_step: int,
        has_failed: Callable[[], bool],
    ) -> None:
        super().__init__(every, last_step)
        self._checkpoints = checkpoints
        self._has_failed = has_failed
        self._saved = 0

    def at(self, step: int, logs: Logs) -> None:
        self._checkpoints.save(self.model)
        self._saved = step

    def on_train_end(self, logs: Logs | None = None) -> None:
        step = int(self.model.step.numpy())
        if step != self._saved and not self._has_failed():
            self.at(step, {})


class StopOnSignal(keras.callbacks.Callback):
    """Ends training after the current step on SIGINT, SIGTERM or SIGHUP.

    It listens while its `with` block lasts, which goes around `fit`. Python
    lets the main thread alone listen; in another one it does nothing.

    Args:
        log: called with a line that a signal came.
        agreed: from the signal that this worker has received, or 0, to what
            all of them take for received.

    Attributes:
        received: the signal, of any worker, or None.
    """

    def __init__(
        self, log: Callable[[str], None], agreed: Callable[[int], int] = int
    ) -> None:
        super().__init__()
        self.received: signal.Signals | None = None
        self._log = log
        self._agreed = agreed

    def __enter__(self) -> StopOnSignal:
        self._before = {}
        if threading.current_thread() is threading.main_thread():
            self._before = {
                number: signal.signal(number, self._receive)
                for number in stop_signals.handled_signals()
            }
        return self

    def __exit__(self, *_: object) -> None:
        self._restore_handlers()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        number = self._agreed(self.received or 0)
        if number:
            self.received = signal.Signals(number)
            self.model.stop_training = True
            # The terminal may have gone, which must not cost the checkpoint.
            with contextlib.suppress(OSError):
                self._log("Saving; a second signal would end it at once.")

    def _restore_handlers(self) -> None:
        for number, handler in self._before.items():
            if handler is not None:  # of a library in C
                signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self.received = signal.Signals(number)
        # A second one ends the program at once.
        self._restore_handlers()
