"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from tfgan_zoo import file_systems, paths
from tfgan_zoo.paths import PARTIAL_PREFIX, require_writable, user_cache

__all__ = [
    "PARTIAL_PREFIX",
    "flush_folder",
    "naming",
    "new_file",
    "new_folder",
    "remove_partials",
    "require_new_folder",
    "require_writable",
    "sha256",
    "user_cache",
    "write_bytes",
    "write_text",
]


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a file aside and renames it into place."""
    with new_file(path) as partial:
        partial.write_bytes(content)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yields an empty file beside `path` that becomes `path` in the end.

    Of a link, what it points to is replaced.

    Raises:
        OSError: a folder or a device is there, or nothing can be written.
    """
    require_writable(path)
    path = paths.follow(paths.expand(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial_of(path)
    # A signal may come between any two lines.
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with naming(path):
            yield partial
            file_systems.flush(partial)
        file_systems.set_mode(partial, 0o666)
        file_systems.replace(partial, path)
    except BaseException:
        # It may be in place already, or its folder gone.
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Names a file in the system's errors that name none.

    Python opens a file by its name, and writes to a number.
    """
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = os.fspath(path)
        raise


def _partial_of(path: Path) -> Path:
    # A relative path stays one, which tempfile would make absolute.
    return path.parent / f"{PARTIAL_PREFIX}{secrets.token_hex(8)}"


def write_text(path: Path, content: str) -> None:
    """Writes a UTF-8 file aside and renames it into place.

    What UTF-8 cannot hold, as in file names of other encodings, is escaped.
    """
    write_bytes(path, content.encode("utf-8", "backslashreplace"))


@contextlib.contextmanager
def new_folder(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yields a folder beside `path` that becomes `path` if the block succeeds.

    Of a link, the folder that it points to is replaced.

    Args:
        path: where the folder will be.
        overwrite: whether it may take the place of what is there.

    Raises:
        FileExistsError: something is there and `overwrite` is False.
        OSError: see `require_new_folder`.
    """
    given = paths.expand(path)
    path = paths.follow(given)
    _bring_back(path)
    require_new_folder(given, overwrite=overwrite)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial_of(path)
    try:
        partial.mkdir(mode=0o700)
        with naming(path):
            yield partial
        file_systems.set_mode(partial, 0o777)
        flush_folder(partial)
        if not overwrite:
            _require_free(path)  # as it was when the block began
        _swap(partial, path)
    finally:
        # Again, as a signal may have come while this was done.
        _end_swap(partial, path)
        shutil.rmtree(partial, ignore_errors=True)


def require_new_folder(path: Path, *, overwrite: bool = False) -> None:
    """Checks that `new_folder` could begin, and makes nothing.

    Args:
        path: where the folder would be.
        overwrite: whether it may take the place of what is there.

    Raises:
        FileExistsError: something is there and `overwrite` is False, or it is
            the working folder or one above.
        OSError: it is a file, or no folder can be made there.
    """
    path = paths.expand(path)
    if not overwrite:
        _require_free(path)
    elif _holds_working_folder(path):
        raise FileExistsError(
            "An output folder must not be the working folder, nor one above "
            f"it, which cannot be replaced. Received: {path}."
        )
    require_writable(path, folder=True)
    # The new folder is made beside the old one, whose place it takes.
    require_writable(paths.follow(path).parent, folder=True)


def _holds_working_folder(path: Path) -> bool:
    try:
        working = Path.cwd()
    except OSError:  # it has been removed
        return False
    return Path(os.path.realpath(path)) in (working, *working.parents)


def _require_free(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(
            f"An output folder must not exist without `overwrite`. "
            f"Received: {path}."
        )


def _swap(partial: Path, path: Path) -> None:
    if not os.path.lexists(path):
        file_systems.replace(partial, path)
        return
    # A folder with content cannot be replaced in one call: step it aside.
    old = _aside(path)
    shutil.rmtree(old, ignore_errors=True)
    try:
        file_systems.replace(path, old)
        file_systems.replace(partial, path)
    finally:
        _end_swap(partial, path)


def _end_swap(partial: Path, path: Path) -> None:
    """Leaves one of both folders, whenever an error or a signal came."""
    _bring_back(path)
    if not partial.exists():  # it is in place
        shutil.rmtree(_aside(path), ignore_errors=True)


def _aside(path: Path) -> Path:
    return path.parent / f".old-{path.name}"


def _bring_back(path: Path) -> None:
    """Mends what a process left that was killed while it replaced `path`."""
    old = _aside(path)
    if os.path.lexists(old) and not os.path.lexists(path):
        file_systems.replace(old, path)


def remove_partials(folder: Path) -> None:
    """Removes what interrupted writes left in `folder`."""
    for partial in folder.glob(f"{PARTIAL_PREFIX}*"):
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink()


def flush_folder(folder: Path) -> None:
    """Makes the files under `folder` survive a power cut."""
    for path in folder.rglob("*"):
        if path.is_file():
            file_systems.flush(path)


def sha256(path: Path) -> str:
    """Returns the hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
