"""Evaluation while a training goes on, and its best checkpoint."""

from __future__ import annotations

import contextlib
import math
import re
import time
from collections.abc import Iterator
from typing import Callable

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.evaluation import generators, metrics
from tfgan_zoo.evaluation.choice import require_count, select_metrics, values_of
from tfgan_zoo.evaluation.evaluate import evaluate
from tfgan_zoo.evaluation.reference import (
    ReferenceRequest,
    is_trained_on,
    load_reference,
)
from tfgan_zoo.evaluation.samples import TranslatingGenerator
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.training import building
from tfgan_zoo.training.callbacks import EveryCallback, Logs
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.run_folder import RunFolder

# A score, not its error, is what a training wants; it comes again and again.
_REPEATS = 1
_WAYS = {"lower": -1.0, "higher": 1.0}
# Values that the best checkpoint goes by, the first one that is measured.
_DEFAULTS = (metrics.L1, "frechet_distance", metrics.CYCLE_ERROR)


def _name_flags(text: str) -> str:
    """Returns a text of `tfgan-evaluate` with the flag of a training."""
    return re.sub(r"--features\b", "--evaluate_features", text)


@contextlib.contextmanager
def _flags_named() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(_name_flags(str(error))) from None


class Evaluate(EveryCallback):
    """Scores the averaged generator, and keeps the best checkpoint.

    Values go to metrics.jsonl and TensorBoard. Samples are of the same seeds
    each time.

    Args:
        gan: to be trained.
        folder: the run's.
        config: resolved settings, `evaluate_every` above 0.
        last_step: see `EveryCallback`.
        log: called with a line on each evaluation.
        class_names: by label, as the training has them.

    Raises:
        ValueError: there is no network for the data, no such value, or the
            generator's latents are not random.
    """

    @_flags_named()
    def __init__(
        self,
        gan: BaseGAN,
        folder: RunFolder,
        config: TrainConfig,
        *,
        last_step: int,
        log: Callable[[str], None],
        class_names: tuple[str, ...] | None = None,
    ) -> None:
        super().__init__(config.evaluate_every, last_step)
        self._folder = folder
        self._log = log
        chosen = config.evaluate_metric
        self._settings = _settings(chosen, config.evaluate_count)
        self._source = generators.of_gan(gan)
        takes_images = isinstance(self._source, TranslatingGenerator)
        self._reference, compared_with, _ = load_reference(
            ReferenceRequest(
                building.held_out_request(config, class_names),
                config.evaluate_features,
                trained_on=config.split,
                with_sources=takes_images,
            ),
            self._settings,
            log,
        )
        split = compared_with["split"]
        log(f"Evaluating against the split {split} of {config.dataset}.")
        if takes_images and is_trained_on(split, config.split):
            log(
                "Note: The model is trained on these images; its values for "
                "images that it has not seen may be worse."
            )
        if chosen is not None:
            require_count(
                _metric_of(chosen), config.evaluate_count, self._reference
            )
        names = select_metrics(self._settings, self._source, self._reference)
        measured = values_of(names, self._reference)
        defaults = [name for name in _DEFAULTS if name in measured]
        self._name = chosen or [*defaults, *_DEFAULTS][0]
        checks.one_of("evaluate_metric", self._name, measured)
        self._sign = _WAYS[metrics.better()[self._name]]
        self._known_notes: set[str] = set()
        self._best = Checkpoints(folder.best, keep=1, log=log)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        super().on_train_begin(logs)
        self._best.forget_after(self._previous)
        self._writer = tf.summary.create_file_writer(
            str(self._folder.tensorboard)
        )

    def at(self, step: int, logs: Logs) -> None:
        start = time.monotonic()
        evaluation = evaluate(self._source, self._reference, self._settings)
        self._note(evaluation.notes)
        values = {
            name: score.value for name, score in evaluation.scores.items()
        }
        # It was left out, and the notes say why.
        values.setdefault(self._name, math.nan)
        is_best = self._is_best(values[self._name])
        seconds = time.monotonic() - start
        self._folder.append_metrics(
            {"step": step, **_finite(values), "evaluation_seconds": seconds}
        )
        with self._writer.as_default(step=step):
            for name, value in values.items():
                tf.summary.scalar(f"evaluation/{name}", value)
        if is_best:
            self._best.save(self.model)
        best = ", the best so far" if is_best else ""
        self._log(
            f"step {step}: {self._name} {values[self._name]:.4g}{best} "
            f"({seconds:.1f} s)"
        )

    def _note(self, notes: tuple[str, ...]) -> None:
        """Tells once what is left out; that samples are few is known."""
        for note in notes:
            if "left out" in note and note not in self._known_notes:
                self._log(f"Note: {_name_flags(note)}")
        self._known_notes |= set(notes)

    def _is_best(self, value: float) -> bool:
        before = [
            record[self._name]
            for record in self._folder.read_metrics()
            if isinstance(record.get(self._name), (int, float))
        ]
        if not math.isfinite(value):
            return False
        return all(
            self._sign * value > self._sign * previous for previous in before
        )

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._writer.close()


def _settings(chosen: str | None, count: int) -> Settings:
    """Returns how to evaluate, so that a value is measured, if one is named."""
    slow = None
    if chosen is not None:
        known = [name for name, way in metrics.better().items() if way]
        checks.one_of("evaluate_metric", chosen, known)
        metric = _metric_of(chosen)
        slow = (metric,) if metric in metrics.SLOW else None
    return Settings(slow, count, _REPEATS)


def _finite(values: dict[str, float]) -> dict[str, float | None]:
    """JSON has no NaN, which a divergence of no sample at all is."""
    return {
        name: value if math.isfinite(value) else None
        for name, value in values.items()
    }


def _metric_of(value_name: str) -> str:
    """Returns the name of the metric that gives a value."""
    return next(
        name
        for name, metric in metrics.METRICS.items()
        if value_name in metric.better
    )
