"""Whether layers renew what they remember of training.

That is the moving statistics of batch normalisation and the u of spectral
normalisation. A layer renews them in every training pass, except in one that
looks at images that a pass before it has counted.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

_active = threading.local()  # a replica's step is traced in its own thread


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Layers that are called within, in training too, keep their state."""
    before = is_kept()
    _active.kept = True
    try:
        yield
    finally:
        _active.kept = before


def is_kept() -> bool:
    """Returns whether the caller runs within `kept`."""
    return getattr(_active, "kept", False)
