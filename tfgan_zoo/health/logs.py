"""Reads other people's logs: JSON objects, one a line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import json_files
from tfgan_zoo.messages import shorten

# Larger ones are not exact in every reader of JSON, nor in a plot.
MAX_STEP = 2**53
_NOT_FINITE = {"nan", "inf", "+inf", "-inf", "infinity", "-infinity"}
# More often, it is rather the lines that are in disorder.
_MOST_RESUMED = 10


def read(
    path: Path, log: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Reads the signals of a training.

    Each line holds `step`, a whole number from 0 to `MAX_STEP`, and any of
    `signals.SIGNALS` as numbers. NaN and Infinity, bare or as strings, are
    taken as such. What has another name, or is no number, is skipped.

    A training that was resumed from a checkpoint logs some steps again: where
    a step is smaller than the one before, the lines from that step on are
    replaced by those that follow.

    Args:
        path: of the file; a last line that was cut is skipped.
        log: called with a line where the steps go back and of a last line
            that was cut.

    Returns:
        The records in the order of their steps.

    Raises:
        ValueError: a line is no such object, or there is none.
        OSError: the file cannot be read.
    """
    records: list[dict[str, Any]] = []
    invalid: tuple[int, str] | None = None
    resumed = _Resumed(path)
    for number, line in enumerate(json_files.lines(path), start=1):
        if not line or line.isspace():
            continue
        if invalid is not None:
            break  # not the last line
        record = _record(line)
        if record is None:
            invalid = number, line
            continue
        if records and record["step"] < records[-1]["step"]:
            resumed.go_back(records, record["step"], number)
        records.append(record)
    else:
        if invalid is not None and records and _is_cut(invalid[1]):
            log(f"The last line of {path} was cut, and is skipped.")
            invalid = None
    _require_valid(path, records, invalid)
    if resumed.times:
        log(resumed.text())
    return records


def _require_valid(
    path: Path,
    records: list[dict[str, Any]],
    invalid: tuple[int, str] | None,
) -> None:
    if invalid is not None:
        number, line = invalid
        raise ValueError(
            "A log must hold a JSON object with a whole `step`, from 0 to "
            f"{MAX_STEP}, on every line. Received: line {number} of {path}: "
            f"{shorten(line)}"
        )
    if not records:
        raise ValueError(f"A log must have lines. Received: {path}, empty.")


def whole_step(record: Any) -> int | None:
    """Returns the `step` of a record of a log, None if it has none."""
    step = record.get("step") if isinstance(record, dict) else None
    if isinstance(step, bool) or not isinstance(step, (int, float)):
        return None
    # NaN is within no limits.
    if not 0 <= step <= MAX_STEP or step != int(step):
        return None
    return int(step)


class _Resumed:
    """Drops the records that resumed trainings have logged again.

    Args:
        path: of the log.

    Attributes:
        times: how often the steps have gone back.
    """

    def __init__(self, path: Path) -> None:
        self.times = 0
        self._path = path
        self._first = ""
        self._replaced = 0

    def go_back(
        self, records: list[dict[str, Any]], step: int, line: int
    ) -> None:
        """Drops the records from `step` on, which `line` has again."""
        if not self.times:
            before = records[-1]["step"]
            self._first = f"from {before} to {step} at line {line}"
        self.times += 1
        while records and records[-1]["step"] >= step:
            records.pop()
            self._replaced += 1

    def text(self) -> str:
        """Returns a line on what was dropped."""
        often, hint = "", ""
        if self.times > 1:
            often = f"{self.times:,} times, first "
        if self.times > _MOST_RESUMED:
            hint = " Lines that are not in order must be sorted by `step`."
        return (
            f"The steps of {self._path} go back {often}{self._first}, as those "
            f"of a resumed training do; {self._replaced:,} records before are "
            f"replaced.{hint}"
        )


def _is_cut(line: str) -> bool:
    """Whether a line is no JSON, as one that was not written to its end."""
    try:
        json_files.parse(line)
    except ValueError:
        return True
    return False


def _record(line: str) -> dict[str, Any] | None:
    try:
        record = json_files.parse(line)
    except ValueError:
        return None
    step = whole_step(record)
    if step is None:
        return None
    record["step"] = step
    # Names are the same on all lines, and their text is to be in memory once.
    return {sys.intern(name): _number(record[name]) for name in record}


def _number(value: Any) -> Any:
    if isinstance(value, str) and value.lower() in _NOT_FINITE:
        return float(value)
    return value
