"""The report of an export: as JSON for programs, as a table for people."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from tfgan_zoo.export import variants
from tfgan_zoo.export.comparison import LEVELS, Differences
from tfgan_zoo.export.file_names import BFLOAT16_NAME
from tfgan_zoo.export.proof import FileReport


def to_json(
    reports: Sequence[FileReport],
    images_compared: int,
    mean_limit: float | None = None,
    bfloat16: Differences | None = None,
) -> str:
    """Returns the report for programs."""
    others = (
        {}
        if bfloat16 is None
        else {BFLOAT16_NAME: dataclasses.asdict(bfloat16)}
    )
    limits = {
        name: variant.limit
        for name, variant in variants.VARIANTS.items()
        if variant.limit is not None
    }
    return (
        json.dumps(
            {
                "images_compared": images_compared,
                "limits": {
                    **limits,
                    "share_within": variants.MOST,
                    "others_within_times": variants.FEW_MAY,
                    "mean_of_255": variants.MEAN_LIMIT
                    if mean_limit is None
                    else mean_limit,
                },
                "files": [dataclasses.asdict(report) for report in reports],
                **others,
            },
            indent=2,
        )
        + "\n"
    )


def to_markdown(
    reports: Sequence[FileReport], bfloat16: Differences | None = None
) -> str:
    """Returns the report as a table, a row a TFLite file.

    Args:
        reports: of the TFLite files.
        bfloat16: how far the SavedModel that computes in bfloat16 is from the
            other one, if there is one.
    """
    lines = [
        "| file | kB | largest difference, of 255 | mean difference, of 255"
        " | ms an image, 1 and 2 threads | loads in, ms | peak, MB"
        " | needs TFLite | operators on a GPU |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_row(report) for report in reports]
    if bfloat16 is not None:
        lines += [
            "",
            f"`{BFLOAT16_NAME}`: pixels differ from those of the SavedModel by "
            f"{LEVELS * bfloat16.largest:.2g} of 255 at most, and by "
            f"{bfloat16.mean_of_255:.2g} on average.",
        ]
    lines += ["", "Operators:", ""]
    lines += [
        f"- {report.file}: "
        + ", ".join(f"{n} {name}" for name, n in report.operators.items())
        for report in reports
    ]
    notes = [f"- {report.note}" for report in reports if report.note]
    if notes:
        lines += ["", "Larger differences than usual:", "", *notes]
    refused = [report for report in reports if report.not_on_gpus]
    if refused:
        lines += ["", "What a GPU leaves to the processor:", ""]
    lines += [
        f"- {report.file}: {', '.join(report.not_on_gpus)}"
        for report in refused
    ]
    return "\n".join(lines) + "\n"


def _row(report: FileReport) -> str:
    apart, timing = report.differences, report.measured
    speed = load = peak = "not measured"
    if timing:
        one_thread, two_threads = timing["milliseconds_per_image"].values()
        speed = f"{one_thread:.3g}, {two_threads:.3g}"
        load = f"{timing['load_milliseconds']:.1f}"
        peak = f"{timing['peak_megabytes']:.1f}"
    cells = [
        f"`{report.file}`",
        f"{report.size_bytes / 1e3:,.0f}",
        f"{LEVELS * apart.largest:.2g}",
        f"{apart.mean_of_255:.2g}",
        speed,
        load,
        peak,
        f"{report.minimum_runtime} or newer"
        if report.minimum_runtime
        else "unknown",
        f"{report.gpu_operators} of {sum(report.operators.values())}",
    ]
    return f"| {' | '.join(cells)} |"
