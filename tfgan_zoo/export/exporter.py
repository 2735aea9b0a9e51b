"""An export: written, proven equal, and only then in place."""

from __future__ import annotations

import dataclasses
import functools
import os
from pathlib import Path

import numpy as np

from tfgan_zoo import files
from tfgan_zoo.export import (
    bfloat16,
    checksums,
    comparison,
    contract,
    inputs,
    loading,
    manifest,
    proof,
    report_text,
    rounding,
    saved_model,
    tflite,
    tflite_metadata,
    variants,
)
from tfgan_zoo.export.file_names import (
    BFLOAT16_NAME,
    METADATA_NAME,
    SAVED_MODEL_NAME,
)
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.proof import FileReport
from tfgan_zoo.export.tflite_settings import FLOAT32_ALONE, TFLiteSettings
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.inputs import IMAGE, LATENTS

REPORT_NAME = "export_report"
CALIBRATION_SEED, PROOF_SEED = 1, 0
# Each of these has thousands of pixels, and takes its time.
_TRANSLATIONS = 64


@dataclasses.dataclass(frozen=True)
class Export:
    """What an export wrote.

    Attributes:
        folder: the export's.
        reports: of its TFLite files.
        bfloat16: how far the SavedModel that computes in bfloat16 is from the
            other one; None where there is none.
    """

    folder: Path
    reports: tuple[FileReport, ...]
    bfloat16: comparison.Differences | None = None

    @property
    def saved_model(self) -> Path:
        """The folder of the SavedModel."""
        return self.folder / SAVED_MODEL_NAME

    @property
    def bfloat16_saved_model(self) -> Path:
        """The folder of the SavedModel that computes in bfloat16."""
        return self.folder / BFLOAT16_NAME

    def tflite(self, variant: str = "float32") -> Path:
        """Returns the path of a variant's file."""
        return self.folder / variants.VARIANTS[variant].file_name


def export(
    gan: BaseGAN,
    metadata: ExportMetadata,
    output_dir: Path,
    *,
    tflite_files: TFLiteSettings = FLOAT32_ALONE,
    overwrite: bool = False,
) -> Export:
    """Writes a SavedModel and TFLite files that are proven to agree.

    Args:
        gan: whose averaged generator is exported.
        metadata: what to say of it.
        output_dir: a new folder; nothing of it is there before all is well.
        tflite_files: which to write beside the SavedModel.
        overwrite: whether it may take the place of what is there.

    Raises:
        FileExistsError: `output_dir` exists and `overwrite` is False, or it
            holds something that is no export.
        OSError: nothing can be written there.
        ValueError: a variant is not for such a generator, or the generator
            breaks the contract, see `contract.generate`.
        comparison.ExportError: the files' numbers differ from the generator's.
        tflite.ConversionError: TFLite lacks an operator.
    """
    _check_request(gan, output_dir, tflite_files, overwrite)
    with files.new_folder(output_dir, overwrite=overwrite) as partial:
        with proof.full_float32():
            rows = make_rows(gan, tflite_files, PROOF_SEED)
            generated = contract.generate(gan, rows)
            measure = functools.partial(rounding.measure, gan, rows)
            expected = _write_saved_model(
                gan, metadata, partial, rows, generated, measure
            )
            differences = None
            if tflite_files.saved_model_precision == "bfloat16":
                differences = bfloat16.write(
                    gan, metadata, partial, rows, expected, measure
                )
            _write_tflite_files(gan, metadata, partial, tflite_files)
            reports = _check_tflite_files(
                partial, tflite_files, rows, expected, measure
            )
        written = Export(partial, reports, differences)
        _write_reports(metadata, written, tflite_files, rows, expected)
    return dataclasses.replace(written, folder=output_dir)


def _check_request(
    gan: BaseGAN, output_dir: Path, settings: TFLiteSettings, overwrite: bool
) -> None:
    """Checks what can be known before any work."""
    chosen = variants.select(settings.names)
    is_points = len(gan.image_shape) != 3
    if is_points and any(variant.uses_uint8 for variant in chosen):
        raise ValueError(
            "`tflite` of points must be without uint8 and int8_uint8, which "
            f"are of images. Received: {','.join(settings.names)}."
        )
    if settings.saved_model_precision == "bfloat16":
        bfloat16.require_possible(gan)
    inputs.check_sources(gan, settings.sources)
    if overwrite:
        _require_export(output_dir)
    files.require_new_folder(output_dir, overwrite=overwrite)


def make_rows(
    gan: BaseGAN, settings: TFLiteSettings, seed: int
) -> dict[str, np.ndarray]:
    """Returns inputs to compare, or to calibrate, the files by.

    Args:
        gan: whose inputs they are.
        settings: of the files.
        seed: `PROOF_SEED` or `CALIBRATION_SEED`.

    Returns:
        See `inputs.sample_inputs`.
    """
    count = proof.IMAGES
    if gan.input_specs[0].kind == IMAGE:
        count = max(_TRANSLATIONS, settings.batch_size)
    return inputs.sample_inputs(gan, count, seed=seed, sources=settings.sources)


def _check_tflite_files(
    folder: Path,
    settings: TFLiteSettings,
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
    measure: comparison.MeasureRounding,
) -> tuple[FileReport, ...]:
    """Runs the files against the SavedModel's images, and times them."""
    reports = [
        proof.check_file(
            folder / variant.file_name,
            variant,
            rows,
            expected,
            measure_rounding=measure,
            mean_limit=settings.mean_limit,
        )
        for variant in variants.select(settings.names)
    ]
    return proof.add_timings(folder, reports)


def _write_saved_model(
    gan: BaseGAN,
    metadata: ExportMetadata,
    folder: Path,
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
    measure: comparison.MeasureRounding,
) -> np.ndarray:
    """Writes the SavedModel; returns its images, which equal the generator's.

    Raises:
        ValueError: the generator cannot be saved, or not be loaded again
            without trust.
        comparison.ExportError: the images differ.
    """
    path = folder / SAVED_MODEL_NAME
    try:
        servable = saved_model.ServedGenerator(gan)
        saved_model.write(servable, metadata, path)
    except contract.UNTRACEABLE as error:
        raise ValueError(
            "A generator must be a function that TensorFlow can trace and "
            "save, of Keras variables. "
            f"Received: {contract.in_one_line(error)}"
        ) from None
    try:
        loaded, _ = loading.load(folder)
    except ValueError as error:
        received = str(error).rpartition("Received: ")[2]
        raise ValueError(
            "A generator must be of operators that load without `trust`. "
            f"Received: {received.replace(str(path), 'a SavedModel')}"
        ) from None
    signatures = loaded.signatures
    images = proof.run_in_batches(signatures[tflite.SIGNATURE], rows)
    differences = comparison.compare("SavedModel", images, expected)
    comparison.require(
        "SavedModel", differences, variants.VARIANTS["float32"], measure
    )
    if gan.input_specs[0].kind == LATENTS:
        contract.require_samples(gan, signatures["sample"])
    else:
        contract.require_translations(signatures["translate"], rows, images)
    return images


def _write_tflite_files(
    gan: BaseGAN,
    metadata: ExportMetadata,
    folder: Path,
    settings: TFLiteSettings,
) -> None:
    calibration = make_rows(gan, settings, CALIBRATION_SEED)
    for variant in variants.select(settings.names):
        content = tflite.convert(
            gan,
            variant,
            batch_size=settings.batch_size,
            calibration=calibration,
        )
        content = tflite_metadata.add(content, metadata, variant, settings)
        files.write_bytes(folder / variant.file_name, content)


def _write_reports(
    metadata: ExportMetadata,
    written: Export,
    settings: TFLiteSettings,
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
) -> None:
    folder, reports = written.folder, written.reports
    files.write_text(
        folder / f"{REPORT_NAME}.json",
        report_text.to_json(
            reports, len(expected), settings.mean_limit, written.bfloat16
        ),
    )
    files.write_text(
        folder / f"{REPORT_NAME}.md",
        report_text.to_markdown(reports, written.bfloat16),
    )
    example = {name: values[0] for name, values in rows.items()}
    files.write_text(
        folder / manifest.NAME,
        manifest.to_json(metadata, folder, reports, example, expected[0]),
    )
    checksums.write(folder)


def _require_export(folder: Path) -> None:
    """Checks that nothing but an export would be overwritten."""
    if not os.path.lexists(folder):
        return
    metadata = folder / SAVED_MODEL_NAME / "assets.extra" / METADATA_NAME
    if metadata.is_file() or (folder.is_dir() and not any(folder.iterdir())):
        return
    raise FileExistsError(
        "Only an export or an empty folder may be overwritten. "
        f"Received: {folder}."
    )
