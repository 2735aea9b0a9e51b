"""Lets input pipelines come to rest before the interpreter ends.

A pipeline reads ahead on threads of TensorFlow's, by calling Python. Once the
interpreter is ending such a call never returns, and the iterator's destructor,
which waits for it, hangs the process. An endless pipeline is at rest when its
buffers are full.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections.abc import Iterator

_QUIET_SECONDS = 0.5
_MOST_SECONDS = 30.0


class Reads:
    """The reads under way in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._last = float("-inf")

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """What is done in here is a read."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._under_way += change
            self._last = time.monotonic()

    def wait(self) -> None:
        """Returns when there has been no read for a while."""
        end = time.monotonic() + _MOST_SECONDS
        while time.monotonic() < end and self._busy():
            time.sleep(_QUIET_SECONDS / 10)

    def _busy(self) -> bool:
        with self._lock:
            quiet = time.monotonic() - self._last
            return self._under_way > 0 or quiet < _QUIET_SECONDS


READS = Reads()
atexit.register(READS.wait)
