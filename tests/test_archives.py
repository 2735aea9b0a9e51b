"""Archives: what is unpacked, and what is refused before anything is."""

from __future__ import annotations

import io
import stat
import tarfile
import time
import warnings
import zipfile
from pathlib import Path

import pytest

from tfgan_zoo import archives

Files = dict[str, bytes]
UNPACK = {"zip": archives.unpack_zip, "tar": archives.unpack_tar}


def _zip(path: Path, names: list[str], content: bytes = b"x") -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for name in names:
            # A name is cut at NUL by the constructor.
            info = zipfile.ZipInfo("a")
            info.filename = info.orig_filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def _tar(path: Path, names: list[str], content: bytes = b"x") -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


MAKE = {"zip": _zip, "tar": _tar}
KINDS = sorted(MAKE)


def _files(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "in" / "target"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_sound_archive_is_unpacked(
    kind: str, tmp_path: Path, target: Path
) -> None:
    names = ["a", "b/c.d", "b/e/variables.data-00000-of-00001", ".f", "x\u00e4"]
    UNPACK[kind](MAKE[kind](tmp_path / "archive", names), target)
    assert _files(target) == dict.fromkeys(names, b"x")


def test_folders_of_an_archive_are_made(tmp_path: Path, target: Path) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    with tarfile.open(tmp_path / "archive", "w") as archive:
        archive.add(tmp_path / "one", ".")
    archives.unpack_tar(tmp_path / "archive", target)
    assert (target / "two").is_dir()
    with zipfile.ZipFile(tmp_path / "zip", "w") as packed:
        packed.writestr("three/", "")
        packed.writestr("three/four", "")
    archives.unpack_zip(tmp_path / "zip", target)
    assert (target / "three" / "four").is_file()


@pytest.mark.parametrize(
    "names",
    [
        ["../outside"],
        ["a/../../outside"],
        ["/tmp/outside"],
        ["a", "a/b"],
        ["a/b", "a"],
        ["a", "a"],
        ["Weights", "weights"],
        ["\u00e4", "a\u0308"],
        ["a\\b"],
        ["c:b"],
        ["a\nb"],
        ["a\x1b[31m"],
        ["CON"],
        ["b/nul.txt"],
        ["a."],
        ["a "],
        ["x" * 300],
        ["/".join("x" * 30)],
        ["a//b"],
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_names_that_are_none_are_refused(
    kind: str, names: list[str], tmp_path: Path, target: Path
) -> None:
    archive = MAKE[kind](tmp_path / "archive", ["fine", *names])
    with pytest.raises(ValueError, match="name|folder"):
        UNPACK[kind](archive, target)
    assert not list(target.iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "in"}


def test_name_that_ends_early_is_refused(tmp_path: Path, target: Path) -> None:
    path = _zip(tmp_path / "archive", ["a?b"])
    path.write_bytes(path.read_bytes().replace(b"a?b", b"a\0b"))
    with pytest.raises(ValueError, match="a name that is not one"):
        archives.unpack_zip(path, target)


def test_links_are_refused(tmp_path: Path, target: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "zip", "w") as packed:
        packed.writestr(info, "/etc/passwd")
    with pytest.raises(ValueError, match="a link or device"):
        archives.unpack_zip(tmp_path / "zip", target)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
        member = tarfile.TarInfo("link")
        member.type, member.linkname = kind, "/etc/passwd"
        with tarfile.open(tmp_path / "tar", "w") as archive:
            archive.addfile(member)
        with pytest.raises(ValueError, match="a link or device"):
            archives.unpack_tar(tmp_path / "tar", target)
    assert not list(target.iterdir())


@pytest.mark.parametrize("kind", KINDS)
def test_archive_of_many_files_is_refused_at_once(
    kind: str, tmp_path: Path, target: Path
) -> None:
    path = MAKE[kind](tmp_path / "archive", [f"{n:04}" for n in range(3000)])
    start = time.monotonic()
    with pytest.raises(ValueError, match="more than 1,000 files"):
        UNPACK[kind](path, target)
    assert time.monotonic() - start < 1.0
    assert not list(target.iterdir())


@pytest.mark.parametrize("kind", KINDS)
def test_archive_that_is_large_when_unpacked_is_refused(
    kind: str, tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = MAKE[kind](tmp_path / "archive", ["a", "b"], bytes(1_000_000))
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(archives, "MAX_BYTES", 1_999_999)
    with pytest.raises(ValueError, match="more than 1,999,999 bytes"):
        UNPACK[kind](path, target)
    assert not list(target.iterdir())
    monkeypatch.setattr(archives, "MAX_BYTES", 2_000_000)
    UNPACK[kind](path, target)


@pytest.mark.parametrize("declared", [10, 10**6 + 1])
def test_declared_size_that_is_not_the_content_s_is_refused(
    declared: int, tmp_path: Path, target: Path
) -> None:
    path = _zip(tmp_path / "archive", ["a"], bytes(10**6))
    size = (10**6).to_bytes(4, "little")
    content = path.read_bytes()
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, declared.to_bytes(4, "little")))
    with pytest.raises(ValueError, match="damaged|another size"):
        archives.unpack_zip(path, target)
    assert all(len(one) <= 10**6 for one in _files(target).values())


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_archive_is_refused(
    kind: str, tmp_path: Path, target: Path
) -> None:
    path = MAKE[kind](tmp_path / "archive", ["a", "b"], bytes(range(256)) * 40)
    content = path.read_bytes()
    # The last bytes of a tar archive are its end, which may be missing.
    for length in range(0, len(content) - 90, 7):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError):
            UNPACK[kind](path, target)
        for left in target.iterdir():
            left.unlink()


def test_directory_of_an_archive_is_not_read_if_it_is_large(
    tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _zip(tmp_path / "archive", [f"{n:04}" for n in range(100)])
    path.write_bytes(path.read_bytes()[:-2] + b"\7\0comment")
    archives.unpack_zip(path, target)
    monkeypatch.setattr(archives, "_MAX_DIRECTORY_BYTES", 100 * 50 - 1)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ValueError, match="more than 1,000 files"):
        archives.unpack_zip(path, target)


def test_archive_of_the_large_format_is_refused(
    tmp_path: Path, target: Path
) -> None:
    path = _zip(tmp_path / "archive", ["a"])
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    path.write_bytes(content[:end] + b"PK\6\7" + bytes(16) + content[end:])
    with pytest.raises(ValueError, match="more than 1,000 files"):
        archives.unpack_zip(path, target)


def test_sparse_file_is_refused(tmp_path: Path, target: Path) -> None:
    """A gigabyte of zeros would take no place in the archive."""
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("a")
        info.size = 1
        info.pax_headers = {
            "GNU.sparse.map": "0,1",
            "GNU.sparse.size": str(archives.MAX_BYTES),
        }
        archive.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(ValueError, match="^a sparse file, a$"):
        archives.unpack_tar(path, target)
    assert not _files(target)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_huge_header_is_refused_unread(
    tmp_path: Path, target: Path, kind: bytes
) -> None:
    path = tmp_path / "a.tar"
    header = tarfile.TarInfo("header")
    header.type, header.size = kind, 2**30
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT))
    with pytest.raises(ValueError, match="a header of 1,073,741,824 bytes"):
        archives.unpack_tar(path, target)


def test_damaged_bzip2_member_is_refused(tmp_path: Path, target: Path) -> None:
    path = _zip(tmp_path / "a.zip", ["a"])
    content = bytearray(path.read_bytes())
    for place in (8, content.find(b"PK\1\2") + 10):
        content[place] = zipfile.ZIP_BZIP2
    path.write_bytes(bytes(content))
    with pytest.raises(ValueError, match="a damaged one"):
        archives.unpack_zip(path, target)
