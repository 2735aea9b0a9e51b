"""Generators of the Hugging Face Hub, downloaded.

The Hub's own cache holds a repository as links to files, which the check of
SavedModels refuses, as it does any link. So what a commit holds is copied to
this package's cache, as regular files, once it is known that each link leads
to a file of the Hub's cache. From then on it is a folder of unknown origin
like any other.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tfgan_zoo import archives, files
from tfgan_zoo.export import checksums
from tfgan_zoo.export.file_names import SAVED_MODEL_NAME
from tfgan_zoo.messages import printable
from tfgan_zoo.pretrained import cached_exports
from tfgan_zoo.pretrained.hub import addresses, client
from tfgan_zoo.pretrained.hub.addresses import Repository

_COMMIT = re.compile("[0-9a-f]{40}")
_SHA256 = re.compile("[0-9a-f]{64}")
_OFFLINE = "HF_HUB_OFFLINE=1 uses what was downloaded before"
_GRAPH = f"{SAVED_MODEL_NAME}/saved_model.pb"


def download(address: str, cache_dir: Path | None = None) -> Path:
    """Returns the folder of a generator of the Hub.

    Every commit is downloaded once. With `HF_HUB_OFFLINE=1` the newest commit
    that was downloaded of the revision is taken.

    Args:
        address: `hf://owner/name` or `hf://owner/name@revision`.
        cache_dir: where exports are kept; None is `tfgan_zoo/generators` in
            the user's cache folder.

    Raises:
        ValueError: there is no such repository or revision, it is out of
            reach or no export, or its download is cut short.
        ImportError: `huggingface_hub` is not installed.
    """
    repository = addresses.parse(address)
    folder = cache_dir or cached_exports.default_folder()
    if _COMMIT.fullmatch(repository.revision or ""):
        cached = folder / _digest(repository, str(repository.revision))
        export = cached_exports.find(cached)
        if export is not None:  # what a commit holds never changes
            return export
    library = client.import_library(repository)
    is_offline = library.constants.HF_HUB_OFFLINE
    find = _find_offline if is_offline else _download_snapshot
    snapshot = find(library, repository)
    cached = folder / _digest(repository, snapshot.name)
    name = repository.name.replace("/", "--")

    def make(new: Path) -> None:
        if is_offline:
            _require_whole(snapshot, repository)
        _copy(snapshot, new / name)

    return cached_exports.find_or_make(cached, make)


def _digest(repository: Repository, commit: str) -> str:
    text = f"{addresses.SCHEME}{repository.name}@{commit}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _download_snapshot(library: Any, repository: Repository) -> Path:
    """Returns the folder of a commit in the Hub's cache, once it is whole."""
    with client.connection(library, repository, otherwise=_OFFLINE):
        info = library.HfApi().model_info(
            repository.name, revision=repository.revision, files_metadata=True
        )
        sizes = {
            str(file.rfilename): None if file.size is None else int(file.size)
            for file in info.siblings or ()
        }
    _require_export(sizes, repository)
    members = [
        archives.Member(name, size or 0, False) for name, size in sizes.items()
    ]
    try:
        archives.require_sound(members, archives.MAX_BYTES)
    except ValueError as error:
        raise ValueError(
            "A repository must hold the files of an export alone. "
            f"Received: {repository}, {error}."
        ) from None
    with client.connection(library, repository, otherwise=_OFFLINE):
        snapshot = Path(
            library.snapshot_download(
                repository.name, revision=repository.revision
            )
        )
    if snapshot.name != info.sha:
        raise ValueError(
            "A repository must stay as it is while it is downloaded. "
            f"Received: {repository}, which has changed; try again."
        )
    for name, size in sizes.items():
        path = snapshot / name
        # Mirrors of the Hub may not say how large files are.
        if not path.is_file() or size not in (None, path.stat().st_size):
            raise _changed(path)
    return snapshot


def _find_offline(library: Any, repository: Repository) -> Path:
    """Returns the folder of a commit that was downloaded before."""
    with (
        client.connection(library, repository),
        contextlib.suppress(library.errors.LocalEntryNotFoundError),
    ):
        return Path(
            library.snapshot_download(
                repository.name,
                revision=repository.revision,
                local_files_only=True,
            )
        )
    raise _absent(repository, f"not whole in {library.constants.HF_HUB_CACHE}")


def _require_whole(snapshot: Path, repository: Repository) -> None:
    """Checks a folder in the Hub's cache by the list of an export.

    The library takes what an interrupted download has left as well.
    """
    try:
        names = [*checksums.read(snapshot)]
    except ValueError:
        names = [checksums.NAME]
    missing = [name for name in names if not (snapshot / name).is_file()]
    if missing:
        raise _absent(
            repository, f"in {snapshot} without {printable(missing[0])}"
        )
    _require_export(names, repository)


def _absent(repository: Repository, received: str) -> ValueError:
    return ValueError(
        "Without a network, as $HF_HUB_OFFLINE says, a repository must have "
        f"been downloaded before. Received: {repository}, {received}."
    )


def _require_export(names: Iterable[str], repository: Repository) -> None:
    if _GRAPH not in names:
        raise ValueError(
            "A repository must hold what tfgan-export or `tfgan-zoo push` "
            f"wrote. Received: {repository}, without {_GRAPH}."
        )


def _copy(snapshot: Path, folder: Path) -> None:
    """Copies the files of a commit, not the links to them.

    Raises:
        ValueError: a link leads elsewhere than to the repository's files, or a
            file has changed since it was downloaded.
    """
    for name, path in _files(snapshot, snapshot):
        _require_content(Path(path))
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _files(folder: Path, snapshot: Path) -> Iterator[tuple[str, str]]:
    """Yields the names of a commit's files and where each of them lies."""
    blobs = os.path.realpath(snapshot.parent.parent / "blobs")
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), snapshot)
            continue
        real = os.path.realpath(entry.path)
        is_blob = entry.is_symlink() and os.path.dirname(real) == blobs
        if not os.path.isfile(real) or entry.is_symlink() and not is_blob:
            raise ValueError(
                "The Hub's cache must consist of files, and of links to its "
                f"blobs. Received: {printable(entry.path)}."
            )
        yield os.path.relpath(entry.path, snapshot), real


def _require_content(path: Path) -> None:
    """Checks a file of the Hub's cache whose name is its SHA-256.

    Those of others are known to the list of the export alone.
    """
    if _SHA256.fullmatch(path.name) and files.sha256(path) != path.name:
        raise _changed(path)


def _changed(path: Path) -> ValueError:
    return ValueError(
        "The Hub's cache must hold files as they were downloaded. Received: "
        f"{printable(os.path.realpath(path))}, which has changed; remove it "
        "and try again."
    )
