"""Files that are added to an export, such as directions or an encoder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import files, json_files, paths
from tfgan_zoo.export import checksums
from tfgan_zoo.export.file_names import MANIFEST_NAME, SAVED_MODEL_NAME


def require_output(
    what: str,
    export: Path,
    output: Path | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Checks that files can be added to an export, see `extend`.

    Args:
        what: is added, for messages, such as "Directions are".
        export: the folder of the export.
        output: see `extend`.
        overwrite: see `extend`.

    Raises:
        FileNotFoundError: `export` is no folder of an export.
        ValueError: `output` is in the export.
        FileExistsError: `output` exists and `overwrite` is False, or is no
            export.
        OSError: nothing can be written there.
    """
    if not (export / SAVED_MODEL_NAME).is_dir():
        raise FileNotFoundError(
            f"{what} written into a folder that tfgan-export wrote. "
            f"Received: {export}, without {SAVED_MODEL_NAME}."
        )
    if output is None:
        files.require_new_folder(export, overwrite=True)
        return
    inside, outside = output.resolve(), export.resolve()
    if outside in inside.parents:
        raise ValueError(
            "A copy of an export must be outside the export. "
            f"Received: {output}, in {export}."
        )
    is_there = output.is_dir() and any(output.iterdir())
    if overwrite and is_there and not (output / SAVED_MODEL_NAME).is_dir():
        raise FileExistsError(
            "A folder to overwrite must be an export. "
            f"Received: {output}, without {SAVED_MODEL_NAME}."
        )
    files.require_new_folder(output, overwrite=overwrite)


def extend(
    what: str,
    export: str | os.PathLike[str],
    output: str | os.PathLike[str] | None,
    add: Callable[[Path], Iterable[str]],
    *,
    overwrite: bool = False,
) -> Path:
    """Adds files to an export, or to a copy of it.

    The folder is written aside and then takes its place, so that an export is
    never without the list of its files' hashes.

    Args:
        what: is added, for messages, such as "Directions are".
        export: the folder of the export.
        output: a folder for a copy that has the files; None adds them to the
            export itself.
        add: writes the files into a folder, in which the export is already;
            returns the names of files and folders that it wrote there.
        overwrite: whether `output` may take the place of another export.

    Returns:
        The folder that has them.

    Raises:
        ValueError: a file of the export is a link, or `output` is in the
            export.
        OSError: see `require_output`.
    """
    source = paths.expand(os.fspath(export))
    target = source if output is None else paths.expand(os.fspath(output))
    require_output(
        what, source, None if output is None else target, overwrite=overwrite
    )
    with files.new_folder(
        target, overwrite=overwrite or output is None
    ) as partial:
        _copy(source, partial)
        names = [*add(partial)]
        if (source / checksums.NAME).is_file():
            _list(source, partial, names)
    return target


def set_entry(folder: Path, name: str, value: Any) -> None:
    """Sets an entry of `model.json`, where a folder has that file.

    Args:
        folder: of the export.
        name: of the entry.
        value: as JSON has it.

    Raises:
        ValueError: the file is damaged.
    """
    path = folder / MANIFEST_NAME
    if path.is_file():
        model = json_files.read_object(path, MANIFEST_NAME)
        model[name] = value
        files.write_text(path, json.dumps(model, indent=1) + "\n")


def _copy(export: Path, folder: Path) -> None:
    for path in sorted(export.rglob("*")):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ValueError(
                "A file of an export must be a regular file, and no link. "
                f"Received: {path}."
            )
    shutil.copytree(export, folder, dirs_exist_ok=True)


def _list(export: Path, folder: Path, names: list[str]) -> None:
    """Lists what has been added; what had changed before stays known as that.

    A new list of all files would pass off as unchanged what `trust` loaded.
    """
    hashes = checksums.read(export)
    manifest = export / MANIFEST_NAME
    if hashes.get(MANIFEST_NAME) == (
        manifest.is_file() and files.sha256(manifest)
    ):
        names = [*names, MANIFEST_NAME]
    # A folder that was replaced may have had more files.
    hashes = {
        path: digest
        for path, digest in hashes.items()
        if path.partition("/")[0] not in names
    }
    for name in names:
        for path in (folder / name, *sorted((folder / name).rglob("*"))):
            if path.is_file():
                relative = path.relative_to(folder).as_posix()
                hashes[relative] = files.sha256(path)
    checksums.write_hashes(folder, hashes)
