"""Compares an export's files with the generator: numbers, size, speed."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import files, json_files
from tfgan_zoo.export import gpus, limits, runtime, tflite, variants
from tfgan_zoo.export.limits import Differences
from tfgan_zoo.export.variants import Variant
from tfgan_zoo.messages import list_some

IMAGES = 256
_BATCH_SIZE = 64
# Run in another process, which is not to import this package.
_TIMING = Path(__file__).with_name("timing.py")
LEVELS = 127.5  # of 255, a unit of [-1, 1]


class ExportError(RuntimeError):
    """The exported files do not agree with the generator."""


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
        note: on differences above the variant's limit, see `require`; or "".
        measured: see `timing.measure`; empty where nothing was measured.
    """

    file: str
    variant: str
    size_bytes: int
    sha256: str
    operators: dict[str, int]
    minimum_runtime: str
    differences: Differences
    gpu_operators: int
    not_on_gpus: tuple[str, ...]
    note: str
    measured: dict[str, Any]


# Of a number of bits, to which weights are rounded.
MeasureRounding = Callable[[int], Differences]


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


def compare(what: str, images: np.ndarray, expected: np.ndarray) -> Differences:
    """Measures how far images are from those expected.

    Raises:
        ExportError: they have another shape.
    """
    if images.shape != expected.shape:
        raise ExportError(
            f"The {what}'s images must have the shape {expected.shape}. "
            f"Received: {images.shape}."
        )
    apart = np.abs(images.astype(np.float64) - expected)
    if expected.ndim == 2:  # points have a scale of their own
        apart /= max(np.abs(expected).max(), 1.0)
    return Differences(
        largest=float(apart.max()),
        most=float(np.quantile(apart, variants.MOST)),
        mean_of_255=float(LEVELS * apart.mean()),
    )


def require(
    what: str,
    differences: Differences,
    variant: Variant,
    measure_rounding: MeasureRounding | None = None,
    *,
    mean_limit: float | None = None,
) -> str:
    """Checks a file's differences.

    They may be above the variant's limit where they are at most
    `variants.ROUNDINGS` times those that rounding the weights alone makes: a
    generator that has hardly learnt can magnify any rounding.

    Args:
        what: the file, for the message.
        differences: of it.
        variant: of it.
        measure_rounding: see `rounding.measure`; None allows nothing for it.
        mean_limit: for 8 bits, to which they keep whatever rounding costs;
            None for `variants.MEAN_LIMIT`.

    Returns:
        A line on what was allowed for rounding, or "".

    Raises:
        ExportError: they are above the limit.
    """
    mean = variants.MEAN_LIMIT if mean_limit is None else mean_limit
    allowed = limits.of_variant(variant, mean)
    if limits.are_within(differences, allowed):
        return ""
    if measure_rounding and (variant.limit is not None or mean_limit is None):
        rounding = measure_rounding(variant.weight_bits)
        allowed = limits.widen(allowed, rounding)
        if limits.are_within(differences, allowed):
            off, cost = (
                limits.in_words(each, variant)
                for each in (differences, rounding)
            )
            return (
                f"{what} is off by {off}, as rounding the weights to "
                f"{variant.weight_bits} bits alone makes {cost}. More training "
                "makes a generator less sensitive."
            )
    raise ExportError(limits.describe(what, differences, allowed, variant))


def check_file(
    path: Path,
    variant: Variant,
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
    *,
    measure_rounding: MeasureRounding | None = None,
    mean_limit: float | None = None,
) -> FileReport:
    """Runs a TFLite file against the SavedModel's images, see `require`.

    Raises:
        ExportError: they differ by more than the variant may, or not every
            phone could run it.
    """
    content = path.read_bytes()
    try:
        interpreter = tflite.Interpreter(content)
    except ValueError as error:
        raise ExportError(f"{path.name}: {error}") from None
    if foreign := interpreter.not_on_phones():
        raise ExportError(
            f"{path.name} must hold builtin operators, without variables and "
            f"dynamic shapes. Received: {list_some(foreign)}."
        )
    differences = compare(path.name, interpreter.images(rows), expected)
    note = require(
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
        ExportError: that process failed.
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
        raise ExportError(
            "The files could not be timed. Received: "
            f"{' '.join(done.stderr.split())[-300:]}"
        )
    lines = [line for line in done.stdout.splitlines() if line[:1] == "{"]
    return [json_files.parse(line) for line in lines]
