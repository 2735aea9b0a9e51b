from __future__ import annotations

import numpy as np

from tfgan_zoo import messages


def test_shorten_when_short_and_long() -> None:
    assert messages.shorten("abc", 3) == "abc"
    assert messages.shorten("abcd", 3) == "abc..."
    assert messages.shorten([1, 2]) == "[1, 2]"


def test_shorten_when_not_printable() -> None:
    assert messages.shorten("a\nb\x1b\u2028") == "a?b??"


def test_error_text_is_one_line() -> None:
    assert messages.error_text(ValueError("two\n  lines")) == "two lines"
    assert messages.error_text(EOFError()) == "EOFError"
    assert messages.error_text(ValueError("abcd"), 2) == "ab..."


def test_printable_escapes_as_python_does() -> None:
    assert messages.printable("Käse 1") == "Käse 1"
    assert messages.printable("a\nb\udcff") == r"'a\nb\udcff'"


def test_list_some_counts_the_rest() -> None:
    assert messages.list_some(["a", "b"]) == "a, b"
    assert messages.list_some(["a", "b"], 2) == "a, b"
    assert messages.list_some(["a", "b", "c"], 2) == "a, b and 1 more"
    assert messages.list_some(["a"] * 2000, 1) == "a and 1,999 more"


def test_value_text_is_one_line_and_cut() -> None:
    assert messages.value_text("a") == "'a'"
    assert messages.value_text(np.zeros([2, 1])) == "array([[0.], [0.]])"
    assert messages.value_text("a" * 300) == "'" + "a" * 199 + "..."
