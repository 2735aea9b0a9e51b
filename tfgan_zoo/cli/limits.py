"""Limits that a system sets on a process."""

from __future__ import annotations

import sys

_GIB = 2**30
# TensorFlow takes 1.8 GiB on being imported, and ends the process without a
# word where it does not get them.
LEAST_ADDRESS_SPACE = 2 * _GIB


# How libraries say that memory, or that of another thread, is not to be had.
_SIGNS = ("Resource temporarily unavailable", "can't start new thread", "OOM")


def address_space() -> int | None:
    """Returns the most bytes of address space, None where all may be used."""
    if sys.platform == "win32":
        return None
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def explain(error: Exception) -> str:
    """Says which limit is likely to have caused an error; "" if none is."""
    limit = address_space()
    is_memory = isinstance(error, MemoryError)
    if limit is None or not (
        is_memory or any(sign in str(error) for sign in _SIGNS)
    ):
        return ""
    return (
        f"The process is limited to {limit / _GIB:.1f} GiB of address space, "
        "as by `ulimit -v`."
    )


def require_address_space() -> None:
    """Checks that TensorFlow can be loaded at all.

    Raises:
        MemoryError: the process may not have that much address space.
    """
    limit = address_space()
    if limit is not None and limit < LEAST_ADDRESS_SPACE:
        raise MemoryError(
            f"TensorFlow needs {LEAST_ADDRESS_SPACE // _GIB} GiB of address "
            "space at the least, and a training more."
        )


def require_docstrings() -> None:
    """Checks that Python has kept docstrings.

    TensorFlow 2.15 and 2.21 read their own on being imported, and fail where
    there are none, with an error that does not say so.

    Raises:
        ImportError: Python was told to remove them.
    """
    if sys.flags.optimize >= 2:
        raise ImportError(
            "TensorFlow needs the docstrings that `python -OO` and "
            "PYTHONOPTIMIZE=2 remove; `-O` is as far as it goes. "
            f"Received: {sys.flags.optimize}."
        )
