"""Compares an export's files with the generator: numbers, size, speed."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import files, json_files
from tfgan_zoo.export import comparison, gpus, runtime, tflite
from tfgan_zoo.export.variants import Variant
from tfgan_zoo.messages import list_some

IMAGES = 256
_BATCH_SIZE = 64
# Run in another process, which is not to import this package.
_TIMING = Path(__file__).with_name("timing.py")


@dataclasses.dataclass(frozen=True)
class FileReport:
    """What was measured of a TFLite file.

    Attributes:
        file: its name.
        variant: of it.
        size_bytes: of the file.
        sha256: of the file, hexadecimal.
        operators: how often each is called.
        minimum_runtime: oldest version of TFLite that runs the file, such as
            "2.17"; "" if unknown.
        differences: of its images from the SavedModel's.
        gpu_operators: how many of them run on a GPU, see `gpus.divide`.
        not_on_gpus: the others, and why.
        note: on differences above the variant's limit, or "", see
            `comparison.require`.
        measured: see `timing.measure`; empty where nothing was measured.
    """

    file: str
    variant: str
    size_bytes: int
    sha256: str
    operators: dict[str, int]
    minimum_runtime: str
    differences: comparison.Differences
    gpu_operators: int
    not_on_gpus: tuple[str, ...]
    note: str
    measured: dict[str, Any]


# Of a number of bits, to which weights are rounded.


@contextlib.contextmanager
def full_float32() -> Iterator[None]:
    """Without TF32, with which newer GPUs keep 10 bits of a product."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


def run_in_batches(serve: Any, rows: dict[str, np.ndarray]) -> np.ndarray:
    """Returns the images of `serving_default`, batch by batch."""
    count = len(next(iter(rows.values())))
    images = []
    for start in range(0, count, _BATCH_SIZE):
        batch = {
            name: tf.constant(values[start : start + _BATCH_SIZE])
            for name, values in rows.items()
        }
        images.append(serve(**batch)["images"].numpy())
    return np.concatenate(images)


def check_file(
    path: Path,
    variant: Variant,
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
    *,
    measure_rounding: comparison.MeasureRounding | None = None,
    mean_limit: float | None = None,
) -> FileReport:
    """Runs a TFLite file against the SavedModel's images.

    Args:
        path, variant: of the file.
        rows, expected: inputs by name, and the SavedModel's images of them.
        measure_rounding, mean_limit: see `comparison.require`.

    Raises:
        comparison.ExportError: they differ by more than the variant may, or
            not every phone could run it.
    """
    content = path.read_bytes()
    interpreter = load_file(path.name, content)
    differences = comparison.compare(
        path.name, interpreter.images(rows), expected
    )
    note = comparison.require(
        path.name,
        differences,
        variant,
        measure_rounding,
        mean_limit=mean_limit,
    )
    division = gpus.divide(content)
    return FileReport(
        file=path.name,
        variant=variant.name,
        size_bytes=path.stat().st_size,
        sha256=files.sha256(path),
        operators=interpreter.operators(),
        minimum_runtime=runtime.minimum(content),
        differences=differences,
        gpu_operators=division.taken,
        not_on_gpus=division.refused,
        note=note,
        measured={},
    )


def load_file(name: str, content: bytes) -> tflite.Interpreter:
    """Returns an interpreter of a TFLite file that every phone can run.

    Args:
        name: of the file, for messages.
        content: of it.

    Raises:
        comparison.ExportError: TFLite cannot run it, or not on every phone.
    """
    try:
        interpreter = tflite.Interpreter(content)
    except ValueError as error:
        raise comparison.ExportError(f"{name}: {error}") from None
    foreign = interpreter.not_on_phones()
    if foreign:
        raise comparison.ExportError(
            f"{name} must hold builtin operators, without variables and "
            f"dynamic shapes. Received: {list_some(foreign)}."
        )
    return interpreter


def add_timings(
    folder: Path, reports: Sequence[FileReport]
) -> tuple[FileReport, ...]:
    """Adds what another process measures of the files."""
    timings = measure_timings([folder / report.file for report in reports])
    return tuple(
        dataclasses.replace(report, measured=timing)
        for report, timing in zip(reports, timings)
    )


def measure_timings(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Returns what another process measures of each file.

    See `timing.measure`; empty where there is no `fork`.

    Raises:
        comparison.ExportError: that process failed.
    """
    if not hasattr(os, "fork"):
        return [{} for _ in paths]
    done = subprocess.run(
        [sys.executable, "-c", _TIMING.read_text("utf-8"), *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    if done.returncode:
        raise comparison.ExportError(
            "The files could not be timed. Received: "
            f"{' '.join(done.stderr.split())[-300:]}"
        )
    lines = [line for line in done.stdout.splitlines() if line[:1] == "{"]
    return [json_files.parse(line) for line in lines]
