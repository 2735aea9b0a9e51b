"""An input's process: forked, limited, and ended where it does not end.

TensorFlow takes seconds to import. It is imported once, in the parent, which
runs nothing of it, as only its first operation starts its threads; each input
is then a fork that begins where a fresh process would have got to.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import dataclasses
import errno
import os
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, Callable, NoReturn

_PLACES = {"HOME": "home", "XDG_CACHE_HOME": "home/.cache", "TMPDIR": "tmp"}
_POLL_SECONDS = 0.01
_OWN_HOSTS = (None, "", "localhost", "127.0.0.1", "0.0.0.0", "::", "::1")
_PR_SET_PDEATHSIG = 1
_SHOWN_BYTES = 1 << 20


@dataclasses.dataclass(frozen=True)
class Limits:
    """What an input may use.

    Attributes:
        seconds: from its start to its end; more is a hang.
        long_seconds: of one that may last, until it gets Ctrl-C.
        grace_seconds: from Ctrl-C to its end; more is a hang.
        memory_bytes: of address space.
        file_bytes: of a file that it writes.
    """

    seconds: float = 60.0
    long_seconds: float = 8.0
    grace_seconds: float = 30.0
    memory_bytes: int = 8 << 30
    file_bytes: int = 1 << 30


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How an input's process ended.

    Attributes:
        code: exit code; of a signal that ended it, the negative number.
        output, errors: what it wrote to standard output and error.
        seconds: that it took.
        is_hung: whether it had to be killed.
        was_interrupted: whether it got Ctrl-C.
    """

    code: int
    output: str
    errors: str
    seconds: float = 0.0
    is_hung: bool = False
    was_interrupted: bool = False


def run(
    action: Callable[[], Any],
    folder: Path,
    limits: Limits,
    *,
    may_last: bool = False,
) -> Outcome:
    """Runs `action` in a process of its own.

    Args:
        action: what the process does; it may call `sys.exit`.
        folder: its working folder; what it prints, its home and its
            temporary files go into the folder above.
        limits: of the process.
        may_last: whether its input asks for long work, so that it must end
            on Ctrl-C, not by itself.
    """
    start = time.monotonic()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        _become(action, folder, limits)
    first = limits.long_seconds if may_last else limits.seconds
    code = wait(pid, first)
    was_interrupted = may_last and code is None
    if was_interrupted:
        os.kill(pid, signal.SIGINT)
        code = wait(pid, limits.grace_seconds)
    is_hung = code is None
    # What it started, too; its group is gone where there is nothing more.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    if code is None:
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return Outcome(
        code=code,
        output=_text(folder.parent / "stdout"),
        errors=_text(folder.parent / "stderr"),
        seconds=time.monotonic() - start,
        is_hung=is_hung,
        was_interrupted=was_interrupted,
    )


def wait(pid: int, seconds: float) -> int | None:
    """Returns the exit code of a process, None if it goes on for `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(_POLL_SECONDS)
    return None


def _text(path: Path) -> str:
    with open(path, "rb") as file:
        return file.read(_SHOWN_BYTES).decode("utf-8", "replace")


def _become(action: Callable[[], Any], folder: Path, limits: Limits) -> None:
    """Turns the fork into the input's process, and never returns."""

    def limited() -> None:
        for name, place in _PLACES.items():
            os.environ[name] = str(folder.parent / place)
        _limit(limits)
        action()

    os.setsid()
    redirect(folder.parent)
    os.chdir(folder)
    end(limited)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def redirect(folder: Path) -> None:
    """Sends what the process prints to the files stdout and stderr."""
    sys.stdin = open(os.devnull)  # noqa: SIM115
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(folder / "stdout", flags), 1)
    os.dup2(os.open(folder / "stderr", flags), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(
        2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False
    )


def _limit(limits: Limits) -> None:
    for which, amount in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (amount, amount))

    _cut_off_network()


def _cut_off_network() -> None:
    """Lets a process listen, but find and reach nobody."""
    getaddrinfo = socket.getaddrinfo

    def connect(*_: Any) -> None:
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))

    def resolve(host: Any, *rest: Any, **options: Any) -> Any:
        if host in _OWN_HOSTS:
            return getaddrinfo(host, *rest, **options)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, connect)
    setattr(socket, "getaddrinfo", resolve)  # noqa: B010  (mypy)


def end(action: Callable[[], Any]) -> NoReturn:
    """Runs `action` and ends the fork as Python ends a process."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    code = 1
    try:
        code = _exit_code(action)
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001  (this is all of the process)
        traceback.print_exc()
    finally:
        os._exit(code)


def _exit_code(action: Callable[[], Any]) -> int:
    try:
        action()
    except SystemExit as error:
        return _code_of(error)
    except BaseException:  # noqa: BLE001  (Python's own end for them all)
        traceback.print_exc()
        return 1
    return 0


def _code_of(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    print(error.code, file=sys.stderr)
    return 1
