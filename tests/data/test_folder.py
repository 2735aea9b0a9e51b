from __future__ import annotations

import errno
import os
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from image_folders import Opener, greys, labels, save
from PIL import Image

from tfgan_zoo.data import decode as decoding
from tfgan_zoo.data import packing, store
from tfgan_zoo.data.decode import decode


@pytest.fixture
def folder(tmp_path: Path) -> Opener:
    (tmp_path / "images").mkdir()
    return Opener(tmp_path / "images", tmp_path / "cache")


def test_folder_with_class_folders_labels_by_sorted_name(
    folder: Opener,
) -> None:
    save(folder.root / "roses" / "deep" / "z.png", 3)
    save(folder.root / "roses" / "a.png", 2, (30, 7))
    save(folder.root / "Daisies" / "x.jpg", 1, (5, 9))
    (folder.root / "empty").mkdir()
    examples = folder()
    assert examples.spec.class_names == ("Daisies", "roses")
    assert examples.spec.name == "images"
    assert examples.spec.image_shape == (4, 4, 3)
    assert greys(examples) == [1, 2, 3]
    assert labels(examples) == [0, 1, 1]


def test_folder_without_class_folders_is_unlabelled(folder: Opener) -> None:
    for name, grey in (("b", 2), ("a", 1), ("c.jpeg", 3)):
        save(folder.root / f"{name}.png", grey)
    examples = folder(channels=1, image_size=None)
    assert examples.spec.class_names == ()
    assert examples.spec.image_shape == (64, 64, 1)
    assert greys(examples) == [1, 2, 3]
    assert list(examples.read(np.arange(3))) == ["image"]


def test_folder_with_images_beside_class_folders_raises(
    folder: Opener,
) -> None:
    save(folder.root / "a.png", 1)
    save(folder.root / "roses" / "b.png", 2)
    with pytest.raises(ValueError, match="not both.* 1 images .* roses"):
        folder()


def test_folder_with_other_files_passes_over_or_names_them(
    folder: Opener,
) -> None:
    save(folder.root / "roses" / "a.png", 1)
    save(folder.root / "roses" / ".hidden.png", 9)
    save(folder.root / ".git" / "a.png", 9)
    save(folder.root / "__MACOSX" / "a.png", 9)
    for name in ("LICENSE.txt", "labels.csv", "Thumbs.db", "roses/meta.JSON"):
        (folder.root / name).write_text("text")
    assert folder(strict=True).skipped == ()
    (folder.root / "README").write_text("text")
    (folder.root / "roses" / "README").write_text("text")
    skipped = folder().skipped
    assert [one.path for one in skipped] == ["README", "roses/README"]
    assert "no class" in skipped[0].reason
    assert "not an image" in skipped[1].reason


def test_folder_with_broken_images_names_and_counts_them(
    folder: Opener,
) -> None:
    save(folder.root / "good.png", 7)
    for number in range(25):
        (folder.root / f"bad{number:02}.png").write_bytes(b"")
    (folder.root / "line\nend.png").write_bytes(b"text")
    for expected_packed in (True, False):
        examples = folder()
        assert folder.packed is expected_packed
        assert greys(examples) == [7]
        assert len(examples.skipped) == 26
        named = [line for line in folder.lines if line.startswith("Skipped b")]
        assert len(named) == 20
        assert named[3] == "Skipped bad03.png: empty file."
        assert "... and 6 more." in folder.lines
        assert folder.lines[-1].startswith("Skipped 26 of 27 images of ")
        assert not any("\n" in line for line in folder.lines)


@pytest.mark.parametrize("packed_before", [True, False])
def test_folder_when_strict_raises_at_the_first_broken_image(
    folder: Opener, packed_before: bool
) -> None:
    save(folder.root / "a.png", 7)
    (folder.root / "b\n.png").write_bytes(b"")
    (folder.root / "c.png").write_bytes(b"")
    if packed_before:
        folder()
    with pytest.raises(ValueError, match=r"'b\\n.png' \(empty file\)"):
        folder(strict=True)
    if not packed_before:
        assert not list(folder.cache.iterdir())


def test_folder_with_none_left_raises_and_names_them(folder: Opener) -> None:
    with pytest.raises(ValueError, match=r"at least one .* \(0 files"):
        folder()
    (folder.root / "a.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"at least one .* \(1 files"):
        folder()
    assert "Skipped a.png: empty file." in folder.lines
    assert not list(folder.cache.iterdir())


def test_folder_that_is_missing_raises(folder: Opener) -> None:
    folder.root = folder.root / "none"
    with pytest.raises(FileNotFoundError, match="that exists.*none"):
        folder()


def test_folder_of_another_split_raises(folder: Opener) -> None:
    with pytest.raises(ValueError, match="`split` .* Received: test"):
        folder(split="test")


def test_folder_when_opened_again_comes_from_the_cache(
    folder: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(folder.root / "a.png", 1)
    first = folder()
    assert folder.packed

    def decode_all(source: Any) -> None:
        raise AssertionError("Must not be decode_all again.")

    monkeypatch.setattr("tfgan_zoo.data.packing.decode_all", decode_all)
    assert greys(folder()) == greys(first)
    assert folder.lines == []


@pytest.mark.parametrize("change", ["edit", "touch", "add", "remove", "rename"])
def test_folder_when_a_file_changes_is_read_again(
    folder: Opener, change: str
) -> None:
    for name, grey in (("a", 1), ("b", 2)):
        save(folder.root / f"{name}.png", grey)
    folder()
    file = folder.root / "b.png"
    wanted = [1, 2]
    if change == "edit":
        save(file, 5)
        wanted = [1, 5]
    elif change == "touch":
        os.utime(file, ns=(0, 12345))
    elif change == "add":
        save(folder.root / "c.png", 3)
        wanted = [1, 2, 3]
    elif change == "remove":
        file.unlink()
        wanted = [1]
    else:
        file.rename(folder.root / "0.png")
        wanted = [2, 1]
    examples = folder()
    assert folder.packed
    assert greys(examples) == wanted


def test_folder_when_a_file_changes_with_its_time_and_size_kept_is_read_again(
    folder: Opener,
) -> None:
    file = folder.root / "a.bmp"
    save(file, 1)
    folder()
    before = file.stat()
    save(file, 5)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns) == (
        before.st_size,
        before.st_mtime_ns,
    )
    assert greys(folder()) == [5]


@pytest.mark.parametrize(
    ("error", "is_kept"),
    [
        (OSError(errno.EIO, "Input/output error"), False),
        (OSError(errno.EMFILE, "Too many open files"), False),
        (MemoryError(), False),
        (PermissionError(errno.EACCES, "Permission denied"), True),
    ],
)
def test_folder_reads_again_what_the_disk_failed_to_give(
    folder: Opener,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    is_kept: bool,
) -> None:
    for number in (1, 2):
        save(folder.root / f"{number}.png", number)

    def fail(source: str, *arguments: Any) -> np.ndarray:
        if source.endswith("2.png"):
            raise error
        return attempt(source, *arguments)

    attempt = decoding._decode_or_repair
    with monkeypatch.context() as patch:
        patch.setattr(decoding, "_decode_or_repair", fail)
        assert greys(folder()) == [1]
    assert greys(folder()) == ([1] if is_kept else [1, 2])


@pytest.mark.parametrize("field", [{"image_size": 5}, {"channels": 1}])
def test_folder_in_another_form_is_read_again(
    folder: Opener, field: dict[str, int]
) -> None:
    save(folder.root / "a.png", 1)
    folder()
    examples = folder(**field)
    assert folder.packed
    assert examples.spec.image_shape in ((5, 5, 3), (4, 4, 1))


def test_folder_when_its_cache_file_is_cut_is_read_again(
    folder: Opener,
) -> None:
    save(folder.root / "a.png", 1)
    folder()
    (cached,) = folder.cache.iterdir()
    whole = cached.read_bytes()
    cached.write_bytes(whole[:-1])
    assert greys(folder()) == [1]
    assert folder.packed
    assert cached.read_bytes() == whole


def test_folder_when_cache_cannot_be_written_says_so(folder: Opener) -> None:
    save(folder.root / "a.png", 1)
    folder.cache.write_text("a file, not a folder")
    with pytest.raises(OSError, match="cache folder must be writable"):
        folder()


def test_folder_with_links_follows_all_but_loops(folder: Opener) -> None:
    save(folder.root / "a" / "1.png", 1)
    save(folder.root.parent / "outside" / "2.png", 2)
    (folder.root / "b").symlink_to(folder.root.parent / "outside")
    (folder.root / "a" / "loop").symlink_to(folder.root)
    (folder.root / "a" / "self").symlink_to(folder.root / "a")
    (folder.root / "a" / "gone.png").symlink_to(folder.root / "nowhere")
    examples = folder()
    assert greys(examples) == [1, 2]
    assert [one.path for one in examples.skipped] == ["a/gone.png"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_folder_with_a_pipe_does_not_wait_for_it(folder: Opener) -> None:
    save(folder.root / "a.png", 1)
    os.mkfifo(folder.root / "b.png")
    assert folder().skipped[0].reason == "not a regular file"


def test_folder_in_threads_keeps_the_order(
    folder: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_IMAGES_PER_TASK", 3)
    wanted = []
    for number in range(100):
        # Of very different sizes, so that some take longer.
        side = 300 if number % 7 == 0 else 5
        save(folder.root / f"{number:03}.bmp", number, (side, side))
        wanted.append(number)
    assert greys(folder()) == wanted


def test_folder_never_decodes_far_ahead(
    folder: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_MAX_THREADS", 2)
    monkeypatch.setattr(packing, "_IMAGES_PER_TASK", 1)
    for number in range(40):
        save(folder.root / f"{number}.png", number)
    ahead, most = 0, 0
    lock = threading.Lock()

    def counting_decode(path: str, shape: Any, **scale: Any) -> np.ndarray:
        nonlocal ahead, most
        with lock:
            ahead += 1
            most = max(most, ahead)
        return decode(path, shape, **scale)

    class CountingFile:
        def __init__(self, file: Any) -> None:
            self.file = file

        def write(self, data: bytes) -> int:
            nonlocal ahead
            if len(data) == 4 + 4 * 4 * 3:  # a record
                with lock:
                    ahead -= 1
            return self.file.write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    monkeypatch.setattr("tfgan_zoo.data.folder.decode", counting_decode)
    whole_or_nothing = _wrapped_writer(CountingFile)
    monkeypatch.setattr(
        "tfgan_zoo.data.packed._write_atomically", whole_or_nothing
    )
    assert len(folder()) == 40
    assert ahead == 0
    assert 1 <= most <= 8


def _wrapped_writer(wrapper: Any) -> Any:
    import contextlib

    from tfgan_zoo.data import packed

    original = packed._write_atomically

    @contextlib.contextmanager
    def wrapped(path: Path) -> Any:
        with original(path) as file:
            yield wrapper(file)

    return wrapped


def test_folder_with_odd_images_prints_and_warns_nothing(
    folder: Opener, capfd: pytest.CaptureFixture[str]
) -> None:
    save(folder.root / "a.png", 1)
    Image.new("1", (9_000, 9_999)).save(folder.root / "warns.png")
    filters = list(warnings.filters)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        folder()
    assert caught == []
    assert warnings.filters == filters
    assert capfd.readouterr() == ("", "")


def test_folder_read_from_the_file_equals_in_memory(
    folder: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        save(folder.root / "ab"[number % 2] / f"{number}.png", number)
    in_memory = folder()
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", 0)
    from_file = folder()
    assert isinstance(from_file._rows, store.FileRows)
    assert greys(from_file) == greys(in_memory)
    assert labels(from_file) == labels(in_memory)


def test_folder_of_damaged_files_skips_eleven(
    damaged_images: Path, folder: Opener
) -> None:
    folder.root = damaged_images
    examples = folder(image_size=64)
    assert len(examples) == 25
    assert len(examples.skipped) == 11
    assert all(
        one.path.startswith(("bad_", "bomb_")) for one in examples.skipped
    )
    assert folder.lines[-1].startswith("Skipped 11 of 36 images")


def test_folder_of_the_shared_flowers_has_five_classes(
    shared_data: Path, folder: Opener
) -> None:
    folder.root = shared_data / "image_folders" / "flower_photos_64"
    examples = folder(image_size=16, strict=True)
    assert len(examples) == 500
    assert examples.spec.class_names[0] == "daisy"
    counts = np.bincount(labels(examples), minlength=5)
    assert (counts == 100).all()


def test_folder_content_does_not_depend_on_place_size_or_channels(
    folder: Opener,
) -> None:
    for name, grey in (("a/1", 1), ("b/2", 2)):
        save(folder.root / f"{name}.png", grey)
    before = folder().content
    assert folder(image_size=5, channels=1).content == before
    folder.root = folder.root.rename(folder.root.parent / "others")
    assert folder().content == before
    assert folder().path == str(folder.root.resolve())


def test_folder_content_changes_with_any_file(folder: Opener) -> None:
    for name, grey in (("1", 1), ("2", 2)):
        save(folder.root / f"{name}.png", grey)
    before = folder().content
    save(folder.root / "2.png", 3)
    assert folder().fingerprint != before.fingerprint
    save(folder.root / "2.png", 2)
    assert folder().fingerprint == before.fingerprint
    (folder.root / "1.png").rename(folder.root / "3.png")
    after = folder().content
    assert after.fingerprint != before.fingerprint
    assert after.unordered == before.unordered


def test_folder_that_holds_the_cache_is_read_once(folder: Opener) -> None:
    save(folder.root / "1.png", 1)
    folder.cache = folder.root / "cache"
    for is_packed in (True, False):
        assert greys(folder()) == [1]
        assert folder.packed == is_packed
