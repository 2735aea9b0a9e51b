"""Native libraries' chatter, kept off the screen unless something fails."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def native_stderr_hidden() -> Iterator[None]:
    """Hides what the process writes to standard error within the block.

    TensorFlow's and TFLite's C++ code logs there past every Python setting.
    An exception brings the hidden text back, as it may say why; a signal that
    ends the process does not.
    """
    try:
        stderr = os.dup(2)
    except OSError:  # closed: nothing to hide
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            hidden = stack.enter_context(tempfile.TemporaryFile())
        except OSError:  # no place for it: better seen than lost
            os.close(stderr)
            yield
            return
        _flush()
        os.dup2(hidden.fileno(), 2)
        try:
            yield
        except BaseException as error:
            _restore(stderr)
            if isinstance(error, Exception):  # and no signal
                hidden.seek(0)
                with contextlib.suppress(OSError):  # such as a full disk
                    os.write(2, hidden.read())
            raise
        else:
            _restore(stderr)


def _flush() -> None:
    # None in a process without a terminal.
    with contextlib.suppress(AttributeError, OSError):
        sys.stderr.flush()


def _restore(stderr: int) -> None:
    _flush()
    os.dup2(stderr, 2)
    os.close(stderr)
