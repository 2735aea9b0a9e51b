"""The list of SHA-256 that an export carries, as `sha256sum -c` reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from tfgan_zoo import files, json_files
from tfgan_zoo.export.file_names import EXAMPLES_NAME, SAVED_MODEL_NAME

NAME = "SHA256SUMS"
_DIGITS = 64
# To hash them takes a minute; a sparse file of exabytes would take for ever.
_MOST_FILES, _MOST_BYTES = 1000, 2**35


def write(folder: Path, *, unlisted: Collection[str] = ()) -> None:
    """Writes the list of all files under `folder` that must be there.

    Args:
        folder: of the export.
        unlisted: names of files in it that may change.
    """
    left_out = {folder / name for name in (NAME, EXAMPLES_NAME, *unlisted)}
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path not in left_out
    )
    write_hashes(
        folder,
        {
            path.relative_to(folder).as_posix(): files.sha256(path)
            for path in paths
        },
    )


def write_hashes(folder: Path, hashes: Mapping[str, str]) -> None:
    """Writes a list of given hashes.

    Args:
        folder: of the export.
        hashes: SHA-256 in hexadecimal digits, by the file's name.
    """
    lines = [f"{digest}  {name}\n" for name, digest in hashes.items()]
    files.write_text(folder / NAME, "".join(lines))


def check(folder: Path, *, beside: str | None = None) -> None:
    """Checks the files that the list of an export names.

    Args:
        folder: of the export.
        beside: a file beside the SavedModel that the list must name as well,
            or a folder with all its files, if it is there.

    Raises:
        ValueError: one is missing or has changed; the list is not there, is
            damaged, names a file outside the folder, or leaves one of the
            SavedModel or `beside` out.
    """
    hashes = read(folder)
    size = 0
    for name, digest in hashes.items():
        size += _size(folder, name)
        if size > _MOST_BYTES:
            raise _too_much(folder / NAME, name)
        if files.sha256(folder / name) != digest:
            raise ValueError(
                "An export's files must be as they were written. "
                f"Received: {folder / name}, which has another SHA-256 than "
                f"{NAME} says; export or download it again."
            )
    loaded = [*(folder / SAVED_MODEL_NAME).rglob("*")]
    if beside is not None:
        loaded += [folder / beside, *(folder / beside).rglob("*")]
    unlisted = {
        path.relative_to(folder).as_posix() for path in loaded if path.is_file()
    }
    unlisted -= {*hashes}
    if unlisted:
        raise ValueError(
            f"{NAME} must list all files of an export that are loaded. "
            f"Received: {folder / NAME}, without {min(unlisted)}."
        )


def read(folder: Path) -> dict[str, str]:
    """Returns the SHA-256 of each file that the list of an export names.

    Raises:
        ValueError: the list is not there, or damaged.
    """
    path = folder / NAME
    if not path.is_file():
        raise ValueError(
            "An export must hold the list of its files. "
            f"Received: {path.parent}, without {NAME}."
        )
    rule = f"{NAME} must list a SHA-256 and a file a line. Received: {path}"
    try:
        content = json_files.read_bytes(path, f"{NAME} must be a text")
        text = content.decode("utf-8")
    except ValueError as error:
        raise ValueError(f"{rule} ({error}).") from None
    hashes: dict[str, str] = {}
    for line in filter(None, text.split("\n")):
        digest, separator, name = line.partition("  ")
        if len(digest) != _DIGITS or not separator or not name.isprintable():
            raise ValueError(f"{rule}, {line[:100]!r}.")
        if name in hashes or len(hashes) >= _MOST_FILES:
            raise _too_much(path, name)
        hashes[name] = digest
    return hashes


def _size(folder: Path, name: str) -> int:
    """Returns the bytes of a file of an export."""
    path = folder / name
    try:
        is_inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle
        is_inside = False
    if not is_inside:
        raise ValueError(
            f"{NAME} must name files of its folder. "
            f"Received: {folder / NAME}, {name}."
        )
    if not path.is_file():
        raise ValueError(
            "An export must hold the files that it lists. "
            f"Received: {folder}, without {name}."
        )
    return path.stat().st_size


def _too_much(path: Path, name: str) -> ValueError:
    return ValueError(
        f"{NAME} must list up to {_MOST_FILES:,} files of {_MOST_BYTES:,} "
        f"bytes, each once. Received: {path}, with {name}."
    )
