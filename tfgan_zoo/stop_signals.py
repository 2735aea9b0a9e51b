"""Signals that ask a process to end."""

from __future__ import annotations

import signal

# SIGHUP comes when the terminal, or the connection to it, goes.
STOP_SIGNALS: tuple[signal.Signals, ...] = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)  # Windows has no SIGHUP
)


def handled_signals() -> tuple[signal.Signals, ...]:
    """Returns those that this process does not ignore.

    What a shell runs in the background ignores SIGINT, and what `nohup` runs
    ignores SIGHUP.
    """
    return tuple(
        number
        for number in STOP_SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    )
