"""Limits that a system sets on a process."""

from __future__ import annotations

import sys

_GIB = 2**30
# TensorFlow takes 1.8 GiB on being imported, and ends the process without a
# word where it does not get them.
LEAST_ADDRESS_SPACE = 2 * _GIB


def require_address_space() -> None:
    """Checks that TensorFlow can be loaded at all.

    Raises:
        MemoryError: the process may not have that much address space.
    """
    if sys.platform == "win32":
        return
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESS_SPACE:
        raise MemoryError(
            f"TensorFlow needs {LEAST_ADDRESS_SPACE // _GIB} GiB of address "
            "space at the least, and a training more. Received: a limit of "
            f"{limit / _GIB:.1f} GiB, as `ulimit -v` sets it."
        )
