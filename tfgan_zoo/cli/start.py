"""What a command's process needs before anything else is imported."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from tfgan_zoo import stop_signals

_received: list[int] = []


def is_command() -> bool:
    """Whether this process is one of the binaries, not a user's own program.

    Python calls a module "-m" while it looks for it.
    """
    name = os.path.basename(sys.argv[0]) if sys.argv else ""
    return name == "-m" or name.startswith("tfgan-")


def prepare() -> None:
    """Makes standard streams and signals safe."""
    end_at_once_on_signals()
    open_standard_streams()
    escape_what_cannot_be_printed()


def open_standard_streams() -> None:
    """Opens standard streams that are closed on the null device.

    Otherwise the next file that is opened takes their number, and gets what
    native libraries print.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number, as those below are open.
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))


def escape_what_cannot_be_printed() -> None:
    """Lets no text, such as a file's name, fail for the streams' encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def end_at_once_on_signals() -> None:
    """Ends the process on a signal, while there is nothing to clean up.

    As an exception, it could be caught by what is being imported.
    """
    _handle(_end_at_once)


def unwind_on_signals() -> None:
    """Raises on a signal, which removes what is half made; a second one ends.

    SIGINT raises KeyboardInterrupt, the others SystemExit.
    """
    _handle(_unwind)


@contextlib.contextmanager
def ending_at_once() -> Iterator[None]:
    """Lets signals end the process at once within the block."""
    before = {n: signal.getsignal(n) for n in stop_signals.handled_signals()}
    end_at_once_on_signals()
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            for number, handler in before.items():
                if handler is not None:  # of a library in C
                    signal.signal(number, handler)


def received() -> int | None:
    """Returns the signal that `unwind_on_signals` raised for, or None."""
    return _received[-1] if _received else None


def _handle(handler: signal._HANDLER) -> None:
    # Only the main thread may, and only there do signals arrive.
    with contextlib.suppress(ValueError):
        for number in stop_signals.handled_signals():
            signal.signal(number, handler)


def _end_at_once(number: int, _: FrameType | None) -> NoReturn:
    os._exit(128 + number)


def _unwind(number: int, _: FrameType | None) -> NoReturn:
    end_at_once_on_signals()
    _received.append(number)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)
