"""Follows a training: signals in, records, findings and failures out."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import models
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.health.doctor import Doctor, Event, diagnose
from tfgan_zoo.health.finding import SURE, Facts, Finding
from tfgan_zoo.health.problems import NON_FINITE
from tfgan_zoo.health.signals import Record
from tfgan_zoo.training.failures import Failure, NonFiniteLossError
from tfgan_zoo.training.run_folder import RunFolder


def facts_of(config: TrainConfig) -> Facts:
    """Returns what a run's settings tell the doctor."""
    return Facts(
        dataclasses.asdict(config),
        config.steps or 0,
        dataclasses.asdict(models.recipe(config.model)),
    )


class TrainingMonitor:
    """Follows a training's signals on the chief, and decides on failures.

    Args:
        folder: the run's, whose metrics so far are taken in.
        config: resolved settings.
        log: called with a line for each finding that begins or ends.
    """

    def __init__(
        self,
        folder: RunFolder,
        config: TrainConfig,
        log: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._on_failure = config.on_failure
        self._log = log
        records = folder.read_metrics()
        self.doctor: Doctor = diagnose(records, facts_of(config))
        self._steps = [
            record["step"]
            for record in records
            if "discriminator_update" in record
        ]
        self._writer: Any = None

    def on_metrics(self, record: Record) -> None:
        """Follows a record that a training has logged."""
        self._log_events(self.doctor.update(record))

    def record(self, record: Record) -> None:
        """Appends a record to the log of metrics, and follows it."""
        self._folder.append_metrics(record)
        self.on_metrics(record)

    def on_examination(self, record: Record) -> Failure | None:
        """Records the signals of a step, and decides whether it has failed.

        Returns:
            Why the training cannot go on as it is, or None.
        """
        self._folder.append_metrics(record)
        self._write_summaries(record)
        self._log_events(self.doctor.update(record))
        self._steps.append(int(record["step"]))
        for finding in self.doctor.ongoing():
            if finding.is_failure and finding.evidence.certainty == SURE:
                return self._failure(finding)
        return None

    def close(self) -> None:
        """Closes TensorBoard's file."""
        if self._writer is not None:
            self._writer.close()

    def _failure(self, finding: Finding) -> Failure | None:
        is_non_finite = finding.name == NON_FINITE
        if self._on_failure == "warn" and not is_non_finite:
            return None
        sound = [step for step in self._steps if step < finding.since]
        flags = [cure.flags for cure in finding.cures if cure.flags]
        return Failure(
            step=self.doctor.history.step,
            since=(sound[-1] if sound else 0) + 1,
            finding=finding.name,
            title=finding.title,
            evidence=finding.evidence.text,
            advice=f"Try {' or '.join(flags[:2])}." if flags else "",
            **({"error": NonFiniteLossError} if is_non_finite else {}),
        )

    def _log_events(self, events: list[Event]) -> None:
        for event in events:
            self._log(event.line())

    def _write_summaries(self, record: Record) -> None:
        if self._writer is None:
            self._writer = tf.summary.create_file_writer(
                str(self._folder.tensorboard)
            )
        with self._writer.as_default(step=int(record["step"])):
            for name, value in record.items():
                if name != "step":
                    tf.summary.scalar(f"health/{name}", value)
