"""The doctor beside a training: examines it, and tells what it finds."""

from __future__ import annotations

import dataclasses
from typing import Callable

import numpy as np

from tfgan_zoo import data
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data.points import MIXTURES, Mixture
from tfgan_zoo.evaluation import features as networks
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.health.examination import ROWS, Examination
from tfgan_zoo.health.network_pair import wrap_gan
from tfgan_zoo.health.real_data import Features, RealBatch, RealData
from tfgan_zoo.health.signals import Record
from tfgan_zoo.training import building
from tfgan_zoo.training.callbacks import EveryCallback, Logs
from tfgan_zoo.training.failures import Failure, Verdict

_DEVIATIONS = 3.0


class Examine(EveryCallback):
    """Examines the networks, on all workers; the chief decides.

    Nothing is built before it is due, so that short trainings do without.

    Args:
        build: returns what examines the GAN.
        every: see `EveryCallback`.
        on_examination: called with the signals of a step, returns why the
            training has failed, or None. None on workers but the chief.
        agree: from this worker's number to the chief's.
        verdict: gets the failure.
    """

    def __init__(
        self,
        build: Callable[[], Examination],
        *,
        every: int,
        on_examination: Callable[[Record], Failure | None] | None,
        agree: Callable[[int], int],
        verdict: Verdict,
    ) -> None:
        super().__init__(every, None)
        self._build = build
        self._examination: Examination | None = None
        self._on_examination = on_examination
        self._agree = agree
        self._verdict = verdict

    def at(self, step: int, logs: Logs) -> None:
        if self._examination is None:
            self._examination = self._build()
        result = self._examination.probe()
        failure = None
        if self._on_examination is not None:
            failure = self._on_examination(
                {"step": step, **self._examination.record(result)}
            )
        since = self._agree(0 if failure is None else failure.since)
        if not since:
            self._verdict.last_healthy_step = step
            return
        self._verdict.failure = failure or Failure(
            step, since, "", "A failed training", "The chief says why."
        )
        self.model.stop_training = True


def build_examination(
    gan: BaseGAN, config: TrainConfig, examples: data.Examples
) -> Examination:
    """Builds the examination of a training.

    Args:
        gan: compiled.
        config: resolved settings.
        examples: of the training.
    """
    real = RealData(_reader(examples), is_paired=examples.spec.paired)
    held_out = load_held_out(config, examples.spec.class_names)
    if held_out is not None:
        real = dataclasses.replace(real, read_held_out=_reader(held_out))
    network = _network(config, examples.spec)
    if network is not None:
        real = dataclasses.replace(
            real,
            features=network[0],
            num_classes=network[1],
        )
    rows = min(ROWS, gan.recipe.batch_size)
    return Examination(wrap_gan(gan), real, rows)


def load_held_out(
    config: TrainConfig, class_names: tuple[str, ...] | None = None
) -> data.Examples | None:
    """Returns the test split of a training's data, None where there is none.

    One that cannot be read, or has other classes, counts as none.

    Args:
        config: resolved settings.
        class_names: by label, as the training has them.
    """
    if "test" in data.splits_in_name(config.split):
        return None  # It trains on that one.
    request = dataclasses.replace(
        building.held_out_request(config, class_names),
        split="test",
        download=False,
    )
    try:
        if "test" not in data.splits(request, log=_nothing):
            return None
        examples = data.load_examples(request, log=_nothing)
    except (OSError, ValueError):
        # A training needs its folder at the start alone, and no test images.
        return None
    # Images of no class, or of one that the training has not, have no label.
    known = class_names is None or examples.spec.class_names == class_names
    return examples if known else None


def _reader(
    examples: data.Examples,
) -> Callable[[int, int], RealBatch]:
    def read(number: int, count: int) -> RealBatch:
        positions = number * count + np.arange(count, dtype=np.int64)
        features = examples.read_shuffled(positions, seed=0)
        return RealBatch(
            features["image"], features.get("label"), features.get("source")
        )

    return read


def _network(
    config: TrainConfig, spec: data.DatasetSpec
) -> tuple[Features, int] | None:
    """Returns what tells the features and classes of samples, if anything."""
    mixture = MIXTURES.get(config.dataset)
    if mixture is not None:
        return _of_mixture(mixture), len(mixture.modes)
    name = networks.for_dataset(config.dataset)
    if name is None:
        return None
    network = networks.get(name)
    if network.image_shape[-1] != spec.image_shape[-1]:
        return None

    def features(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        output = network.at_once(samples)
        assert output.logits is not None
        return output.features, output.logits.argmax(axis=1)

    return features, len(network.class_names)


def _of_mixture(mixture: Mixture) -> Features:
    def features(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        offsets = points[:, np.newaxis] - mixture.modes
        distances = np.sqrt(np.sum(np.square(offsets), axis=-1))
        near = distances.min(axis=1) < _DEVIATIONS * mixture.stddev
        return points, np.where(near, distances.argmin(axis=1), -1)

    return features


def _nothing(line: str) -> None:
    """The training has told of its data already."""
