"""The records that a training appends to its logs, a JSON object a line."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import files, json_files
from tfgan_zoo.health import logs


@dataclasses.dataclass(frozen=True)
class Restore:
    """A training's way back to a healthy checkpoint.

    Attributes:
        step: at which it turned back.
        to: step of the checkpoint.
        finding: name of what was found, a key of `health.problems.PROBLEMS`.
        title: of it, for people.
        evidence: of it, in a sentence.
    """

    step: int
    to: int
    finding: str
    title: str
    evidence: str


def append(path: Path, record: dict[str, Any]) -> None:
    """Appends a line to a log.

    Raises:
        OSError: `path` is no file, or cannot be written to.
    """
    if path.exists() and not path.is_file():  # a pipe would wait for a reader
        raise OSError(f"A run's log must be a file. Received: {path}.")
    with files.naming(path), open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def read_metrics(
    path: Path, log: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Returns the records of a metrics.jsonl, each with a whole `step`.

    Args:
        path: of the file; where there is none, there are no records.
        log: called with a line on what is skipped.

    Raises:
        ValueError: see `json_files.lines`.
    """
    return _read(path, _is_metrics, log)


def read_restores(path: Path) -> list[Restore]:
    """Returns the records of a restores.jsonl, in order."""
    names = [field.name for field in dataclasses.fields(Restore)]
    return [
        Restore(**{name: record[name] for name in names})
        for record in _read(path, _is_restore, lambda _: None)
    ]


def _read(
    path: Path,
    is_valid: Callable[[Any], bool],
    log: Callable[[str], None],
) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    records, invalid, cut, number = [], [], 0, 0
    for number, line in enumerate(json_files.lines(path), start=1):
        try:
            record = json_files.parse(line)
        except ValueError:
            record, cut = None, number
        if is_valid(record):
            records.append(record)
        elif line.strip():
            invalid.append(number)
    if invalid and invalid[-1] == cut == number:
        invalid.pop()  # by a kill
    if invalid:
        more = f" and {len(invalid) - 1:,} more" if invalid[1:] else ""
        log(
            f"{path}: line {invalid[0]}{more} without a whole `step` passed "
            "over."
        )
    return records


def _is_metrics(record: Any) -> bool:
    step = logs.whole_step(record)
    if step is None:
        return False
    record["step"] = step  # 2.0 is 2
    return True


def _is_restore(record: Any) -> bool:
    types = {
        "step": int,
        "to": int,
        "finding": str,
        "title": str,
        "evidence": str,
    }
    return isinstance(record, dict) and all(
        type(record.get(name)) is expected for name, expected in types.items()
    )
