"""What is wrong with a command line is said in plain words."""

import pytest
from absl import flags
from absl import logging as _logging  # noqa: F401  (defines flags)

from tfgan_zoo.cli import parsing, path_flags


@pytest.fixture
def known(monkeypatch):
    """Flags of a command, and those that come with absl."""
    values = flags.FlagValues()
    flags.DEFINE_integer("count", 1, "", flag_values=values)
    flags.DEFINE_float("share", 1.0, "", flag_values=values)
    flags.DEFINE_bool("trust", False, "", flag_values=values)
    flags.DEFINE_string(
        "log_dir", "", "", flag_values=values, module_name="absl.logging"
    )
    monkeypatch.setattr(flags, "FLAGS", values)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("--count=1e3", "--count must be an integer. Received: 1e3."),
        ("--count=", "--count must be an integer. Received: nothing."),
        ("--count=a: b\nc", "--count must be an integer. Received: a: b?c."),
        ("--share=0x1", "--share must be a number. Received: 0x1."),
        ("--trust=maybe", "--trust must be true or false. Received: maybe."),
        ("--cuont=3", "Unknown command line flag 'cuont'. Did you mean: coun"),
        ("--log_dir=/x", "Unknown command line flag 'log_dir'."),
        ("word", "Settings must be flags, as --name=value. Received: word."),
    ],
)
def test_what_is_wrong_is_a_line(known, word, message):
    with pytest.raises(ValueError) as caught:
        parsing.parse(["tfgan-x", word], takes_words=False)
    assert str(caught.value).startswith(message)


def test_numbers_of_thousands_of_digits_are_cut(known):
    digits = "9" * 5000
    try:
        parsing.parse(["tfgan-x", f"--count={digits}"], takes_words=False)
    except ValueError as error:
        assert "--count must be an integer of fewer digits." in str(error)
        assert len(str(error)) < 200
    else:  # before Python 3.9.14 and 3.10.7 there was no limit
        assert flags.FLAGS.count == int(digits)


def test_words_and_flags_that_are_right_pass(known):
    words = parsing.parse(["tfgan-x", "a", "--count=0x10"], takes_words=True)
    assert words == ["tfgan-x", "a"]
    assert flags.FLAGS.count == 16


@pytest.mark.parametrize("text", ["file:///tmp/x", "gs://a/b", "C+1.2-d://"])
def test_an_address_is_no_path(text):
    parser = path_flags.PathParser(may_be_address=False)
    with pytest.raises(ValueError, match="not an address. Received: "):
        parser.parse(text)
    assert path_flags.PathParser(may_be_address=True).parse(text) == text
    assert parser.parse(f"./{text}") == f"./{text}"
