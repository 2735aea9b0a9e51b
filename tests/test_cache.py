"""The cache: what is listed, what goes first, and what never goes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import cache
from tfgan_zoo.cli import cache_report
from tfgan_zoo.data import DataRequest, load_examples, store

HASH = "0123456789abcdef" * 4
MEGABYTE = 1_000_000
FOREIGN = ("notes.txt", "my.examples", "generators/README", "networks/own.h5")


def packed(name: str, number: int = 0) -> str:
    return f"{name}-64x64x3-{number:032x}.examples"


def write(path: Path, hours_ago: float = 1.0, size: int = MEGABYTE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    used = time.time() - 3600 * hours_ago
    os.utime(path, (used, used))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(cache.LIMIT_VARIABLE, raising=False)
    return tmp_path / "tfgan_zoo"


@pytest.fixture
def full(folder: Path) -> Path:
    """A cache with a file of every kind, and foreign ones."""
    write(folder / packed("flowers"), hours_ago=3)
    write(folder / packed("mnist", 1), hours_ago=2)
    write(folder / (packed("mnist", 1) + ".abc.part"), hours_ago=4)
    write(folder / "evaluation" / f"{HASH[:40]}.npz", hours_ago=1)
    write(folder / "generators" / HASH / "export" / "card.json", hours_ago=9)
    write(folder / "generators" / ".partial-x" / "archive.zip", hours_ago=9)
    os.utime(folder / "generators" / ".partial-x", (1, 1))
    write(folder / "networks" / "inception.h5", hours_ago=9)
    write(folder / "networks" / "inception.h5.sha256", size=10)
    for name in FOREIGN:
        write(folder / name, hours_ago=99)
    (folder / packed("linked")).symlink_to(folder / "notes.txt")
    return folder


def names(folder: Path) -> set[str]:
    return {file.path.name for file in cache.cached_files(folder)}


def test_table_lists_all_but_foreign_files(full: Path) -> None:
    text = cache_report.table(full)
    *lines, total = text.splitlines()
    assert len(lines) == 1 + 8
    assert "flowers" in text and "inception.h5" in text
    assert f"{full}: 8 files, 7 MB." in total
    for foreign in ("notes", "my", "README", "own", "linked"):
        assert f"  {foreign}" not in text


@pytest.mark.parametrize("with_downloads", [False, True])
def test_empty_removes_what_is_ours(full: Path, with_downloads: bool) -> None:
    text = cache_report.empty(full, with_downloads=with_downloads)
    left = {HASH, "inception.h5", "inception.h5.sha256"}
    assert names(full) == (set() if with_downloads else left)
    removed = "8 files, 7 MB" if with_downloads else "5 files, 5 MB"
    assert text == f"Removed {removed}, from {full}."
    for name in (*FOREIGN, packed("linked")):
        assert (full / name).exists()
    assert "Removed 0 files" in cache_report.empty(full, with_downloads=False)


def test_trim_removes_the_longest_unused_alone(
    full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    kept = full / packed("flowers")
    cache.trim(full, keep=kept, log=lines.append)
    assert len(names(full)) == 8 and not lines
    # Of five, the leftovers are the oldest and the flowers were just written.
    monkeypatch.setenv(cache.LIMIT_VARIABLE, "0.002")
    cache.trim(full, keep=kept, log=lines.append)
    assert not (full / packed("mnist", 1)).exists()
    assert (full / "evaluation" / f"{HASH[:40]}.npz").exists()
    assert kept.exists()
    assert (full / "networks" / "inception.h5").exists()
    assert len(lines) == 1
    assert lines[0].startswith("Removed 3 MB of data long unused")
    assert "2 MB ($TFGAN_ZOO_CACHE_GB)" in lines[0]
    for name in FOREIGN:
        assert (full / name).exists()


def test_trim_spares_what_is_new_or_in_use(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.LIMIT_VARIABLE, "0")
    new = write(folder / packed("new"), hours_ago=0)
    being_written = write(folder / (packed("new") + ".x.part"), hours_ago=0)
    held = write(folder / packed("held", 1))
    unused = write(folder / packed("unused", 2))
    with open(held, "rb") as file:
        cache.hold(file)
        cache.trim(folder, keep=folder / "none", log=lambda _: None)
        assert new.exists() and being_written.exists() and held.exists()
        assert not unused.exists()
        text = cache_report.empty(folder, with_downloads=False)
        assert "2 in use or not removable stayed." in text
        assert held.exists() and not new.exists()
    cache.trim(folder, keep=folder / "none", log=lambda _: None)
    assert not held.exists()


def pack(folder: Path, **fields: Any) -> Any:
    return load_examples(DataRequest(str(folder), **fields), log=lambda _: None)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    path = tmp_path / "pictures"
    path.mkdir()
    Image.new("RGB", (8, 8), "red").save(path / "a.png")
    return path


def test_packing_makes_room_and_reading_counts_as_use(
    folder: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", 0)
    old = write(folder / packed("old"), hours_ago=5)
    examples = pack(images)
    (path,) = folder.glob("pictures-*")
    assert old.exists()
    os.utime(path, (1, 1))
    pack(images)
    assert path.stat().st_mtime > time.time() - 60
    os.utime(path, (1, 1))
    monkeypatch.setenv(cache.LIMIT_VARIABLE, "0")
    other = pack(images, image_size=32)
    # The oldest by far, and open.
    assert path.exists() and not old.exists()
    assert examples.read(np.array([0]))["image"].shape == (1, 64, 64, 3)
    assert other.read(np.array([0]))["image"].shape == (1, 32, 32, 3)


def test_packing_leaves_a_folder_of_the_users_choice_alone(
    folder: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.LIMIT_VARIABLE, "0")
    own = write(folder.parent / "own" / packed("old"), hours_ago=5)
    pack(images, cache_dir=str(own.parent))
    assert own.exists()


@pytest.mark.parametrize("text", ["x", "-1", "nan", "20 GB"])
def test_limit_that_is_no_number_is_refused_before_packing(
    folder: Path, images: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.LIMIT_VARIABLE, text)
    with pytest.raises(ValueError, match="must be a number of at least 0"):
        pack(images)
    assert not folder.exists()


def test_missing_or_unreadable_cache_is_empty(folder: Path) -> None:
    assert cache.cached_files(folder) == []
    assert "0 files, 0 bytes" in cache_report.table(folder)
    folder.write_text("a file where the folder should be")
    assert cache.cached_files(folder) == []
    cache.trim(folder, keep=folder, log=lambda _: None)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2e13, "20 TB")],
)
def test_size_text_is_for_people(count: float, text: str) -> None:
    assert cache.size_text(count) == text


def test_foreign_names_are_printed_safely(folder: Path) -> None:
    write(folder / packed("\x1b[2Jname"))
    assert "\x1b" not in cache_report.table(folder)
