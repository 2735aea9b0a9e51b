"""Downloaded exports in the cache: there as a whole, or not at all."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

from tfgan_zoo import files
from tfgan_zoo.export.file_names import SAVED_MODEL_NAME


def default_folder() -> Path:
    """Returns where downloads are kept, in the user's cache folder."""
    return files.user_cache() / "generators"


def list_exports(folder: Path) -> list[Path]:
    """Returns what is an export: a folder, or folders in it."""
    if not folder.is_dir():
        return []
    folders = [folder, *sorted(folder.iterdir())]
    return [each for each in folders if (each / SAVED_MODEL_NAME).is_dir()]


def find(cached: Path) -> Path | None:
    """Returns the export that a folder of the cache holds, if it is there."""
    exports = list_exports(cached)
    return exports[0] if exports else None


def find_or_make(cached: Path, make: Callable[[Path], None]) -> Path:
    """Returns the export that a folder of the cache holds.

    Args:
        cached: the folder, which need not be there.
        make: writes an export into an empty folder, or into a folder in it.

    Raises:
        OSError: the cache cannot be written to.
    """
    # It appears whole, so that one without an export was emptied by somebody.
    if cached.is_dir() and find(cached) is None:
        shutil.rmtree(cached)
    if not cached.is_dir():
        cached.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be sooner with the same download.
        with (
            contextlib.suppress(FileExistsError),
            files.new_folder(cached) as partial,
        ):
            make(partial)
    export = find(cached)
    assert export is not None
    return export
