"""JSON of any origin: an editor's, another program's, or a hostile one."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_BYTES = 64 << 20
MAX_LINE = 1 << 24  # characters
_INT64_DIGITS = 19


def parse(text: str | bytes) -> Any:
    """Parses one JSON value.

    A byte order mark is skipped. An integer that does not fit into 64 bits
    becomes the float nearest to it, infinity beyond the largest one.

    Args:
        text: UTF-8 if it is bytes.

    Raises:
        ValueError: it is not JSON, or is nested too deeply to be read.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    try:
        return _DECODER.decode(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_object(path: Path, what: str) -> dict[str, Any]:
    """Reads a file that holds one JSON object.

    Args:
        path: of a regular file of at most `MAX_BYTES`.
        what: the file's subject in an error, such as "A config".

    Raises:
        ValueError: it is no such file, or holds anything else.
        OSError: it cannot be read.
    """
    rule = f"{what} must be a JSON object in a file. Received: {path}"
    content = read_bytes(path, rule)
    try:
        value = parse(content)
    except ValueError as error:
        raise ValueError(f"{rule} ({error}).") from None
    if not isinstance(value, dict):
        raise ValueError(f"{rule} with a {type(value).__name__}.")
    return value


def read_bytes(path: Path, rule: str, *, most: int = MAX_BYTES) -> bytes:
    """Reads a small regular file.

    Args:
        path: of the file.
        rule: how an error begins, up to the path.
        most: bytes that it may have.

    Raises:
        ValueError: it is no regular file, which to read may never end, or a
            larger one.
        OSError: it cannot be read.
    """
    size = _regular_size(path, rule)
    if size > most:
        raise ValueError(f"{rule} of {size:,} bytes.")
    return path.read_bytes()


def _regular_size(path: Path, rule: str) -> int:
    try:
        status = os.stat(path)
    except OSError as error:
        raise type(error)(f"{rule} ({error.strerror}).") from None
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(f"{rule}, which is not a regular file.")
    return status.st_size


def lines(path: Path) -> Iterator[str]:
    """Yields the lines of a JSON Lines file, without their line ends.

    They end at line feeds alone: JSON strings may hold other separators, such
    as U+2028, at which `str.splitlines` would cut them. A byte order mark is
    skipped; bytes that are not UTF-8 are replaced.

    Args:
        path: of a regular file, whose lines have at most `MAX_LINE`
            characters.

    Raises:
        ValueError: it is no such file.
        OSError: it cannot be read.
    """
    rule = f"JSON Lines must be in a file. Received: {path}"
    _regular_size(path, rule)
    with open(
        path, encoding="utf-8-sig", errors="replace", newline="\n"
    ) as file:
        while line := file.readline(MAX_LINE):
            if len(line) == MAX_LINE and line[-1] != "\n":
                raise ValueError(
                    f"{rule}, with a line of more than {MAX_LINE:,} characters."
                )
            yield line.rstrip("\r\n")


def _integer(digits: str) -> int | float:
    if len(digits.lstrip("-")) < _INT64_DIGITS:
        return int(digits)
    value = float(digits)
    fits = abs(value) < 2.0**63
    return int(digits) if fits else value


# One for all: to make it takes longer than to read a line of a log.
_DECODER = json.JSONDecoder(parse_int=_integer)
