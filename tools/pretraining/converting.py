"""Converts the files of a generator that ships anew, from its SavedModel.

For when the converter, or what a network is deployed as, has changed: weights,
scores and the SavedModel stay as they are.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import files, json_files, models
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.export import (
    loading,
    manifest,
    proof,
    report_text,
    tflite,
    tflite_metadata,
)
from tfgan_zoo.export.exporter import (
    CALIBRATION_SEED,
    PROOF_SEED,
    REPORT_NAME,
    make_rows,
)
from tfgan_zoo.export.file_names import CARD_NAME, SAVED_MODEL_NAME
from tfgan_zoo.export.metadata import ExportMetadata, read_metadata
from tfgan_zoo.export.proof import FileReport
from tfgan_zoo.export.run import read_sources
from tfgan_zoo.export.tflite_settings import TFLiteSettings
from tfgan_zoo.export.variants import VARIANTS, Variant
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.inputs import IMAGE, TRANSLATE
from tfgan_zoo.training import config_file
from tfgan_zoo.training.building import build_untrained
from tools.pretraining import about, speeds, writing

_REPORT = f"{REPORT_NAME}.json"
_VARIABLE = "generator_variables/{}/.ATTRIBUTES/VARIABLE_VALUE"


def convert(folder: Path, names: Sequence[str]) -> None:
    """Converts files anew, and writes reports, card and hashes.

    Args:
        folder: of the generator.
        names: of the variants to convert, of those that it has. The reports
            of its other files are written anew as well.
    """
    gan = restore(folder)
    sources = None
    if gan.input_specs[0].kind == IMAGE:
        sources = read_sources(gan, _read_config(folder))
    settings = TFLiteSettings(sources=sources, license=about.LICENCE)
    rows, calibration = (
        make_rows(gan, settings, seed)
        for seed in (PROOF_SEED, CALIBRATION_SEED)
    )
    with proof.full_float32():
        expected = _images(folder, rows)
        metadata = read_metadata(folder / SAVED_MODEL_NAME)
        reports = []
        for before in _read(folder, _REPORT)["files"]:
            variant = VARIANTS[before["variant"]]
            if variant.name in names:
                content = tflite.convert(
                    gan, variant, batch_size=1, calibration=calibration
                )
                content = tflite_metadata.add(
                    content, metadata, variant, settings
                )
                files.write_bytes(folder / variant.file_name, content)
            reports.append(_report(folder, variant, before, rows, expected))
    _write(folder, reports, rows, expected)


def restore(folder: Path) -> BaseGAN:
    """Returns the GAN whose averaged generator is that of a SavedModel."""
    config = _read_config(folder)
    metadata = read_metadata(folder / SAVED_MODEL_NAME)
    height, width, channels = metadata.image_shape
    spec = DatasetSpec(
        metadata.dataset,
        height,
        width,
        channels,
        metadata.class_names,
        source_channels=_source_channels(metadata),
    )
    gan = build_untrained(config, spec)
    path = folder / SAVED_MODEL_NAME / "variables" / "variables"
    saved = tf.train.load_checkpoint(str(path))
    for number, variable in enumerate(gan.ema_generator.variables):
        variable.assign(saved.get_tensor(_VARIABLE.format(number)))
    return gan


def _read_config(folder: Path) -> TrainConfig:
    config = config_file.read(folder / "recipe.json")
    return config.resolve(models.recipe(config.model))


def _source_channels(metadata: ExportMetadata) -> int | None:
    """Returns those of sources that are as large as the images."""
    is_translation = metadata.task == TRANSLATE
    return metadata.inputs[0].shape[-1] if is_translation else None


def _images(folder: Path, rows: dict[str, np.ndarray]) -> np.ndarray:
    loaded, _ = loading.load(folder)
    return proof.run_in_batches(loaded.signatures[tflite.SIGNATURE], rows)


def _report(
    folder: Path,
    variant: Variant,
    before: dict[str, Any],
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
) -> FileReport:
    """Compares a file; one that is as it was is not timed again."""
    report = proof.check_file(
        folder / variant.file_name, variant, rows, expected
    )
    if report.sha256 == before["sha256"]:
        return dataclasses.replace(report, measured=before["measured"])
    (timed,) = proof.add_timings(folder, [report])
    return timed


def _write(
    folder: Path,
    reports: list[FileReport],
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
) -> None:
    limit = _read(folder, _REPORT)["limits"]["mean_of_255"]
    files.write_text(
        folder / _REPORT, report_text.to_json(reports, len(expected), limit)
    )
    files.write_text(
        folder / f"{REPORT_NAME}.md", report_text.to_markdown(reports)
    )
    example = {name: values[0] for name, values in rows.items()}
    model = json.loads(
        manifest.to_json(
            read_metadata(folder / SAVED_MODEL_NAME),
            folder,
            reports,
            example,
            expected[0],
        )
    )
    # What was added after the export, such as directions, stays.
    model = {**_read(folder, manifest.NAME), **model}
    files.write_text(folder / manifest.NAME, json.dumps(model, indent=1) + "\n")
    card = _read(folder, CARD_NAME)
    for place, (entry, report) in enumerate(zip(card["files"], reports)):
        if entry["sha256"] != report.sha256:
            entry |= {
                "bytes": report.size_bytes,
                "sha256": report.sha256,
                "milliseconds": speeds.measured(folder, card)[place],
            }
    writing.write(folder, card)


def _read(folder: Path, name: str) -> dict[str, Any]:
    return json_files.read_object(folder / name, name)
