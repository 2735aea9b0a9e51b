"""File operations where a file system lacks some: SMB, FUSE, buckets."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Callable

# What file systems answer to an operation that they do not have.
_UNSUPPORTED = {
    errno.EINVAL,
    errno.ENOLCK,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOTTY,
    errno.EPERM,
}
# A rename onto a file that is there, besides.
_NOT_REPLACED = {errno.EACCES, errno.EEXIST}


def is_unsupported(error: OSError) -> bool:
    """Whether an operation failed because the file system does not have it."""
    return error.errno in _UNSUPPORTED


def set_mode(path: Path, mode: int) -> None:
    """Sets a file's permissions, less the umask, where there are any."""
    with contextlib.suppress(OSError):
        os.chmod(path, mode & ~_umask())


def flush(path: Path) -> None:
    """Makes a file survive a power cut, where that can be asked for.

    Raises:
        OSError: the file cannot be written, such as on a full disk.
    """
    with open(path, "rb") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            # EBADF: some want a descriptor that may write.
            if not is_unsupported(error) and error.errno != errno.EBADF:
                raise


def replace(source: Path, target: Path) -> None:
    """Renames a file or folder; a file takes the place of another one.

    Where the file system cannot do so in one call, the old file steps aside;
    where it cannot rename at all, the content is copied.

    Raises:
        OSError: neither can be done; what was at `target` is there.
    """
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno in _UNSUPPORTED | _NOT_REPLACED and target.is_file():
            _replace_aside(source, target)
        elif is_unsupported(error):
            _move(source, target)
        else:
            raise


def _replace_aside(source: Path, target: Path) -> None:
    old = target.parent / f".old-{target.name}"
    _move(target, old)
    try:
        _move(source, target)
    except OSError:
        _move(old, target)
        raise
    old.unlink()


def _move(source: Path, target: Path) -> None:
    try:
        os.rename(source, target)
    except OSError as error:
        if not is_unsupported(error):
            raise
        _copy_and_remove(source, target)


def _copy_and_remove(source: Path, target: Path) -> None:
    if source.is_dir():
        copy_folder(source, target)
        shutil.rmtree(source, ignore_errors=True)
        return
    shutil.copyfile(source, target)
    try:
        source.unlink()
    except OSError:
        target.unlink()
        raise


def copy_folder(source: Path, target: Path) -> None:
    """Copies a folder's content, without the modes and times of its files.

    Args:
        source: folder.
        target: folder, which may exist.
    """
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.is_dir():
            copy_folder(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)


@contextlib.contextmanager
def locked(path: Path, log: Callable[[str], None]) -> Iterator[None]:
    """Holds a lock file while the block lasts.

    Where the file system cannot lock, the file names the process that holds
    it, which keeps out other processes of the same machine.

    Args:
        path: of the lock file, in a folder that exists.
        log: gets a line where processes of other machines are not kept out.

    Raises:
        BlockingIOError: another process holds it.
        OSError: the file cannot be written.
    """
    with open(path, "a+", encoding="utf-8") as file:
        if _lock(file):
            yield
            return
        file.seek(0)
        _require_no_holder(file.read())
        log(
            f"Note: the file system of {path.parent} cannot lock files; no "
            "other machine may write to the folder meanwhile."
        )
        _overwrite(file, f"{os.getpid()} {socket.gethostname()}\n")
        try:
            yield
        finally:
            _overwrite(file, "")


def _lock(file: IO[str]) -> bool:
    """Locks a file; returns False where the file system cannot.

    Raises:
        BlockingIOError: another process has locked it.
    """
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if not is_unsupported(error):
            raise
        return False
    return True


def _require_no_holder(text: str) -> None:
    pid, _, host = text.strip().partition(" ")
    if not pid.isdecimal() or host != socket.gethostname():
        return
    # As after a restart in a container: the number is our own.
    if int(pid) != os.getpid() and _is_running(int(pid)):
        raise BlockingIOError(errno.EAGAIN, f"Process {pid} holds it")


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":  # where signal 0 would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # another user's
    return True


def _overwrite(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def _umask() -> int:
    # The mask can only be read by setting it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
