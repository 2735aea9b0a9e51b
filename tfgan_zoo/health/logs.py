"""Reads other people's logs: JSON objects, one a line."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

_NOT_FINITE = {"nan", "inf", "+inf", "-inf", "infinity", "-infinity"}


def read(path: Path) -> list[dict[str, Any]]:
    """Reads the signals of a training.

    Each line holds `step`, a whole number that never goes down, and any of
    `signals.SIGNALS` as numbers. NaN and Infinity, bare or as strings, are
    taken as such. What has another name, or is no number, is passed over.

    Args:
        path: of the file; a last line that was cut is passed over.

    Raises:
        ValueError: a line is no such object.
        OSError: the file cannot be read.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = _object(line)
        if record is None and number == len(lines) and records:
            break
        if record is None:
            raise ValueError(
                "A log must hold a JSON object with a whole `step` on every "
                f"line. Received: line {number} of {path}: {line[:60]}"
            )
        if records and record["step"] < records[-1]["step"]:
            raise ValueError(
                "The steps of a log must not go down. Received: "
                f"{record['step']} after {records[-1]['step']}, line {number} "
                f"of {path}."
            )
        records.append(record)
    if not records:
        raise ValueError(f"A log must have lines. Received: {path}, empty.")
    return records


def _object(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    step = record.get("step")
    if isinstance(step, bool) or not isinstance(step, (int, float)):
        return None
    if not math.isfinite(step) or step != int(step):
        return None
    record["step"] = int(step)
    return {name: _number(value) for name, value in record.items()}


def _number(value: Any) -> Any:
    if isinstance(value, str) and value.lower() in _NOT_FINITE:
        return float(value)
    return value
