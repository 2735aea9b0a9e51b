"""The list of SHA-256 that an export carries, as `sha256sum -c` reads it."""

from __future__ import annotations

from pathlib import Path

from tfgan_zoo import files, json_files
from tfgan_zoo.export.card import SAVED_MODEL_NAME

NAME = "SHA256SUMS"
_DIGITS = 64
# To hash them takes a minute; a sparse file of exabytes would take for ever.
_MOST_FILES, _MOST_BYTES = 1000, 2**35


def write(folder: Path) -> None:
    """Writes the list of all files under `folder`."""
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path != folder / NAME
    )
    lines = [
        f"{files.sha256(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in paths
    ]
    files.write_text(folder / NAME, "".join(lines))


def check(folder: Path) -> None:
    """Checks the files that the list of an export names.

    Raises:
        ValueError: one is missing or has changed; the list is not there, is
            damaged, names a file outside the folder, or leaves one of the
            SavedModel out.
    """
    listed = folder / NAME
    if not listed.is_file():
        raise ValueError(
            "An export must hold the list of its files. "
            f"Received: {folder}, without {NAME}."
        )
    try:
        content = json_files.read_bytes(listed, f"{NAME} must be a text")
        text = content.decode("utf-8")
    except ValueError as error:
        raise ValueError(
            f"{NAME} must list a SHA-256 and a file a line. "
            f"Received: {listed} ({error})."
        ) from None
    unlisted = {
        path.relative_to(folder).as_posix()
        for path in (folder / SAVED_MODEL_NAME).rglob("*")
        if path.is_file()
    }
    hashed: set[str] = set()
    size = 0
    for line in text.split("\n"):
        if not line:
            continue
        digest, separator, name = line.partition("  ")
        unlisted.discard(name)
        path = folder / name
        if len(digest) != _DIGITS or not separator or not name.isprintable():
            raise ValueError(
                f"{NAME} must list a SHA-256 and a file a line. "
                f"Received: {listed}, {line[:100]!r}."
            )
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(
                f"{NAME} must name files of its folder. "
                f"Received: {listed}, {name}."
            )
        if not path.is_file():
            raise ValueError(
                "An export must hold the files that it lists. "
                f"Received: {folder}, without {name}."
            )
        size += path.stat().st_size
        if name in hashed or size > _MOST_BYTES or len(hashed) >= _MOST_FILES:
            raise ValueError(
                f"{NAME} must list up to {_MOST_FILES:,} files of "
                f"{_MOST_BYTES:,} bytes, each once. "
                f"Received: {listed}, with {name}."
            )
        hashed.add(name)
        if files.sha256(path) != digest:
            raise ValueError(
                "An export's files must be as they were written. "
                f"Received: {path}, which has another SHA-256 than {NAME} "
                "says; export it again."
            )
    if unlisted:
        raise ValueError(
            f"{NAME} must list all files of {SAVED_MODEL_NAME}. "
            f"Received: {listed}, without {min(unlisted)}."
        )
