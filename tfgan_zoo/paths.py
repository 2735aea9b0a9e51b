"""Paths as users give them: `~`, and whether a file can go there."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
import tempfile
from pathlib import Path

PARTIAL_PREFIX = ".partial-"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def expand(path: str | Path) -> Path:
    """Returns a path with a leading `~` or `~user` expanded.

    Raises:
        ValueError: there is no such home folder, or the path is none, such
            as an address.
    """
    text = os.fspath(path)
    require_no_address(text)
    return Path(expand_text(text))


def require_no_address(path: str) -> None:
    """Checks that a path is none like `gs://bucket`, which is no folder `gs:`.

    Raises:
        ValueError: it is.
    """
    if _ADDRESS.match(path):
        raise ValueError(
            "A path must be of a file or folder that this machine has, not an "
            f"address. Received: {path}."
        )


def expand_text(path: str) -> str:
    """Does as `expand`, and keeps a slash at the end.

    Raises:
        ValueError: there is no such home folder, or `path` has a NUL.
    """
    if "\0" in path:
        raise ValueError(f"A path must not hold NUL. Received: {path!r}.")
    if not path.startswith("~"):
        return path
    expanded = os.path.expanduser(path)
    if expanded.startswith("~"):
        raise ValueError(
            "A path that begins with `~` needs that user's home folder; "
            f"`./~` would be a folder of that name. Received: {path}."
        )
    return expanded


def require_writable(path: Path, *, folder: bool = False) -> None:
    """Checks that a file could be written, and leaves nothing.

    Args:
        path: of the file; its folder need not exist yet.
        folder: whether a folder is to be written instead.

    Raises:
        OSError: what is there is of another kind, such as a folder or a
            device, or the folder cannot be made or written to.
        ValueError: the path is no path.
    """
    path = expand(path)
    real = follow(path)
    mode = _mode(real)
    if mode is None and folder and path.is_symlink():
        raise FileNotFoundError(
            "An output folder must not be a link to a folder that is missing. "
            f"Received: {path}, a link to {real}."
        )
    if mode is not None and folder and not stat.S_ISDIR(mode):
        raise NotADirectoryError(
            f"An output folder must not be a file. Received: {path}."
        )
    if mode is not None and not folder and not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
        raise IsADirectoryError(
            f"An output file must not be {kind}. Received: {path}."
        )
    _require_writable_folder(real if folder else real.parent, path)


def follow(path: Path) -> Path:
    """Returns what a link points to, and any other path as it is.

    A relative path stays one, as the folders above may be closed to us.
    """
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _mode(path: Path) -> int | None:
    """Returns a file's type and permissions, None where there is no file."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _require_writable_folder(folder: Path, path: Path) -> None:
    while (mode := _mode(folder)) is None and folder != folder.parent:
        folder = folder.parent
    if mode is None or not stat.S_ISDIR(mode):
        raise NotADirectoryError(
            "The folder of an output must be a folder. "
            f"Received: {path}, where {folder} is none."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(
            "An output must go where files can be made. "
            f"Received: {path}, but {folder} is read-only."
        )
    _require_new_files(folder, path)


def _require_new_files(folder: Path, path: Path) -> None:
    """Checks that a folder takes new files, which its mode does not tell.

    For the superuser all modes allow it, in `/proc` too; disks run out of
    inodes and quotas.
    """
    try:
        _open_unnamed(folder)
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise
        raise type(error)(
            "An output must go where files can be made. "
            f"Received: {path}, but {folder} takes none ({error.strerror})."
        ) from None


def _open_unnamed(folder: Path) -> None:
    """Makes a file that has no name, or has lost it at once, and closes it."""
    unnamed = getattr(os, "O_TMPFILE", None)
    if unnamed is not None:
        with contextlib.suppress(OSError):  # few file systems have it
            os.close(os.open(folder, unnamed | os.O_WRONLY, 0o600))
            return
    name = folder / f"{PARTIAL_PREFIX}{secrets.token_hex(8)}"
    os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    name.unlink()


def user_cache() -> Path:
    """Returns this package's folder in the user's cache folder.

    That is `$XDG_CACHE_HOME`, or `~/.cache`. Where neither can be written to,
    it is a folder of the user's own among the temporary ones, and a line on
    standard error says so, once.
    """
    try:
        base = expand(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
        require_writable(base / "tfgan_zoo", folder=True)
    except (OSError, ValueError):
        return _temporary_cache()
    return base / "tfgan_zoo"


_temporary: list[Path] = []


def _temporary_cache() -> Path:
    if not _temporary:
        _temporary.append(_private_temporary_folder())
        if sys.stderr is not None:
            print(
                f"Note: the cache is in {_temporary[0]}, as there is no home "
                "folder that can be written to; $XDG_CACHE_HOME can name "
                "another.",
                file=sys.stderr,
            )
    return _temporary[0]


def _private_temporary_folder() -> Path:
    """Returns a folder that no other user can have put files into."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"tfgan_zoo-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        is_users_folder = stat.S_ISDIR(status.st_mode) and status.st_uid == user
        if is_users_folder and not status.st_mode & 0o077:
            return folder
    except OSError:
        pass  # somebody else's file
    return Path(tempfile.mkdtemp(prefix="tfgan_zoo-"))
