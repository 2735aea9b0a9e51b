"""Which folders are classes, and how they are numbered."""

from __future__ import annotations

import os
import time
import unicodedata
from pathlib import Path

import pytest
from image_folders import Opener, greys, labels, save, write_run

from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import ignored_folders, walk
from tfgan_zoo.data.class_names import natural_key
from tfgan_zoo.data.ignored_folders import pseudo_devices
from tfgan_zoo.training import config_file

CAFE = unicodedata.normalize("NFC", "caf\u00e9")
CAFE_DECOMPOSED = unicodedata.normalize("NFD", CAFE)


@pytest.fixture
def folder(tmp_path: Path) -> Opener:
    (tmp_path / "images").mkdir()
    return Opener(tmp_path / "images", tmp_path / "cache")


def test_natural_order_compares_numbers_as_numbers() -> None:
    names = ["b", "img10", "10", "img2", "2", "a", "img02", "1a", "B"]
    assert sorted(names, key=natural_key) == [
        *("1a", "2", "10", "B", "a", "b", "img02", "img2", "img10"),
    ]


def test_numbered_classes_are_in_the_order_of_their_numbers(
    folder: Opener,
) -> None:
    for number in range(12):
        save(folder.root / str(number) / "x.png", number)
    examples = folder()
    assert examples.spec.class_names == tuple(map(str, range(12)))
    assert greys(examples) == labels(examples) == list(range(12))


def test_files_of_a_flat_folder_stay_in_the_order_of_their_letters(
    folder: Opener,
) -> None:
    """As trainings before natural order had them."""
    for number in (2, 10):
        save(folder.root / f"img{number}.png", number)
    assert greys(folder()) == [10, 2]


def test_folders_without_a_readable_image_are_no_classes(
    folder: Opener,
) -> None:
    save(folder.root / "b" / "1.png", 1)
    save(folder.root / "d" / "2.png", 2)
    for name in ("a/list.mat", "c/broken.jpg", "e/notes.txt"):
        path = folder.root / name
        path.parent.mkdir()
        path.write_text("text")
    for packed in (True, False):
        examples = folder()
        assert folder.packed is packed
        assert examples.spec.class_names == ("b", "d")
        assert labels(examples) == [0, 1]
        line = "Not a class, without an image that can be read: a, c, e."
        assert folder.lines[-1] == line


def test_images_beside_a_folder_of_none_are_unlabelled(folder: Opener) -> None:
    save(folder.root / "1.png", 1)
    (folder.root / "annotations").mkdir()
    (folder.root / "annotations" / "list.mat").write_text("text")
    examples = folder()
    assert examples.spec.class_names == ()
    assert greys(examples) == [1]


@pytest.mark.parametrize(
    ("order", "names", "wanted"),
    [
        # The order of names as texts, as runs of the first version have it.
        (("0", "1", "10", "2"), ("0", "1", "10", "2"), [0, 1, 10, 2]),
        # A class that had no image keeps its number.
        (("0", "00", "1", "2"), ("0", "00", "1", "2", "10"), [0, 1, 2, 10]),
        (("0", "1", "2"), ("0", "1", "2", "10"), [0, 1, 2, 10]),
        # Another data set's.
        (("cat",), ("0", "1", "2", "10"), [0, 1, 2, 10]),
    ],
)
def test_classes_keep_the_numbers_that_a_run_gave_them(
    folder: Opener,
    order: tuple[str, ...],
    names: tuple[str, ...],
    wanted: list[int],
) -> None:
    for number in (0, 1, 2, 10):
        save(folder.root / str(number) / "x.png", number)
    examples = folder(class_names=order)
    assert examples.spec.class_names == names
    assert greys(examples) == wanted
    of_each = [examples.spec.class_names[label] for label in labels(examples)]
    assert of_each == list(map(str, wanted))


def test_order_of_a_run_that_is_natural_needs_no_second_reading(
    folder: Opener,
) -> None:
    for name in ("cat", "dog"):
        save(folder.root / name / "x.png")
    (folder.root / "empty").mkdir()
    (folder.root / "empty" / "x.mat").write_text("text")
    assert folder().spec.class_names == ("cat", "dog")
    folder(class_names=("cat", "dog"))
    assert not folder.packed


def test_class_names_are_composed_in_either_form_of_unicode(
    folder: Opener,
) -> None:
    save(folder.root / CAFE_DECOMPOSED / "x.png")
    assert folder().spec.class_names == (CAFE,)
    save(folder.root / CAFE / "x.png")
    with pytest.raises(ValueError, match=f"encoding.* two called {CAFE}"):
        folder()


def test_classes_that_differ_in_case_alone_are_two(folder: Opener) -> None:
    for name in ("Cat", "cat"):
        save(folder.root / name / "x.png")
    assert folder().spec.class_names == ("Cat", "cat")


@pytest.mark.parametrize(
    "name",
    [
        *("@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information"),
        *("lost+found", "__MACOSX", "@Recycle", "@__thumb", "FOUND.000"),
    ],
)
@pytest.mark.parametrize("within", ["", "cat/"])
def test_folders_of_systems_are_left_out_and_named(
    folder: Opener, name: str, within: str
) -> None:
    save(folder.root / "cat" / "1.png", 1)
    fingerprint = folder().fingerprint
    save(folder.root / f"{within}{name}" / "thumb.jpg", 9)
    examples = folder()
    assert examples.spec.class_names == ("cat",)
    assert greys(examples) == [1]
    assert not folder.packed
    assert examples.fingerprint == fingerprint
    assert folder.lines == [
        f"Left out folders of the system or a storage device: {within}{name}."
    ]


def test_run_folders_among_images_are_left_out_and_named(
    folder: Opener,
) -> None:
    save(folder.root / "1.png", 1)
    fingerprint = folder().fingerprint
    write_run(folder.root / "runs" / "dcgan-images")
    examples = folder()
    assert examples.spec.class_names == ()
    assert examples.fingerprint == fingerprint
    line = "Left out run folders of this package: runs/dcgan-images."
    assert folder.lines == [line]


def test_run_folders_with_a_damaged_config_are_left_out(
    folder: Opener,
) -> None:
    save(folder.root / "cat" / "1.png", 1)
    write_run(folder.root / "run")
    (folder.root / "run" / "config.json").write_text("{")
    assert folder().spec.class_names == ("cat",)


@pytest.mark.parametrize(
    "files",
    [
        ("saved_model/saved_model.pb", "SHA256SUMS"),
        ("saved_model.pb",),
        ("index.html", "model.json"),
        ("index.html", "gallery.json"),
        ("shards.json",),
    ],
)
def test_what_this_package_wrote_is_left_out(
    folder: Opener, files: tuple[str, ...]
) -> None:
    save(folder.root / "cat" / "1.png", 1)
    for name in files:
        path = folder.root / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    save(folder.root / "mine" / "preview.png", 9)
    assert folder().spec.class_names == ("cat",)
    assert folder.lines[0].endswith("of this package: mine.")


@pytest.mark.parametrize(
    "config",
    [
        config_file.to_json(TrainConfig()),
        '{"model": "dcgan", "dataset": "."}',  # of the first version
    ],
)
def test_what_is_left_of_a_run_is_known_by_its_config(
    folder: Opener, config: str
) -> None:
    save(folder.root / "cat" / "1.png", 1)
    save(folder.root / "run" / "samples" / "step_000002.png", 200)
    (folder.root / "run" / "config.json").write_text(config)
    assert folder().spec.class_names == ("cat",)


def test_other_folders_with_a_config_are_classes(folder: Opener) -> None:
    save(folder.root / "cat" / "1.png", 1)
    save(folder.root / "dog" / "samples" / "1.png", 2)
    (folder.root / "dog" / "config.json").write_text('{"camera": "x"}')
    assert folder().spec.class_names == ("cat", "dog")


@pytest.mark.parametrize("inner", ["", "samples", "export/saved_model"])
def test_what_a_training_wrote_is_no_data_set(
    folder: Opener, inner: str
) -> None:
    write_run(folder.root)
    (folder.root / inner).mkdir(parents=True, exist_ok=True)
    save(folder.root / inner / "x.png")
    run = Opener(folder.root / inner, folder.cache)
    with pytest.raises(ValueError, match="run folder"):
        run()


def test_images_that_lie_in_a_run_folder_are_a_data_set(
    folder: Opener,
) -> None:
    write_run(folder.root)
    save(folder.root / "photos" / "1.png", 1)
    photos = Opener(folder.root / "photos", folder.cache)
    assert greys(photos()) == [1]


@pytest.mark.skipif(not pseudo_devices(), reason="needs Linux' mounts")
@pytest.mark.parametrize("path", ["/proc", "/proc/self", "/"])
def test_file_systems_without_files_are_refused_at_once(path: str) -> None:
    start = time.monotonic()
    with pytest.raises(ValueError, match="must be a folder of images"):
        Opener(Path(path), Path("unused"))()
    assert time.monotonic() - start < 5.0


@pytest.mark.skipif(not pseudo_devices(), reason="needs Linux' mounts")
def test_links_into_a_pseudo_file_system_are_left_out(folder: Opener) -> None:
    save(folder.root / "1.png", 1)
    (folder.root / "kernel").symlink_to("/proc")
    (folder.root / "core.png").symlink_to("/proc/version")
    assert greys(folder()) == [1]
    assert folder.lines[0] == f"Left out {ignored_folders.PSEUDO}: kernel."


def test_folder_of_many_files_without_an_image_ends_early(
    folder: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "_MAX_WITHOUT_IMAGE", 1000)
    for number in range(1000):
        (folder.root / f"{number}.o").write_bytes(b"object")
    with pytest.raises(ValueError, match="without one among its first 1,000"):
        folder()
    save(folder.root / "image.png")
    (folder.root / "image.png").rename(folder.root / "700.o")
    assert len(folder()) == 1


def test_folder_of_a_thousand_levels_is_walked(folder: Opener) -> None:
    save(folder.root / "1.png", 1)
    deep = str(folder.root)
    for _ in range(1000):
        deep += "/d"
        os.mkdir(deep)
    (folder.root / "1.png").rename(f"{deep}/1.png")
    try:
        assert greys(folder()) == [1]
    finally:  # What removes folders may not go so deep.
        os.remove(f"{deep}/1.png")
        while deep != str(folder.root):
            os.rmdir(deep)
            deep = os.path.dirname(deep)


def test_folders_with_line_ends_in_their_names_are_reported_in_one(
    folder: Opener,
) -> None:
    save(folder.root / "cat" / "1.png", 1)
    (folder.root / "a\nb").mkdir()
    folder()
    assert folder.lines[-1].endswith("be read: 'a\\nb'.")


def test_samples_of_a_run_are_left_out_without_its_config(
    folder: Opener,
) -> None:
    """A run that lost it, a copy of its grids, and a link to them."""
    save(folder.root / "cat" / "x.png")
    write_run(folder.root / "run", "metrics.jsonl", "report.html")
    save(folder.root / "samples" / "step_000100.png")
    write_run(folder.cache / "whole")
    (folder.root / "grids").symlink_to(folder.cache / "whole" / "samples")
    assert folder().spec.class_names == ("cat",)
    named = " ".join(folder.lines)
    assert all(name in named for name in ("run", "samples", "grids"))


def test_a_class_called_samples_of_other_images_is_one(folder: Opener) -> None:
    save(folder.root / "samples" / "cat.png")
    save(folder.root / "samples" / "step_000100.png")
    assert folder().spec.class_names == ("samples",)


def test_class_folders_within_the_only_folder_are_named(folder: Opener) -> None:
    for number, name in enumerate(("dog", "cat")):
        save(folder.root / "pets" / name / "x.png", number)
    assert folder().spec.class_names == ("pets",)
    (line,) = [line for line in folder.lines if "one class" in line]
    assert f"pets; --dataset={folder.root / 'pets'} makes classes" in line
    assert line.endswith("in it: cat, dog.")
    save(folder.root / "pets" / "x.png")
    folder()
    assert not [line for line in folder.lines if "one class" in line]
