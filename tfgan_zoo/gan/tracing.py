"""Errors within a `tf.function`, as they were raised, in one line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import tensorflow as tf

# Lines of a message that tell where in TensorFlow, and not what.
_PLACES = re.compile(
    r"Graph execution error|Detected at node|Node:|\d+ root error"
    r"|\s*\(\d+\) |Traceback|\s|<stack traces|\[\["
)


@contextlib.contextmanager
def original_errors() -> Iterator[None]:
    """Raises what was raised while TensorFlow traced a function, as it was.

    Autograph raises another error in its place, whose message is a stack of
    the generated code. An error of a running graph keeps its type, and of its
    message the line that says what is wrong.
    """
    try:
        yield
    except tf.errors.OpError as error:
        line = _first_line(error.message)
        raise type(error)(None, None, line) from error
    except Exception as error:
        original = _original(error)
        if original is None:
            raise
        raise original from None


def _first_line(message: str) -> str:
    lines = [line for line in message.splitlines() if line.strip()]
    telling = [line for line in lines if not _PLACES.match(line)]
    return (telling or lines or [""])[0].strip()


def _original(error: BaseException) -> BaseException | None:
    """Returns the error that autograph has replaced, or None."""
    cause = None
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        if hasattr(link, "ag_error_metadata"):
            cause = link
        link = link.__cause__ or link.__context__
    return None if cause is error else cause
