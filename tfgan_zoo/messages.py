"""Parts of messages; texts of unknown origin are made fit for one line."""

from __future__ import annotations

from collections.abc import Sequence

_MAX_LISTED = 5


def shorten(value: object, limit: int = 80) -> str:
    """Returns a value's text, printable and cut where it is too long."""
    # A name may hold anything, line breaks and control codes included.
    text = "".join(c if c.isprintable() else "?" for c in str(value))
    return text if len(text) <= limit else f"{text[:limit]}..."


def value_text(value: object, limit: int = 200) -> str:
    """Returns a value as Python writes it, in one line and cut if long."""
    return shorten(" ".join(repr(value).split()), limit)


def quote_blank(value: object) -> str:
    """Returns a value's text, in quotes if there would be nothing to see."""
    text = str(value)
    return text if text.strip() else repr(text)


def error_text(error: object, limit: int = 300) -> str:
    """Returns an error's message in one line, or its type if it has none."""
    return shorten(" ".join(str(error).split()) or type(error).__name__, limit)


def printable(name: str) -> str:
    """Returns a name whole, escaped as Python does if it cannot be printed.

    A file's name may hold line ends, terminal codes or bytes of no encoding.
    """
    return name if name.isprintable() else ascii(name)


def list_some(names: Sequence[str], limit: int = _MAX_LISTED) -> str:
    """Returns the first names, and how many there are besides."""
    more = len(names) - limit
    first = ", ".join(names[:limit])
    return f"{first} and {more:,} more" if more > 0 else first


def describe_limits(low: float, high: float | None) -> str:
    """Returns a sentence with the least and the greatest value, if any."""
    if high is None:
        return f"At least {low:g}."
    return f"{low:g} to {high:g}."
