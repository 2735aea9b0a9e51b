"""An export: written, proven equal, and only then in place."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.export import (
    checksums,
    inputs,
    manifest,
    proof,
    saved_model,
    tflite,
    variants,
)
from tfgan_zoo.export.card import CARD_NAME, SAVED_MODEL_NAME, Card
from tfgan_zoo.export.proof import FileReport
from tfgan_zoo.gan import GAN

REPORT_NAME = "export_report"
_CALIBRATION_SEED, _PROOF_SEED = 1, 0


@dataclasses.dataclass(frozen=True)
class TFLiteSettings:
    """Which TFLite files an export holds.

    Attributes:
        names: of the variants, in `variants.VARIANTS`.
        batch_size: images that a call makes, of each file.
        mean_limit: by how many of a pixel's 256 values the mean of an image in
            8 bits may be off.

    Raises:
        ValueError: a name is unknown, or a number out of its range.
    """

    names: Sequence[str] = variants.DEFAULT
    batch_size: int = 1
    mean_limit: float = variants.MEAN_LIMIT

    def __post_init__(self) -> None:
        variants.chosen(self.names)
        if not 1 <= self.batch_size <= proof.IMAGES:
            raise ValueError(
                f"`tflite_batch_size` must be between 1 and {proof.IMAGES}. "
                f"Received: {self.batch_size}."
            )


FLOAT32_ALONE = TFLiteSettings()


@dataclasses.dataclass(frozen=True)
class Export:
    """What an export wrote.

    Attributes:
        folder: the export's.
        reports: of its TFLite files.
    """

    folder: Path
    reports: tuple[FileReport, ...]

    @property
    def saved_model(self) -> Path:
        return self.folder / SAVED_MODEL_NAME

    def tflite(self, variant: str = "float32") -> Path:
        """Returns the path of a variant's file."""
        return self.folder / variants.VARIANTS[variant].file_name


def export(
    gan: GAN,
    card: Card,
    output_dir: Path,
    *,
    tflite_files: TFLiteSettings = FLOAT32_ALONE,
    overwrite: bool = False,
) -> Export:
    """Writes a SavedModel and TFLite files that are proven to agree.

    Args:
        gan: whose averaged generator is exported.
        card: what to say of it.
        output_dir: a new folder; nothing of it is there before all is well.
        tflite_files: which to write beside the SavedModel.
        overwrite: whether it may take the place of what is there.

    Raises:
        FileExistsError: `output_dir` exists and `overwrite` is False, or it
            holds something that is no export.
        ValueError: a variant is not for such a generator.
        proof.ExportError: the files' numbers differ from the generator's.
    """
    chosen = variants.chosen(tflite_files.names)
    if len(gan.image_shape) != 3 and any(one.paints_uint8 for one in chosen):
        raise ValueError(
            "`tflite` of points must be without int8_uint8, which is of "
            f"images. Received: {','.join(tflite_files.names)}."
        )
    if overwrite:
        _require_export(output_dir)
    with files.new_folder(output_dir, overwrite=overwrite) as partial:
        _write_files(gan, card, partial, tflite_files)
        with proof.full_float32():
            rows = inputs.drawn(gan, proof.IMAGES, seed=_PROOF_SEED)
            expected = _proven_images(gan, partial, rows)
            reports = proof.timed(
                partial,
                [
                    proof.of_file(
                        partial / one.file_name,
                        one,
                        rows,
                        expected,
                        tflite_files.mean_limit,
                    )
                    for one in chosen
                ],
            )
        _write_reports(card, partial, reports, tflite_files, rows, expected)
    return Export(output_dir, reports)


def _write_files(
    gan: GAN, card: Card, folder: Path, settings: TFLiteSettings
) -> None:
    served = saved_model.ServedGenerator(gan)
    saved_model.write(served, card, folder / SAVED_MODEL_NAME)
    calibration = inputs.drawn(gan, proof.IMAGES, seed=_CALIBRATION_SEED)
    for variant in variants.chosen(settings.names):
        content = tflite.convert(
            gan,
            variant,
            batch_size=settings.batch_size,
            calibration=calibration,
        )
        files.write_bytes(folder / variant.file_name, content)


def _proven_images(
    gan: GAN, folder: Path, rows: dict[str, np.ndarray]
) -> np.ndarray:
    """Returns the SavedModel's images, once they equal the generator's."""
    loaded = tf.saved_model.load(str(folder / SAVED_MODEL_NAME))
    images = proof.served(loaded.signatures[tflite.SIGNATURE], rows)
    expected = proof.served(
        lambda **batch: {"images": gan(*batch.values())}, rows
    )
    differences = proof.compared("SavedModel", images, expected)
    proof.require("SavedModel", differences, variants.VARIANTS["float32"])
    return images


def _write_reports(
    card: Card,
    folder: Path,
    reports: tuple[FileReport, ...],
    settings: TFLiteSettings,
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
) -> None:
    files.write_text(
        folder / f"{REPORT_NAME}.json",
        proof.to_json(reports, settings.mean_limit),
    )
    files.write_text(folder / f"{REPORT_NAME}.md", proof.to_markdown(reports))
    example = {name: values[0] for name, values in rows.items()}
    files.write_text(
        folder / manifest.NAME,
        manifest.written(card, folder, reports, example, expected[0]),
    )
    checksums.write(folder)


def _require_export(folder: Path) -> None:
    """Checks that nothing but an export would be overwritten."""
    if not os.path.lexists(folder):
        return
    card = folder / SAVED_MODEL_NAME / "assets.extra" / CARD_NAME
    if card.is_file() or (folder.is_dir() and not any(folder.iterdir())):
        return
    raise FileExistsError(
        "Only an export or an empty folder may be overwritten. "
        f"Received: {folder}."
    )
