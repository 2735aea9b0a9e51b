"""Other people's logs: what is read, and what is refused."""

import math

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
        ('{"step": 5}\n{"step": 4}\n', "must not go down.*4 after 5, line 2"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, text, line):
    with pytest.raises(ValueError, match=line):
        logs.read(_written(tmp_path, text))
