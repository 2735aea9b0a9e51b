"""Where a trained generator is: in the package, in a folder, at an address."""

from __future__ import annotations

import difflib
import os
import zipfile
from pathlib import Path

from tfgan_zoo import files
from tfgan_zoo.downloads import download
from tfgan_zoo.export.card import SAVED_MODEL_NAME

GENERATORS = Path(__file__).parent / "generators"
CARD_NAME = "card.json"
_SHA256_DIGITS = 64
_SCHEME = "https://"


def names() -> list[str]:
    """Returns the names of the generators that ship, sorted."""
    return sorted(
        card.parent.name for card in GENERATORS.glob(f"[!.]*/{CARD_NAME}")
    )


def path(name: str) -> str:
    """Returns the path of a shipped SavedModel, for `tf.saved_model.load`.

    Its TFLite files and its card lie in the folder above.

    Args:
        name: of `names()`.

    Raises:
        ValueError: there is no such generator.
    """
    return str(folder(name) / SAVED_MODEL_NAME)


def folder(name: str) -> Path:
    """Returns the folder of a shipped generator.

    Raises:
        ValueError: there is no such generator.
    """
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise ValueError(
            "A generator must be the name of one that ships"
            f"{', such as ' + ' or '.join(near) if near else ''}, or a folder "
            f"that tfgan-export wrote. Received: {name}."
        )
    return GENERATORS / name


def named(source: str) -> Path:
    """Returns the folder that a command line means.

    Args:
        source: a name, or the path of a folder; a folder that is called as
            a generator is meant by `./name`.

    Raises:
        ValueError: it is neither.
    """
    is_path = source not in names() and os.path.exists(source)
    return Path(source) if is_path else folder(source)


def found(
    source: str | Path, *, sha256: str = "", cache_dir: Path | None = None
) -> Path:
    """Returns the folder of a generator, downloaded if it is an address.

    Args:
        source: a name; the path of a folder that `tfgan-export` wrote; or the
            https address of a zip archive of one.
        sha256: of the archive.
        cache_dir: where downloads are kept, by their hash; None is
            `tfgan_zoo/generators` in the user's cache folder.

    Raises:
        ValueError: an unknown name, an address without a hash, a download that
            is cut short or has another hash, or an archive of no export.
    """
    text = str(source)
    if "://" in text:
        return _downloaded(text, sha256, cache_dir)
    if sha256:
        raise ValueError(
            f"`sha256` is of an https address. Received: it, with {text}."
        )
    return named(text)


def _downloaded(address: str, sha256: str, cache_dir: Path | None) -> Path:
    if not address.startswith(_SCHEME):
        raise ValueError(
            f"An address must begin with {_SCHEME}. Received: {address}."
        )
    sha256 = sha256.lower()
    if len(sha256) != _SHA256_DIGITS or not sha256.isalnum():
        raise ValueError(
            "The archive of an address needs `sha256`, its hash of "
            f"{_SHA256_DIGITS} digits. Received: {sha256!r}."
        )
    cache = cache_dir or files.user_cache() / "generators"
    kept = cache / sha256
    if not kept.is_dir():
        archive = cache / f"{sha256}.zip"
        download(address, archive, sha256)
        try:
            with files.new_folder(kept) as partial:
                _unpack(archive, partial, address)
        finally:
            archive.unlink()
    return _export_in(kept, address)


def _unpack(archive: Path, folder: Path, address: str) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    except zipfile.BadZipFile:
        raise ValueError(
            f"{address} must be a zip archive of a folder that tfgan-export "
            "wrote. Received: no zip archive."
        ) from None
    _export_in(folder, address)


def _export_in(kept: Path, address: str) -> Path:
    """The export is the archive's content, or the one folder in it."""
    for one in (kept, *sorted(kept.iterdir())):
        if (one / SAVED_MODEL_NAME).is_dir():
            return one
    raise ValueError(
        f"{address} must be a zip archive of a folder that tfgan-export wrote. "
        f"Received: one without {SAVED_MODEL_NAME}/."
    )
