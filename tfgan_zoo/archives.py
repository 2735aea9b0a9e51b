"""Archives of unknown origin: checked by what they declare, then unpacked."""

from __future__ import annotations

import contextlib
import errno
import shutil
import struct
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from tfgan_zoo.messages import error_text, shorten

MAX_FILES = 1000
MAX_BYTES = 1 << 30
_MAX_NAME_BYTES = 200  # of a part of a path; file systems take 255
_MAX_DEPTH = 16
_BLOCK_BYTES = 1 << 20
# Of a zip archive's directory, all of which `zipfile` reads at once.
_MAX_DIRECTORY_BYTES = MAX_FILES * 1024
_END, _END_BYTES, _COMMENT_BYTES = b"PK\5\6", 22, 1 << 16
_LOCATOR, _LOCATOR_BYTES = b"PK\6\7", 20
# Of what a tar archive says of a file, all of which `tarfile` reads at once.
_MAX_HEADER_BYTES = 1 << 20
# Names that Windows gives to devices, whatever their ending.
_DEVICES = {"AUX", "CON", "NUL", "PRN"} | {
    f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10)
}
_FORBIDDEN = set('\\\\:*?"<>|')
_ENCRYPTED = 0x1  # of a member's flags in a zip archive
_FILE_TYPE, _REGULAR, _FOLDER = 0o170000, 0o100000, 0o040000


class Member(NamedTuple):
    """What an archive declares of a file or a folder.

    Attributes:
        name: its path, parts apart by "/".
        size: bytes when unpacked; 0 of a folder.
        is_folder: whether it is one.
    """

    name: str
    size: int
    is_folder: bool


def unpack_zip(archive: Path, folder: Path) -> None:
    """Unpacks a zip archive.

    Args:
        archive: of regular files alone, of `MAX_FILES` and `MAX_BYTES` at
            most when unpacked.
        folder: an empty one, which may be half full after an error.

    Raises:
        ValueError: the archive is damaged or encrypted, too large, or holds a
            name that is not one everywhere, twice, or outside of `folder`.
        OSError: a file cannot be read or written.
    """
    with open(archive, "rb") as file:
        _require_small_directory(file)
    with _errors_of_damage(), zipfile.ZipFile(archive) as packed:
        members = packed.infolist()
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise ValueError("an encrypted one")
        for member in members:
            kind = member.external_attr >> 16 & _FILE_TYPE
            if kind not in (0, _REGULAR, _FOLDER):
                name = shorten(member.filename)
                raise ValueError(f"a link or device, {name}")
        require_sound(
            # NUL ends a name for `zipfile`, but not for others.
            [
                Member(member.orig_filename, member.file_size, member.is_dir())
                for member in members
            ],
            MAX_BYTES,
        )
        for member in members:
            if member.is_dir():
                _make_folder(folder / member.filename)
            else:
                with packed.open(member) as source:
                    _write(source, folder / member.filename, member.file_size)


def read_zip(file: IO[bytes], *, max_bytes: int) -> dict[str, bytes]:
    """Returns the files of a small zip archive, by name.

    Args:
        file: the archive, which may follow something else, such as a program.
        max_bytes: of all of its files when unpacked. It may hold `MAX_FILES`.

    Raises:
        ValueError: it is damaged, exceeds a limit, is neither stored nor
            deflated, or holds a name that is not one everywhere, or twice.
    """
    _require_small_directory(file)
    with _errors_of_damage(), zipfile.ZipFile(file) as packed:
        members = packed.infolist()
        require_sound(
            [
                Member(member.orig_filename, member.file_size, False)
                for member in members
            ],
            max_bytes,
        )
        return {
            member.filename: _read_member(packed, member) for member in members
        }


def _read_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpacks no more than a member declares."""
    # `zipfile` unpacks blocks of other kinds whole, however large they get.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"one compressed by {member.compress_type}")
    with packed.open(member) as source:
        # Without a number, it unpacks all before it looks at the size.
        data = source.read(member.file_size)
    if len(data) != member.file_size:
        raise ValueError(f"a file of another size, {shorten(member.filename)}")
    return data


def _require_small_directory(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    longest = _END_BYTES + _COMMENT_BYTES + _LOCATOR_BYTES
    file.seek(max(size - longest, 0))
    tail = file.read()
    place = len(tail) - _END_BYTES
    if not tail[place:].startswith(_END) or tail[-2:] != b"\0\0":
        place = tail.rfind(_END)  # a comment follows
    if place < 0 or len(tail) < place + _END_BYTES:
        raise ValueError("no zip archive")
    # The format for more files than these, or larger ones, has its own end.
    is_large = tail[max(place - _LOCATOR_BYTES, 0) :].startswith(_LOCATOR)
    (directory_bytes,) = struct.unpack_from("<L", tail, place + 12)
    if is_large or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise ValueError(f"one of more than {MAX_FILES:,} files")


class _TarInfo(tarfile.TarInfo):
    """A member whose headers and content are as large as they are stored."""

    # Of `tarfile`: it is called of each header, before more is read.
    def _proc_member(self, packed: tarfile.TarFile) -> tarfile.TarInfo:
        is_content = self.type in (*tarfile.REGULAR_TYPES, tarfile.DIRTYPE)
        if not is_content and self.size > _MAX_HEADER_BYTES:
            raise ValueError(f"a header of {self.size:,} bytes")
        return super()._proc_member(packed)  # type: ignore[misc]


def unpack_tar(archive: Path, folder: Path) -> None:
    """Unpacks a tar archive, compressed or not.

    Args:
        archive: see `unpack_zip`.
        folder: see `unpack_zip`.

    Raises:
        ValueError: see `unpack_zip`.
        OSError: a file cannot be read or written.
    """
    with _errors_of_damage(), tarfile.open(archive, tarinfo=_TarInfo) as packed:
        members: list[Member] = []
        for member in packed:
            if not (member.isreg() or member.isdir()):
                raise ValueError(f"a link or device, {shorten(member.name)}")
            # Of which holes of any size take no place.
            if member.issparse():
                raise ValueError(f"a sparse file, {shorten(member.name)}")
            members.append(Member(member.name, member.size, member.isdir()))
            # Before the rest is looked for, which means to decompress it.
            _require_few(members, MAX_BYTES)
        require_sound(members, MAX_BYTES)
        for member in packed:
            source = packed.extractfile(member)
            if source is None:
                _make_folder(folder / member.name)
            else:
                _write(source, folder / member.name, member.size)


@contextlib.contextmanager
def _errors_of_damage() -> Iterator[None]:
    """Raises ValueError for whatever Python raises of a damaged archive."""
    try:
        yield
    except OSError as error:
        # To seek where nothing can be; and bz2's, of damage.
        if error.errno in (errno.EINVAL, None):
            raise _damaged(error) from None
        raise
    except ValueError:
        raise
    # `zipfile` and `tarfile` raise errors of many kinds: of their own, of
    # zlib, lzma and struct, EOFError, NotImplementedError, RuntimeError.
    except Exception as error:  # noqa: BLE001
        raise _damaged(error) from None


def _damaged(error: Exception) -> ValueError:
    return ValueError(f"a damaged one ({error_text(error)})")


def _require_few(members: Sequence[Member], max_bytes: int) -> None:
    if len(members) > MAX_FILES:
        raise ValueError(f"one of more than {MAX_FILES:,} files")
    size = sum(member.size for member in members)
    if size > max_bytes:
        raise ValueError(f"one of more than {max_bytes:,} bytes")


def require_sound(members: Sequence[Member], max_bytes: int) -> None:
    """Checks what an archive, or a list of files to download, declares.

    Args:
        members: all of its files and folders.
        max_bytes: of all of them. There may be `MAX_FILES`.

    Raises:
        ValueError: a limit is exceeded, or a name is not one on any system,
            or there twice; the message is what was received.
    """
    _require_few(members, max_bytes)
    kinds: dict[str, bool] = {}
    for member in members:
        parts = member.name.rstrip("/").removeprefix("./").split("/")
        if parts == ["."] and member.is_folder:
            continue  # the whole, as `tar` has it
        _require_name(member.name, parts)
        # As a system that ignores case and composes letters sees them.
        keys = [unicodedata.normalize("NFC", part).casefold() for part in parts]
        for end in range(1, len(keys)):
            if not kinds.setdefault("/".join(keys[:end]), True):
                raise ValueError(f"a file as a folder, {shorten(member.name)}")
        key = "/".join(keys)
        if key in kinds and not (kinds[key] and member.is_folder):
            raise ValueError(f"a name twice, {shorten(member.name)}")
        kinds[key] = member.is_folder


def _require_name(name: str, parts: Sequence[str]) -> None:
    if len(parts) > _MAX_DEPTH:
        raise ValueError(f"folders too deep, {shorten(name)}")
    for part in parts:
        if (
            part in ("", ".", "..")
            or part[-1] in ". "
            or len(part.encode("utf-8", "replace")) > _MAX_NAME_BYTES
            or not part.isprintable()
            or not _FORBIDDEN.isdisjoint(part)
            or part.partition(".")[0].upper() in _DEVICES
        ):
            raise ValueError(f"a name that is not one, {shorten(name)}")


def _make_folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)


def _write(source: IO[bytes], path: Path, size: int) -> None:
    """Writes no more than a member declares."""
    _make_folder(path.parent)
    with open(path, "xb") as target:
        shutil.copyfileobj(source, target, _BLOCK_BYTES)
        if target.tell() != size:
            raise ValueError(f"a file of another size, {shorten(path.name)}")
