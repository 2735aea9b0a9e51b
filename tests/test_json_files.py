from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from tfgan_zoo import json_files


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (str(2**62), 2**62),
        (str(-(2**63) + 1024), -(2**63) + 1024),
        (str(2**64), 2.0**64),
        ("1e400", math.inf),
    ],
)
def test_parse(text: str | bytes, value: object) -> None:
    parsed = json_files.parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize("digits", [400, 5000])
def test_parse_of_an_integer_that_no_float_holds_is_infinite(
    digits: int,
) -> None:
    assert json_files.parse("-1" + "0" * digits) == -math.inf


@pytest.mark.parametrize(
    "text", ["", "{", b"\xff", "[" * 100_000, '{"a":' * 100_000]
)
def test_parse_refuses_what_is_not_json(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        json_files.parse(text)


def test_read_object(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": [1]}')
    assert json_files.read_object(path, "A config") == {"a": [1]}


@pytest.mark.parametrize("content", ["[1]", "3", "{", "[" * 100_000])
def test_read_object_names_rule_and_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="A config must be a JSON object.*a.j"):
        json_files.read_object(path, "A config")


def test_read_object_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="not a regular file"):
        json_files.read_object(tmp_path / "pipe", "A config")


def test_read_object_refuses_a_huge_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with open(path, "wb") as file:
        file.truncate(json_files.MAX_BYTES + 1)
    with pytest.raises(ValueError, match="67,108,865 bytes"):
        json_files.read_object(path, "A config")


def test_lines_end_at_line_feeds_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"a": "x\xe2\x80\xa8y\x0cz"}\r\n\xff\n{"b": 1}'
    )
    assert list(json_files.lines(path)) == [
        '{"a": "x\u2028y\x0cz"}',
        "\ufffd",
        '{"b": 1}',
    ]


def test_a_missing_file_is_refused_by_its_rule(tmp_path):
    path = tmp_path / "missing.json"
    rule = "A config must be a JSON object in a file"
    with pytest.raises(FileNotFoundError, match=f"{rule}. Received: .*No such"):
        json_files.read_object(path, "A config")
    with pytest.raises(FileNotFoundError, match="JSON Lines must be in a file"):
        next(json_files.lines(path))
