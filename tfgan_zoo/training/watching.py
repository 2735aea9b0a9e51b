"""The doctor of a training: what he is told, writes down and decides."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import models
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.health.doctor import Doctor, Event, diagnose
from tfgan_zoo.health.examination import Record
from tfgan_zoo.health.finding import SURE, Facts, Finding
from tfgan_zoo.health.kinds import NON_FINITE
from tfgan_zoo.training.failing import Failure, NonFiniteLossError
from tfgan_zoo.training.run_folder import RunFolder


def facts_of(config: TrainConfig) -> Facts:
    """Returns what a run's settings tell the doctor."""
    return Facts(
        dataclasses.asdict(config),
        config.steps or 0,
        dataclasses.asdict(models.recipe(config.model)),
    )


class Watch:
    """The doctor's chair, on the chief.

    Args:
        folder: the run's, whose metrics so far are taken in.
        config: settled settings.
        log: told of each finding that begins or ends.
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
            one["step"] for one in records if "discriminator_update" in one
        ]
        self._writer: Any = None

    def told(self, record: Record) -> None:
        """Takes in what a training has logged without an examination."""
        self._tell(self.doctor.see(record))

    def noted(self, record: Record) -> None:
        """Writes down what no other record holds, and takes it in."""
        self._folder.append_metrics(record)
        self.told(record)

    def examined(self, record: Record) -> Failure | None:
        """Writes the signals of a step down, and judges.

        Returns:
            Why the training cannot go on as it is, or None.
        """
        self._folder.append_metrics(record)
        self._write_summaries(record)
        self._tell(self.doctor.see(record))
        self._steps.append(int(record["step"]))
        for found in self.doctor.open():
            if found.is_failure and found.evidence.certainty == SURE:
                return self._failure(found)
        return None

    def close(self) -> None:
        """Closes TensorBoard's file."""
        if self._writer is not None:
            self._writer.close()

    def _failure(self, found: Finding) -> Failure | None:
        hopeless = found.name == NON_FINITE
        if self._on_failure == "warn" and not hopeless:
            return None
        sound = [step for step in self._steps if step < found.since]
        flags = [cure.flags for cure in found.cures if cure.flags]
        return Failure(
            step=self.doctor.history.step,
            since=(sound[-1] if sound else 0) + 1,
            finding=found.name,
            title=found.title,
            evidence=found.evidence.text,
            advice=f"Try {' or '.join(flags[:2])}." if flags else "",
            **({"error": NonFiniteLossError} if hopeless else {}),
        )

    def _tell(self, events: list[Event]) -> None:
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
