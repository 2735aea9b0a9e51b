"""One rule for what names a class."""

import unicodedata

import numpy as np
import pytest

from tfgan_zoo import labels

COMPOSED = unicodedata.normalize("NFC", "\u00c9t\u00e9")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
# As data sets before natural order have them.
TEXT_ORDER = ("0", "1", "10", "11", "2")


@pytest.mark.parametrize(
    ("text", "names", "label"),
    [
        ("dog", ("cat", "dog"), 1),
        ("DOG", ("cat", "dog"), 1),
        ("1", ("cat", "dog"), 1),
        ("01", ("cat", "dog"), 1),
        # An exact name goes before one that is only alike.
        ("cat", ("Cat", "cat"), 1),
        ("Cat", ("Cat", "cat"), 0),
        # A name goes before a number.
        ("2", TEXT_ORDER, 4),
        ("10", TEXT_ORDER, 2),
        ("3", TEXT_ORDER, 3),
        ("1", ("3", "2", "1"), 2),
        (DECOMPOSED, ("a", COMPOSED), 1),
        (COMPOSED, ("a", DECOMPOSED), 1),
        (DECOMPOSED.upper(), ("a", COMPOSED), 1),
        ("STRASSE", ("weg", "stra\u00dfe"), 1),
        # Zeros before a number do not make it another name.
        ("7", ("07", "08", "7"), 2),
        ("7", ("06", "07", "08"), 1),
        ("7", ("0", "1", "007"), 2),
        ("08", ("06", "07", "8"), 2),
        ("0", ("a", "000"), 1),
        ("1", ("06", "07", "08"), 1),
    ],
)
def test_a_text_names_a_class(text, names, label):
    assert labels.number(text, names, len(names)) == label
    assert labels.numbers(text, names) == label
    assert labels.numbers([text, text], names).tolist() == [label, label]
    assert labels.numbers(np.array([[text]]), names).tolist() == [[label]]


@pytest.mark.parametrize("text", ["CAT", "cAt"])
def test_a_text_that_may_be_either_of_two_is_refused(text):
    with pytest.raises(ValueError, match=f"Received: {text}.*of Cat, cat"):
        labels.number(text, ("Cat", "dog", "cat"), 3)


@pytest.mark.parametrize(
    "text", ["2", "-1", "1.0", "\u0661", "", "c", "9" * 5000]
)
def test_a_text_that_names_no_class_is_refused(text):
    with pytest.raises(ValueError, match="must be among: 0 a, 1 b. Received: "):
        labels.number(text, ("a", "b"), 2)


@pytest.mark.parametrize("text", ["07", "0007"])
def test_a_number_that_may_be_either_of_two_names_is_refused(text):
    with pytest.raises(ValueError, match=f"Received: {text}.*of 007, 7[.]$"):
        labels.number(text, ("007", "7"), 2)


def test_a_list_of_classes_is_one_short_line():
    names = ["a\nb", "\x1b[31m", "x" * 300, *map(str, range(1000))]
    with pytest.raises(ValueError, match="among: 0 'a.nb', 1 '.x1b") as caught:
        labels.number("c\nd", names, len(names))
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert 700 < len(text) < 1000
    assert text.endswith("and 903 more. Received: 'c\\nd'.")


def test_classes_without_names_have_numbers():
    assert labels.numbers("2", (), 3) == 2
    with pytest.raises(ValueError, match="among: 0, 1, 2. Received: 3"):
        labels.numbers("3", (), 3)


def test_an_integer_is_always_a_number():
    assert labels.numbers(2, TEXT_ORDER) == 2
    assert labels.numbers([2, 4], TEXT_ORDER) == [2, 4]
    # Beside a text too.
    assert labels.numbers([2, "2"], TEXT_ORDER).tolist() == [2, 4]
