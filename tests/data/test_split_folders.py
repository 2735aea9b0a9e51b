"""Folders that hold splits, and classes that are called as a split is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from image_folders import Opener, greys, save

from tfgan_zoo.data import DataRequest, splits, splits_in_name
from tfgan_zoo.data.split_folders import parse_split


@pytest.fixture
def folder(tmp_path: Path) -> Opener:
    (tmp_path / "images").mkdir()
    return Opener(tmp_path / "images", tmp_path / "cache")


def save_splits(root: Path, *names: str) -> None:
    for number, split in enumerate(names):
        for offset, name in enumerate(("cat", "dog")):
            save(root / split / name / "x.png", 10 * number + offset)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        *(("train", "train"), ("Training", "train"), ("TRAIN", "train")),
        *(
            ("train_images", "train"),
            ("trainset", "train"),
            ("trainA", "train"),
        ),
        *(("val2017", "validation"), ("valid", "validation")),
        *(("dev-set", "validation"), ("Testing", "test"), ("test_1", "test")),
        *(("trainer", ""), ("best", ""), ("tested", ""), ("train_test", "")),
        *(
            ("steam train", ""),
            ("set", ""),
            ("", ""),
            ("1", ""),
            ("val\u00e9", ""),
        ),
    ],
)
def test_a_split_is_known_by_its_name(name: str, split: str) -> None:
    assert parse_split(name) == split


@pytest.mark.parametrize(
    "names",
    [("train", "val", "test"), ("Training", "Testing"), ("val", "test")],
)
def test_a_folder_of_splits_must_be_asked_for_one(
    folder: Opener, names: tuple[str, ...]
) -> None:
    save_splits(folder.root, *names)
    with pytest.raises(
        ValueError, match="--split=(train|validation)"
    ) as caught:
        folder()
    assert ", ".join(names) in str(caught.value)


@pytest.mark.parametrize(
    ("split", "first"),
    [
        *(("train", 0), ("training", 0), ("valid", 10), ("val", 10)),
        *(("validation", 10), ("test", 20), ("Testing", 20)),
    ],
)
def test_a_split_that_is_asked_for_is_taken_alone(
    folder: Opener, split: str, first: int
) -> None:
    save_splits(folder.root, "train", "valid", "Test")
    examples = folder(split=split)
    assert examples.spec.class_names == ("cat", "dog")
    assert examples.spec.name == "images"
    assert greys(examples) == [first, first + 1]
    assert examples.path == str(folder.root.resolve())


def test_a_split_that_is_not_there_lists_those_that_are(
    folder: Opener,
) -> None:
    save_splits(folder.root, "train", "test")
    with pytest.raises(ValueError, match="one of: train, test. Received: val"):
        folder(split="val")
    save_splits(folder.root, "test2")
    with pytest.raises(ValueError, match="of: test, test2. Received: Testing"):
        folder(split="Testing")
    assert greys(folder(split="test2")) == [0, 1]


@pytest.mark.parametrize("name", ["train", "test"])
def test_the_only_split_is_taken_and_said(folder: Opener, name: str) -> None:
    save_splits(folder.root, name)
    assert folder().spec.class_names == ("cat", "dog")
    assert folder.lines[0].startswith(f"Taking the split {name} of ")


@pytest.mark.parametrize("name", ["train", "test"])
def test_a_class_called_as_a_split_beside_others_stays_one(
    folder: Opener, name: str
) -> None:
    for class_name in (name, "car", "ship"):
        save(folder.root / class_name / "x.png")
    assert sorted(folder().spec.class_names) == sorted((name, "car", "ship"))
    assert folder.lines[0].startswith(f"Taking {name} for a class")


def test_splits_beside_folders_without_images_are_splits(
    folder: Opener,
) -> None:
    save_splits(folder.root, "train")
    (folder.root / "annotations").mkdir()
    (folder.root / "annotations" / "list.mat").write_text("text")
    assert folder().spec.class_names == ("cat", "dog")


def test_splits_beside_other_images_must_be_asked_for(folder: Opener) -> None:
    save_splits(folder.root, "train", "test", "extra")
    with pytest.raises(ValueError, match="--split=train"):
        folder()


@pytest.mark.parametrize(
    ("within", "advice"),
    [
        (("photos",), "photos; give that one, with --split=train"),
        (("cat", "dog"), "move them to train/cat"),
        (("A", "B"), "pairs are --dataset=pairs:/"),
    ],
)
def test_splits_below_the_top_are_refused(
    folder: Opener, within: tuple[str, ...], advice: str
) -> None:
    for name in within:
        save_splits(folder.root / name, "train", "test")
    with pytest.raises(ValueError, match=advice):
        folder()


def test_splits_of_a_folder_are_listed_by_what_they_stand_for(
    folder: Opener,
) -> None:
    request = DataRequest(str(folder.root))
    save(folder.root / "a.png")
    assert splits(request) == ("train",)
    (folder.root / "a.png").unlink()
    save_splits(folder.root, "Training", "val", "Testing")
    assert splits(request) == ("train", "validation", "test")


def test_labels_of_a_split_are_those_of_the_training(folder: Opener) -> None:
    """Though the first class is missing from it."""
    save_splits(folder.root, "train")
    save(folder.root / "test" / "dog" / "x.png")
    class_names = folder(split="train").spec.class_names
    examples = folder(split="test", class_names=class_names)
    assert examples.read([0])["label"].tolist() == [1]


@pytest.mark.parametrize(
    "names",
    [("seg_train", "seg_test", "seg_pred"), ("cars_test", "cars_train")],
)
def test_splits_that_share_further_words_must_be_asked_for(
    folder: Opener, names: tuple[str, ...]
) -> None:
    save_splits(folder.root, *names)
    with pytest.raises(ValueError, match="needs `split`, such as --split="):
        folder()
    number = [name.endswith("train") for name in names].index(True)
    assert greys(folder(split="train")) == [10 * number, 10 * number + 1]


def test_a_word_of_a_split_in_the_names_of_classes_makes_none(
    folder: Opener,
) -> None:
    save(folder.root / "steam train" / "x.png")
    save(folder.root / "crash test" / "x.png")
    assert folder().spec.class_names == ("crash test", "steam train")


@pytest.mark.parametrize("outer", ["train", "seg_train"])
def test_a_split_wrapped_in_a_folder_of_its_name_is_unwrapped(
    folder: Opener, outer: str
) -> None:
    test = outer.replace("train", "test")
    save_splits(folder.root / outer, outer)
    save_splits(folder.root / test, test)
    assert folder(split="train").spec.class_names == ("cat", "dog")
    assert len(folder(split="test")) == 2


def test_splits_within_the_only_split_are_no_classes(folder: Opener) -> None:
    save_splits(folder.root / "train", "train", "val")
    with pytest.raises(ValueError, match="needs `split`.* with train, val"):
        folder()
    assert greys(folder(split="val")) == [10, 11]
    assert splits(DataRequest(str(folder.root))) == ("train", "validation")


def test_what_is_left_of_a_set_without_images_to_train_with_is_refused(
    folder: Opener,
) -> None:
    save_splits(folder.root, "test")
    (folder.root / "train").mkdir()
    with pytest.raises(ValueError, match="must have an image in train"):
        folder()
    assert greys(folder(split="test")) == [0, 1]


@pytest.mark.parametrize("split", ["train[:50%]", "train/cat", " train", ""])
def test_a_split_is_taken_by_its_whole_name_alone(
    folder: Opener, split: str
) -> None:
    save_splits(folder.root, "train", "test")
    with pytest.raises(ValueError, match="`split`"):
        folder(split=split)


def test_links_that_lead_nowhere_do_not_matter(folder: Opener) -> None:
    save_splits(folder.root, "train")
    (folder.root / "one").symlink_to("other")
    (folder.root / "other").symlink_to("one")
    assert folder().spec.class_names == ("cat", "dog")


def test_a_folder_that_cannot_be_listed_is_reported_in_a_line(
    folder: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> list[str]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(PermissionError, match="that can be read.*denied"):
        folder()


@pytest.mark.parametrize(
    ("name", "splits"),
    [
        (None, {"train"}),
        ("TEST", {"test"}),
        ("seg_test", {"test"}),
        ("val2017", {"validation"}),
        ("test[:50%]", {"test"}),
        ("train+validation", {"train", "validation"}),
        ("unlabelled", set()),
    ],
)
def test_a_name_tells_of_all_splits_in_it(
    name: str | None, splits: set[str]
) -> None:
    assert splits_in_name(name) == splits
