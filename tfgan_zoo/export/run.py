"""The export of what a run folder has trained."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import data, images, random, sources
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.export import examples, inputs
from tfgan_zoo.export.exporter import Export, export
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.tflite_settings import FLOAT32_ALONE, TFLiteSettings
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.inputs import IMAGE
from tfgan_zoo.messages import error_text
from tfgan_zoo.training import building, trained_gan
from tfgan_zoo.training.examining import load_held_out
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.version import __version__

_SOURCES = 256  # images of the data set, to calibrate and compare by


def export_run(
    folder: RunFolder,
    output_dir: Path,
    *,
    tflite_files: TFLiteSettings = FLOAT32_ALONE,
    checkpoint: str = "newest",
    overwrite: bool = False,
    log: Callable[[str], None] = print,
) -> Export:
    """Exports the averaged generator of a run's whole checkpoint.

    Args:
        folder: a run's, finished or not.
        output_dir: where the export goes.
        tflite_files: which to write beside the SavedModel.
        checkpoint: see `trained_gan.load_trained_gan`.
        overwrite: whether it may take the place of what is there.
        log: gets a line for each damaged checkpoint, and one if the data set
            is not there to calibrate by.

    Raises:
        FileNotFoundError: `folder` holds no run, or no whole checkpoint.
        FileExistsError: `output_dir` exists and `overwrite` is False.
        ValueError: a TFLite variant is not for such a generator.
        ExportError: the files' numbers differ from the generator's.
    """
    run = trained_gan.load_trained_gan(folder, checkpoint=checkpoint, log=log)
    located = _locate_data(run, folder)
    if run.gan.input_specs[0].kind == IMAGE:
        given = _read_sources(located, log)
        tflite_files = dataclasses.replace(tflite_files, sources=given)
    metrics = folder.last_metrics(run.step)
    metadata = make_metadata(run.config, run.spec, run.gan, run.step, metrics)
    done = export(
        run.gan,
        metadata,
        output_dir,
        tflite_files=tflite_files,
        overwrite=overwrite,
    )
    write_examples(located, output_dir, log)
    return done


def _locate_data(
    run: trained_gan.TrainedGAN, folder: RunFolder
) -> trained_gan.TrainedGAN:
    """Returns a run whose settings say where its images were last."""
    dataset = folder.data_path() or run.config.dataset
    config = dataclasses.replace(run.config, dataset=dataset)
    return dataclasses.replace(run, config=config)


def _read_sources(
    run: trained_gan.TrainedGAN, log: Callable[[str], None]
) -> np.ndarray | None:
    try:
        return read_sources(run.gan, run.config)
    except (OSError, ValueError, RuntimeError) as error:
        log(
            "The files are calibrated and compared by random images, as the "
            f"data set cannot be read: {error_text(error)}"
        )
        return None


def write_examples(
    run: trained_gan.TrainedGAN, folder: Path, log: Callable[[str], None]
) -> None:
    """Writes held-out images for a page, if it would show any.

    Generators of latents take none, and of those of lines it has drawings.

    Args:
        run: whose settings say where its data are.
        folder: of the export.
        log: gets a line if there are any.
    """
    is_photo = run.gan.input_specs[0].kind == IMAGE
    if not is_photo or run.gan.recipe.source == sources.EDGES:
        return
    held_out = _read_held_out(run)
    if held_out is None:
        return
    examples.write(folder, held_out)
    log(
        f"{folder / examples.NAME} has {len(held_out)} held-out images of the "
        "data set, as examples for a page"
    )


def _read_held_out(run: trained_gan.TrainedGAN) -> np.ndarray | None:
    held_out = load_held_out(run.config, run.spec.class_names)
    if held_out is None:
        return None
    positions = np.arange(min(examples.COUNT, len(held_out)))
    features = held_out.read_shuffled(positions, seed=run.config.seed)
    return images.to_uint8(run.gan.sources_of(features)).numpy()


def read_sources(gan: BaseGAN, config: TrainConfig) -> np.ndarray:
    """Returns images such as a generator took in its training.

    Args:
        gan: whose generator takes images.
        config: of its training.

    Returns:
        uint8 [N, H, W, C], for `TFLiteSettings.sources`.

    Raises:
        ValueError, OSError, RuntimeError: the data set cannot be read.
    """
    examples = building.load_data(config, log=lambda _: None)
    batches = data.batches(examples, batch_size=_SOURCES, seed=config.seed)
    rng = random.StepRandom(config.seed, tf.constant(0), _SOURCES)
    batch = gan.prepare_batch(next(iter(batches)), rng)
    return images.to_uint8(gan.step_inputs(batch, rng)).numpy()


def make_metadata(
    config: TrainConfig,
    spec: DatasetSpec,
    gan: BaseGAN,
    step: int,
    metrics: dict[str, float],
) -> ExportMetadata:
    """Returns the metadata of a training's generator at a step."""
    return ExportMetadata(
        architecture=config.model,
        task=gan.task,
        inputs=inputs.proven_specs(gan),
        image_shape=spec.image_shape,
        num_classes=gan.num_classes,
        class_names=spec.class_names,
        dataset=config.dataset,
        training_steps=step,
        recipe={"paper": gan.recipe.paper, **dataclasses.asdict(config)},
        versions={"tfgan_zoo": __version__, "tensorflow": tf.__version__},
        metrics=metrics,
    )
