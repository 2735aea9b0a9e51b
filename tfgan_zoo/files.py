"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PARTIAL_PREFIX = ".partial-"


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a file aside and renames it into place."""
    with new_file(path) as partial:
        partial.write_bytes(content)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yields an empty file beside `path` that becomes `path` in the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=PARTIAL_PREFIX)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        with open(partial, "rb") as file:
            _flush(file.fileno())
        os.chmod(partial, 0o666 & ~_umask())
        os.replace(partial, path)
    except BaseException:
        partial.unlink()
        raise


def write_text(path: Path, content: str) -> None:
    """Writes a UTF-8 file aside and renames it into place."""
    write_bytes(path, content.encode("utf-8"))


def require_writable(path: Path) -> None:
    """Checks that a file or folder could be written at `path`.

    Raises:
        OSError: it could not.
    """
    folder = path.parent
    while not os.path.lexists(folder):
        folder = folder.parent
    if not folder.is_dir():
        raise NotADirectoryError(
            f"An output must lie in a folder. Received: {path}, in {folder}."
        )
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=PARTIAL_PREFIX):
            pass
    except OSError as error:
        raise type(error)(
            f"An output must be writable. Received: {path}, as {folder} says "
            f"{error.strerror}."
        ) from None


@contextlib.contextmanager
def new_folder(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yields a folder beside `path` that becomes `path` if the block succeeds.

    Args:
        path: where the folder will be.
        overwrite: whether it may take the place of what is there.

    Raises:
        FileExistsError: something is there and `overwrite` is False.
    """
    _bring_back(path)
    if not overwrite:
        _require_free(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=path.parent, prefix=PARTIAL_PREFIX))
    try:
        yield partial
        os.chmod(partial, 0o777 & ~_umask())
        flush_folder(partial)
        if not overwrite:
            _require_free(path)  # as it was when the block began
        _swap(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _require_free(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(
            f"An output folder must not exist without `overwrite`. "
            f"Received: {path}."
        )


def _swap(partial: Path, path: Path) -> None:
    if not os.path.lexists(path):
        os.replace(partial, path)
        return
    # A folder with content cannot be replaced in one call: step it aside.
    old = _aside(path)
    shutil.rmtree(old, ignore_errors=True)
    os.replace(path, old)
    try:
        os.replace(partial, path)
    except OSError:
        os.replace(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _aside(path: Path) -> Path:
    return path.parent / f".old-{path.name}"


def _bring_back(path: Path) -> None:
    """Mends what a process left that was killed while it replaced `path`."""
    old = _aside(path)
    if os.path.lexists(old) and not os.path.lexists(path):
        os.replace(old, path)


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
            with open(path, "rb") as file:
                _flush(file.fileno())


def user_cache() -> Path:
    """Returns this package's folder in the user's cache folder.

    That is `$XDG_CACHE_HOME`, or `~/.cache`.
    """
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "tfgan_zoo"


def sha256(path: Path) -> str:
    """Returns the hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)


def _umask() -> int:
    # The mask can only be read by setting it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
