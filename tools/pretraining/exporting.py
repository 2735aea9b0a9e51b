"""Exports a run's best checkpoint as a generator that ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tfgan_zoo.export.exporter import TFLiteSettings, export
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.proof import ExportError
from tfgan_zoo.gan import GAN

# The first that is near enough to the generator ships, beside float16.
_EIGHT_BITS = ("int8", "dynamic")


def exported(run: Path, folder: Path) -> dict[str, Any]:
    """Exports the best checkpoint, with weights as float16 has them."""
    import tensorflow as tf

    from tfgan_zoo import files
    from tfgan_zoo.export.run import make_metadata
    from tfgan_zoo.training import trained
    from tfgan_zoo.training.run_folder import RunFolder

    config = (run / "config.json").read_text("utf-8")
    is_evaluated = bool(json.loads(config)["evaluate_every"])
    found = trained.restored(
        RunFolder(run), checkpoint="best" if is_evaluated else "newest"
    )
    for weight in found.gan.ema_generator.variables:
        weight.assign(tf.cast(tf.cast(weight, tf.float16), tf.float32))
    metrics = RunFolder(run).last_metrics(found.step)
    metadata = make_metadata(
        found.config, found.spec, found.gan, found.step, metrics
    )
    refused = _write_files(found.gan, metadata, folder)
    files.write_text(folder / "recipe.json", config)
    return {"step": found.step, "refused": refused, **json.loads(config)}


def _write_files(gan: GAN, metadata: ExportMetadata, folder: Path) -> list[str]:
    """Writes an export; returns what a card says of files it lacks."""
    refused: list[str] = []
    for name in _EIGHT_BITS:
        settings = TFLiteSettings(("float16", name))
        try:
            export(gan, metadata, folder, tflite_files=settings, overwrite=True)
        except ExportError as error:
            refused.append(f"It has no {name} file. {error}")
        else:
            return refused
    raise ExportError(" ".join(refused))
