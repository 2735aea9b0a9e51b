"""Trains an encoder of a generator, and measures it."""

from __future__ import annotations

import dataclasses
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import data, paths
from tfgan_zoo.backend import keras
from tfgan_zoo.data import Examples
from tfgan_zoo.encoders import measuring, network, real_images
from tfgan_zoo.encoders import state as states
from tfgan_zoo.encoders.objective import Objective
from tfgan_zoo.encoders.real_images import RealImages
from tfgan_zoo.encoders.settings import RealData, Training
from tfgan_zoo.encoders.state import TrainingState
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.random import StepRandom

_LOG_STEPS = 200
_SAVE_SECONDS = 60.0
Log = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class TrainedEncoder:
    """An encoder that was trained.

    Attributes:
        model: images float32 [N, H, W, C] in [-1, 1] -> values of the heads.
        sampler: of its generator.
        training: how it was trained.
        dataset: name of the real images; None if there were none.
        errors: what was measured, see `measuring.measure`.
    """

    model: keras.Model
    sampler: Sampler
    training: Training
    dataset: str | None
    errors: dict[str, float]


def train(
    folder: str | os.PathLike[str],
    training: Training | None = None,
    *,
    real_data: RealData | None = None,
    work_dir: str | os.PathLike[str] | None = None,
    log: Log | None = None,
    trust: bool = False,
) -> TrainedEncoder:
    """Trains an encoder of an exported generator.

    Args:
        folder: of an export; `Generator.folder` of a generator that ships.
        training: how; None is `Training()`.
        real_data: real images to train on as well; None is `RealData()`.
        work_dir: folder that keeps the state of the training, so that the same
            call goes on where one was stopped; None keeps none.
        log: gets lines on the progress.
        trust: see `tfgan_zoo.load`.

    Returns:
        The encoder, for `write`.

    Raises:
        FileNotFoundError: `folder` is no export, or there are no images.
        ValueError: the generator takes images or makes points, its latents
            are of a distribution that only its GAN knows, the data set is
            unknown, or `work_dir` holds another training or is in `folder`.
        OSError: nothing can be written into `work_dir`.
        FloatingPointError: the loss became infinite or not a number.
    """
    training, real_data = training or Training(), real_data or RealData()
    log = log or (lambda line: None)
    export = paths.expand(os.fspath(folder))
    path = None
    if work_dir is not None:
        place = paths.expand(os.fspath(work_dir))
        states.require_place(place, export)
        path = place / states.NAME
    sampler = Sampler(export, trust=trust)
    require_encodable(sampler)
    images = real_images.load(export, sampler.metadata, real_data, log)
    model = _build(sampler, training)
    _train(model, sampler, training, images, path, log)
    errors = measuring.measure(model, sampler, images)
    name = None if images is None else images.name
    return TrainedEncoder(model, sampler, training, name, errors)


def _build(sampler: Sampler, training: Training) -> keras.Model:
    height, width, channels = sampler.metadata.image_shape
    return network.build(
        (height, width, channels),
        sampler.latents_spec.size + sampler.num_classes,
        width=training.width,
        seed=training.seed,
    )


def require_encodable(sampler: Sampler) -> None:
    """Checks that a generator's images can be encoded.

    Raises:
        ValueError: it makes points, or its latents are of a distribution that
            only its GAN knows.
    """
    if sampler.metadata.makes_points:
        raise ValueError(
            "Encoders are for generators of images. "
            f"Received: a {sampler.metadata.architecture}, of points."
        )
    sampler.latents_spec.from_normals(tf.zeros([1, sampler.latents_spec.size]))


def _train(
    model: keras.Model,
    sampler: Sampler,
    training: Training,
    images: RealImages | None,
    path: Path | None,
    log: Log,
) -> None:
    state = TrainingState(model, training)
    identity = {
        **dataclasses.asdict(training),
        "generator": sampler.sha256,
        "images": None if images is None else images.training.fingerprint,
    }
    if path is not None:
        state.restore(path, identity)
        path.parent.mkdir(parents=True, exist_ok=True)
    if state.step.numpy():
        log(f"Resuming after step {int(state.step.numpy()):,}")
    steps = _steps(state, Objective(sampler, model), training, images, log)
    saved = time.monotonic()
    try:
        for _ in steps:
            if path and time.monotonic() - saved > _SAVE_SECONDS:
                state.save(path, identity)
                saved = time.monotonic()
    except FloatingPointError:
        raise  # weights that are not finite are of no use
    except BaseException:
        if path is not None:
            state.save(path, identity)
            log(
                f"Stopped at step {int(state.step.numpy()):,} of "
                f"{training.steps:,}. To resume from {path.parent}, use the "
                "same settings."
            )
        raise
    if path is not None:
        state.save(path, identity)


def _steps(
    state: TrainingState,
    objective: Objective,
    training: Training,
    images: RealImages | None,
    log: Log,
) -> Iterator[None]:
    first = int(state.step.numpy())
    if first >= training.steps:
        return
    examples = None if images is None else images.training
    batches = _batches(examples, training, first)
    step = _step_function(state, objective, training)
    start = time.monotonic()
    sums: dict[str, float] = {}
    logged = first
    for number in range(first + 1, training.steps + 1):
        terms = {
            name: float(value) for name, value in step(next(batches)).items()
        }
        _require_finite(terms["loss"], number, training)
        for name, value in terms.items():
            sums[name] = sums.get(name, 0.0) + value
        if number % _LOG_STEPS == 0 or number == training.steps:
            log(_line(number, training.steps, sums, number - logged, start))
            sums, logged = {}, number
        yield


def _require_finite(loss: float, step: int, training: Training) -> None:
    if not math.isfinite(loss):
        raise FloatingPointError(
            "The loss of an encoder must stay finite, which a lower learning "
            f"rate than {training.learning_rate:g} may do. Received: {loss} "
            f"at step {step:,}."
        )


def _batches(
    examples: Examples | None, training: Training, first: int
) -> Iterator[tf.Tensor | None]:
    if examples is None:
        while True:
            yield None
    for batch in data.batches(
        examples,
        batch_size=training.batch_size,
        seed=training.seed,
        first_step=first,
    ):
        yield batch["image"]


def _step_function(
    state: TrainingState, objective: Objective, training: Training
) -> Callable[[Any], dict[str, tf.Tensor]]:
    variables = state.model.trainable_variables

    @tf.function(reduce_retracing=True)
    def step(images: tf.Tensor | None) -> dict[str, tf.Tensor]:
        random = StepRandom(training.seed, state.step, training.batch_size)
        samples = objective.sample(random)
        with tf.GradientTape() as tape:
            terms = objective(samples, images)
        gradients = tape.gradient(terms["loss"], variables)
        state.optimizer.apply_gradients(zip(gradients, variables))
        state.step.assign_add(1)
        return terms

    return step


def _line(
    number: int, steps: int, sums: dict[str, float], count: int, start: float
) -> str:
    means = {name: total / count for name, total in sums.items()}
    del means["loss"]
    values = ", ".join(
        f"{name.replace('_', ' ')} {mean:.4f}" for name, mean in means.items()
    )
    seconds = time.monotonic() - start
    return f"Step {number:,} of {steps:,}: {values} ({seconds:.0f} s)"
