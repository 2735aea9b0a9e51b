"""Where a trained generator is: in the package, in a folder, on the network."""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from pathlib import Path

from tfgan_zoo import archives, files, json_files, paths
from tfgan_zoo.downloads import download
from tfgan_zoo.export.file_names import CARD_NAME, SAVED_MODEL_NAME
from tfgan_zoo.messages import quote_blank, value_text
from tfgan_zoo.pretrained import cached_exports
from tfgan_zoo.pretrained.hub import addresses, snapshots

GENERATORS = Path(__file__).parent / "generators"
# The data set whose generators took the place of one that shipped.
_REPLACED_BY = {
    "dcgan-noto_emoji_64": "smileys",
    "dcgan-cifar10": "cifar10",
    "sngan-cifar10": "cifar10",
    "sngan_projection-cifar10": "cifar10",
}
# A name with a version, which need not be one that there is.
_VERSIONED = re.compile("(.+)-v([0-9]+)")
_SHA256 = re.compile("[0-9a-f]{64}")
_SCHEME = "https://"


def names() -> list[str]:
    """Returns the names of the generators that ship, sorted.

    Each stands for its newest version.
    """
    return sorted({_split(folder.name)[0] for folder in folders()})


def folders() -> list[Path]:
    """Returns the folders of all versions of the generators, sorted."""
    return sorted(card.parent for card in GENERATORS.glob(f"[!.]*/{CARD_NAME}"))


def versions(name: str) -> dict[int, Path]:
    """Returns the folders of a generator's versions, by number.

    Args:
        name: without a version; of one that does not ship there are none.
    """
    return {
        _read_version(folder): folder
        for folder in folders()
        if _split(folder.name)[0] == name
    }


def _read_version(folder: Path) -> int:
    card = json_files.read_object(folder / CARD_NAME, CARD_NAME)
    version: int = card.get("version", 1)
    return version


def _split(name: str) -> tuple[str, str | None]:
    """Returns the name of a generator without its version, and its digits."""
    match = _VERSIONED.fullmatch(name)
    return (match[1], match[2]) if match else (name, None)


def data_names(name: str) -> list[str]:
    """Returns what the data of a generator are called, with a size first.

    Args:
        name: without a version, such as `pix2pix-emoji_drawings_128`, whose
            data are `emoji_drawings_128` and `emoji_drawings`.
    """
    data = name.partition("-")[2]
    return list(dict.fromkeys([data, re.sub("_[0-9]+$", "", data)]))


def path(name: str) -> str:
    """Returns the path of a shipped SavedModel, for `tf.saved_model.load`.

    Its TFLite files and its model card are in the folder above it.

    Args:
        name: one of `list_generators()`, for the newest version, or with a
            version, such as `dcgan-mnist-v1`, whose weights never change.

    Raises:
        ValueError: there is no such generator, or no such version.
        TypeError: the name is not a string.
    """
    return str(folder(name) / SAVED_MODEL_NAME)


def folder(name: str) -> Path:
    """Returns the folder of a shipped generator.

    Args:
        name: see `path`.

    Raises:
        ValueError: there is no such generator, or not that version.
        TypeError: the name is no text.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"A generator's name must be a text. Received: {value_text(name)}."
        )
    shipped = find(name)
    if shipped is None:
        raise unknown_name_error(
            name, "A generator must be the name of one that ships"
        )
    return shipped


def find(name: str) -> Path | None:
    """Returns the folder of a shipped generator; None if none has the name.

    Args:
        name: see `path`.
    """
    name, version = _split(name)
    shipped = {str(number): path for number, path in versions(name).items()}
    if version is None and shipped:
        version = max(shipped, key=int)
    return shipped.get(version or "")


def unknown_name_error(name: str, rule: str, instead: str = "") -> ValueError:
    """Returns the error of a name that no generator has that ships.

    Args:
        name: with a version or without.
        rule: that it breaks, which ends with "ships".
        instead: which folders may take the name's place, "" if none.
    """
    generator, _ = _split(name)
    shipped = sorted(versions(generator))
    if shipped:
        listed = ", ".join(f"{generator}-v{version}" for version in shipped)
        return ValueError(
            f"The version of {generator} must be one that ships: {listed}. "
            f"Received: {name}."
        )
    known, dataset = names(), _REPLACED_BY.get(generator)
    near = [each for each in known if dataset in data_names(each)]
    near = near or difflib.get_close_matches(generator, known, n=3, cutoff=0.4)
    such_as = f", such as {' or '.join(near)}" if near else ""
    return ValueError(
        f"{rule}{such_as}{instead and ', '}{instead}; `tfgan-zoo "
        f"list` shows those that ship. Received: {quote_blank(name)}"
        f"{', which no longer ships' if dataset else ''}."
    )


def find_published(name: str) -> Path:
    """Returns the folder of a generator that ships, or of one on the Hub.

    Args:
        name: see `path`; or `hf://owner/name`, see `hub.snapshots.download`.

    Raises:
        ValueError: there is no such generator, or it cannot be downloaded.
        ImportError: the Hub's library is not installed.
    """
    if addresses.is_address(name):
        return snapshots.download(name)
    return folder(name)


def resolve_name(source: str) -> Path:
    """Returns the folder that a command line means.

    Args:
        source: a name; the path of a folder, and one that is called as a
            generator is meant by `./name`; or `hf://owner/name`.

    Raises:
        ValueError: it is none of these, or cannot be downloaded.
        ImportError: the Hub's library is not installed.
    """
    if addresses.is_address(source):
        return snapshots.download(source)
    source = paths.expand_text(source)
    shipped = find(source)
    if shipped is None and not os.path.exists(source):
        raise unknown_name_error(
            source,
            "A generator must be the name of one that ships",
            "a folder that tfgan-export wrote, or hf://owner/name",
        )
    return shipped or Path(source)


def locate(
    source: str | Path, *, sha256: str = "", cache_dir: Path | None = None
) -> Path:
    """Returns the folder of a generator, downloaded if it is an address.

    Args:
        source: a name; the path of a folder that `tfgan-export` wrote, which a
            `Path` always is; `hf://owner/name`, see `hub.snapshots`; or the
            https address of a zip archive of such a folder.
        sha256: of the archive.
        cache_dir: where downloads are cached, by their hash; None is
            `tfgan_zoo/generators` in the user's cache folder.

    Raises:
        ValueError: an unknown name, an address without a hash, a download that
            is cut short or has another hash, or an archive of no export.
        ImportError: the Hub's library is not installed.
    """
    text = str(source)
    cache_dir = paths.expand(cache_dir) if cache_dir else None
    on_hub = addresses.is_address(text)
    if "://" in text and not on_hub:
        return _downloaded(text, sha256, cache_dir)
    if sha256:
        raise ValueError(
            f"`sha256` is of an https address. Received: it, with {text}."
        )
    if on_hub:
        return snapshots.download(text, cache_dir)
    return source if isinstance(source, Path) else resolve_name(text)


def _downloaded(address: str, sha256: str, cache_dir: Path | None) -> Path:
    if not address.startswith(_SCHEME):
        raise ValueError(
            f"An address must begin with {_SCHEME} or {addresses.SCHEME}. "
            f"Received: {address}."
        )
    digest = (sha256 or "").lower()
    if not _SHA256.fullmatch(digest):
        raise ValueError(
            "The archive of an address needs `sha256`, its hash of 64 "
            f"hexadecimal digits. Received: {sha256!r}."
        )
    cached = (cache_dir or cached_exports.default_folder()) / digest
    return cached_exports.find_or_make(
        cached, lambda folder: _fetch(address, digest, folder)
    )


def _fetch(address: str, sha256: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=files.PARTIAL_PREFIX
    ) as aside:
        archive = Path(aside) / "archive.zip"
        download(address, archive, sha256)
        _unpack(archive, folder, address)


def _unpack(archive: Path, folder: Path, address: str) -> None:
    rule = (
        f"{address} must be a zip archive of a folder that tfgan-export wrote."
    )
    try:
        archives.unpack_zip(archive, folder)
    except ValueError as error:
        raise ValueError(f"{rule} Received: {error}.") from None
    count = len(cached_exports.list_exports(folder))
    if count != 1:
        received = f"{count} of them" if count else "none"
        raise ValueError(
            f"{rule} Received: {received}, by {SAVED_MODEL_NAME}/."
        )
