"""Checks of settings: each names the rule that a value breaks."""

from __future__ import annotations

import difflib
import math
import operator
import typing
from collections.abc import Iterable
from typing import Any

import numpy as np

from tfgan_zoo.messages import quote_blank, shorten, value_text

INFINITY = math.inf
_LARGEST_INTEGER = 2**31 - 1
_LONGEST_LINE = 200  # characters


def field_types(declaring: type) -> dict[str, tuple[type, ...]]:
    """Returns the types that each field of a dataclass may have."""
    hints = typing.get_type_hints(declaring)
    return {
        name: typing.get_args(hint) or (hint,) for name, hint in hints.items()
    }


def convert_type(name: str, value: Any, types: tuple[type, ...]) -> Any:
    """Returns `value`, or an integer as a float if `types` has floats.

    Scalars of NumPy become Python's.

    Raises:
        TypeError: it is of none of `types`.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if float in types and type(value) is int:
        value = float(value)
    # Exact types: True is an int to isinstance.
    if type(value) not in types:
        expected = types[0].__name__
        raise TypeError(
            f"`{name}` must be of type {expected}. "
            f"Received: {value_text(value)}."
        )
    return value


def integer(name: str, value: Any) -> int:
    """Returns a Python or NumPy integer as Python's.

    Raises:
        TypeError: it is none.
    """
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        return operator.index(value)
    except TypeError:
        raise TypeError(
            f"`{name}` must be an integer. Received: {value_text(value)}."
        ) from None


def in_range(name: str, value: float, limits: tuple[float, float]) -> None:
    """Checks `low <= value <= high`.

    Raises:
        ValueError: it is not so, or `value` is NaN.
    """
    low, high = limits
    if low <= value <= high and value != math.inf:
        return
    # A limit of integers says little to who has given less than the least.
    if value < low and high >= _LARGEST_INTEGER:
        rule = f"at least {low}"
    elif high == math.inf:
        rule = f"finite and at least {low}"
    else:
        rule = f"between {low} and {high}"
    raise ValueError(f"`{name}` must be {rule}. Received: {value}.")


def below_one(name: str, value: float) -> None:
    """Checks `0 <= value < 1`.

    Raises:
        ValueError: it is not so, or `value` is NaN.
    """
    if not 0.0 <= value < 1.0:
        raise ValueError(f"`{name}` must be in [0, 1). Received: {value}.")


def one_of(name: str, value: Any, known: Iterable[Any]) -> None:
    """Checks that `value` is among the known ones.

    Raises:
        ValueError: it is not.
    """
    known = list(known)
    if value not in known:
        names = [str(choice) for choice in known]
        near = difflib.get_close_matches(str(value).casefold(), names, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(
            f"`{name}` must be one of: {', '.join(names)}. "
            f"Received: {quote_blank(value)}.{hint}"
        )


def printable_line(name: str, text: Any) -> None:
    """Checks that `text` is one line, which shows all that it holds.

    Raises:
        TypeError: it is no text.
        ValueError: it is blank, has over 200 characters, or some that are not
            printable: line ends, control characters, overrides of the
            direction of writing, or halves of surrogate pairs.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"`{name}` must be a text. Received: {value_text(text)}."
        )
    is_short = len(text) <= _LONGEST_LINE
    if not (text.strip() and text.isprintable() and is_short):
        raise ValueError(
            f"`{name}` must be one line of printable text, not blank, of at "
            f"most {_LONGEST_LINE} characters. Received: {shorten(repr(text))}."
        )


def value_range(name: str, value: Any) -> tuple[float, float]:
    """Returns a range of values, given as "least,greatest" or as a pair.

    Raises:
        ValueError: it is not two finite numbers, the second the greater.
    """
    parts = value.split(",") if isinstance(value, str) else value
    try:
        low, high = map(float, parts)
    except (TypeError, ValueError, OverflowError):
        low = high = 0.0
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(
            f"`{name}` must be two numbers with a comma between, the second "
            f"greater than the first. Received: {value}."
        )
    return low, high
