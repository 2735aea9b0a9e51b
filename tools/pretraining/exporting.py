"""Exports a run's best checkpoint as a generator that ships."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo.export.comparison import ExportError
from tfgan_zoo.export.exporter import export
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.run import make_metadata, read_sources, write_examples
from tfgan_zoo.export.tflite_settings import TFLiteSettings
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.inputs import IMAGE
from tools.pretraining import about

# The first that is near enough to the generator ships, if any is, beside
# float16.
_EIGHT_BITS = ("int8", "dynamic")
# Of a generator that takes images: apps give it a bitmap's bytes.
_OF_PIXELS = ("uint8",)


def export_best(run: Path, folder: Path) -> dict[str, Any]:
    """Exports the best checkpoint, with weights as float16 has them."""
    import tensorflow as tf

    from tfgan_zoo import files
    from tfgan_zoo.training import trained_gan
    from tfgan_zoo.training.run_folder import RunFolder

    config = RunFolder(run).read_config()
    trained = trained_gan.load_trained_gan(
        RunFolder(run), checkpoint="best" if config.evaluate_every else "newest"
    )
    for weight in trained.gan.ema_generator.variables:
        weight.assign(tf.cast(tf.cast(weight, tf.float16), tf.float32))
    metrics = RunFolder(run).last_metrics(trained.step)
    metadata = make_metadata(
        trained.config, trained.spec, trained.gan, trained.step, metrics
    )
    sources = None
    if trained.gan.input_specs[0].kind == IMAGE:
        sources = read_sources(trained.gan, trained.config)
    refused = _write_files(trained.gan, metadata, folder, sources)
    if about.describe(trained.config.dataset)["may_be_shown"]:
        write_examples(trained, folder, print)
    settings = dataclasses.asdict(config)
    text = json.dumps(settings, indent=2) + "\n"
    files.write_text(folder / "recipe.json", text)
    return {"step": trained.step, "refused": refused, **settings}


def _write_files(
    gan: BaseGAN,
    metadata: ExportMetadata,
    folder: Path,
    sources: np.ndarray | None,
) -> list[str]:
    """Writes an export; returns what a card says of files it lacks."""
    refused: list[str] = []
    others = ("float16",) if sources is None else ("float16", *_OF_PIXELS)
    for name in _EIGHT_BITS:
        settings = TFLiteSettings(
            (*others, name), sources=sources, license=about.LICENCE
        )
        try:
            export(gan, metadata, folder, tflite_files=settings, overwrite=True)
        except ExportError as error:
            refused.append(f"It has no {name} file. {error}")
        else:
            return refused
    settings = TFLiteSettings(others, sources=sources, license=about.LICENCE)
    export(gan, metadata, folder, tflite_files=settings, overwrite=True)
    return refused
