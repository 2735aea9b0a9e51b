"""Other people's logs: what is read, and what is refused."""

import math
import os

import pytest

from tfgan_zoo.health import logs


def _written(tmp_path, text):
    path = tmp_path / "log.jsonl"
    path.write_text(text)
    return path


def test_lines_are_read_as_they_are(tmp_path):
    path = _written(
        tmp_path,
        '{"step": 1, "generator_loss": 0.5, "note": "hello", "x": null}\n\n'
        '{"step": 2.0, "generator_loss": NaN, "discriminator_loss": "-inf"}\n',
    )
    first, second = logs.read(path)
    assert first == {
        "step": 1,
        "generator_loss": 0.5,
        "note": "hello",
        "x": None,
    }
    assert second["step"] == 2 and math.isnan(second["generator_loss"])
    assert second["discriminator_loss"] == -math.inf


def test_a_last_line_that_was_cut_is_passed_over(tmp_path):
    path = _written(tmp_path, '{"step": 1}\n{"step": 2, "gen')
    assert logs.read(path) == [{"step": 1}]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "must have lines"),
        ("step,loss\n1,2\n", "line 1"),
        ('{"step": 1}\n[2]\n{"step": 3}\n', "line 2"),
        ('{"loss": 1}\n', "line 1"),
        ('{"step": 1.5}\n', "line 1"),
        ('{"step": NaN}\n', "line 1"),
        ('{"step": true}\n', "line 1"),
        ('{"step": "1"}\n', "line 1"),
        ('{"step": [1]}\n', "line 1"),
        ('{"step": -1}\n', "line 1"),
        ('{"step": 1e308}\n', "line 1"),
        ('{"step": 1' + "0" * 400 + "}\n", "line 1"),
        ("[" * 100_000 + "\n", "line 1"),
        ('{"step": 1}\n{"step": "2"}\n', "line 2"),  # whole, not cut
        ("\x1b[31m\n", r"line 1 of .*: \?\[31m$"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, text, line):
    with pytest.raises(ValueError, match=line):
        logs.read(_written(tmp_path, text))


def test_logs_of_other_programs_are_read(tmp_path):
    text = '\ufeff{"step": 1, "note": "a\u2028b"}\r\n{"step": 2}\r\n'
    path = tmp_path / "log.jsonl"
    path.write_bytes(text.encode())
    assert logs.read(path) == [{"step": 1, "note": "a\u2028b"}, {"step": 2}]


def test_number_that_no_float_holds_is_infinite(tmp_path):
    path = _written(tmp_path, '{"step": 1, "x": -1' + "0" * 400 + "}")
    assert logs.read(path) == [{"step": 1, "x": -math.inf}]


def test_steps_that_a_resumed_training_logged_again_replace_the_first(tmp_path):
    notes = []
    text = "".join(
        f'{{"step": {step}, "x": {place}}}\n'
        for place, step in enumerate([10, 20, 20, 30, 20, 30, 40])
    )
    records = logs.read(_written(tmp_path, text), notes.append)
    assert [(one["step"], one["x"]) for one in records] == [
        (10, 0),
        (20, 4),
        (30, 5),
        (40, 6),
    ]
    (note,) = notes
    assert "from 30 to 20 at line 5" in note and "3 records" in note


def test_last_line_that_was_cut_is_said(tmp_path):
    notes = []
    logs.read(_written(tmp_path, '{"step": 1}\n{"st\n\n'), notes.append)
    (note,) = notes
    assert "was cut" in note


@pytest.mark.parametrize("kind", ["pipe", "folder", "/dev/zero"])
def test_what_to_read_may_never_end_is_refused(tmp_path, kind):
    path = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(ValueError, match="not a regular file"):
        logs.read(path)


def test_line_without_an_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(logs.json_files, "MAX_LINE", 100)
    path = _written(tmp_path, '{"step": 1}\n' + "x" * 101)
    with pytest.raises(ValueError, match="more than 100 characters"):
        logs.read(path)


def test_a_log_in_disorder_is_one_note_that_says_so(tmp_path):
    steps = [step * 7919 % 1000 for step in range(1000)]
    text = "".join(f'{{"step": {step}}}\n' for step in steps)
    notes = []
    logs.read(_written(tmp_path, text), notes.append)
    (note,) = notes
    backs = sum(b < a for a, b in zip(steps, steps[1:]))
    assert f"go back {backs} times, first from 919 to 838 at line 3" in note
    assert "must be sorted by `step`" in note
