from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from image_folders import save
from PIL import Image

from tfgan_zoo.data import (
    DataRequest,
    Feature,
    are_folders_present,
    batches,
    load_examples,
    splits,
)


class Pairs:
    """Opens `pairs:` of a folder with a cache of its own."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root, self.cache = root, cache
        self.lines: list[str] = []

    def request(self, **fields: Any) -> DataRequest:
        fields = {"image_size": 4, "cache_dir": str(self.cache), **fields}
        return DataRequest(f"pairs:{self.root}", **fields)

    def __call__(self, **fields: Any) -> Any:
        self.lines.clear()
        return load_examples(self.request(**fields), log=self.lines.append)

    def greys(self, **fields: Any) -> list[tuple[int, int]]:
        """(source, image) of each example."""
        examples = self(**fields)
        arrays = examples.read(np.arange(len(examples)))
        return [
            (int(source[0, 0, 0]), int(image[0, 0, 0]))
            for source, image in zip(arrays["source"], arrays["image"])
        ]


@pytest.fixture
def pairs(tmp_path: Path) -> Pairs:
    return Pairs(tmp_path / "pairs", tmp_path / "cache")


@pytest.mark.parametrize(
    ("a", "b", "split"),
    [
        ("A", "B", None),
        ("a", "b", "train"),
        ("train_a", "train_b", None),
        ("trainA", "trainB", "train"),
        ("A/train", "B/train", "train"),
        ("train/A", "train/B", "train"),
        ("train/A", "train/B", None),
    ],
)
def test_files_of_equal_names_in_two_folders_are_pairs(
    pairs: Pairs, a: str, b: str, split: str | None
) -> None:
    for number in (1, 2, 3):
        save(pairs.root / a / f"{number}.png", number)
        ending = "bmp" if number == 2 else "png"
        save(pairs.root / b / f"{number}.{ending}", 10 * number)
    assert pairs.greys(split=split) == [(1, 10), (2, 20), (3, 30)]
    spec = pairs(split=split).spec
    assert spec.features == {
        "image": Feature("image", (4, 4, 3), "uint8"),
        "source": Feature("image", (4, 4, 3), "uint8"),
    }
    assert not any(line.startswith("Packed") for line in pairs.lines)


def test_halves_of_an_image_are_a_pair(pairs: Pairs) -> None:
    pixels = np.repeat(np.array([[7, 90]], np.uint8), 8, axis=1).repeat(8, 0)
    pairs.root.mkdir()
    Image.fromarray(pixels).save(pairs.root / "1.png")
    save(pairs.root / "2.png", 5, size=(15, 8))
    assert pairs.greys(channels=1) == [(7, 90)]
    assert "left half" in pairs.lines[0]
    assert any("Skipped 2.png: 15 pixels wide" in line for line in pairs.lines)


def test_splits_are_chosen_by_name(pairs: Pairs) -> None:
    for split, grey in (("train", 1), ("val", 2)):
        for side in "ab":
            save(pairs.root / f"{split}_{side}" / "x.png", grey)
    assert splits(pairs.request()) == ("train", "validation")
    assert pairs.greys(split="validation") == [(2, 2)]
    assert pairs.greys(split="val") == [(2, 2)]
    with pytest.raises(ValueError, match="one of: train, validation"):
        pairs(split="test")
    with pytest.raises(
        ValueError, match="needs `split`, such as --split=train"
    ):
        pairs()


def test_images_side_by_side_have_splits_too(pairs: Pairs) -> None:
    for split, grey in (("train", 1), ("val", 2)):
        save(pairs.root / split / "x.png", grey, size=(16, 8))
    assert splits(pairs.request()) == ("train", "validation")
    assert pairs.greys(split="val") == [(2, 2)]
    with pytest.raises(ValueError, match="needs `split`"):
        pairs()


def test_what_is_no_pair_is_named_and_left_out(pairs: Pairs) -> None:
    save(pairs.root / "A" / "sound.png", 1)
    save(pairs.root / "B" / "sound.png", 2)
    save(pairs.root / "A" / "alone.png")
    save(pairs.root / "B" / "other.png")
    save(pairs.root / "A" / "small.png")
    save(pairs.root / "B" / "small.png", size=(8, 6))
    save(pairs.root / "A" / "torn.png")
    (pairs.root / "B" / "torn.png").write_bytes(b"")
    save(pairs.root / "A" / "twice.png")
    save(pairs.root / "A" / "twice.bmp")
    save(pairs.root / "B" / "twice.png")
    assert pairs.greys() == [(1, 2)]
    text = "\n".join(pairs.lines)
    for part in (
        "A/alone.png: has no partner in B.",
        "B/other.png: has no partner in A.",
        "A/small.png: 8 x 8 pixels, its partner 8 x 6.",
        "A/torn.png: its partner: empty file.",
        "A/twice.bmp: shares its name with another file.",
        "B/twice.png: shares its name with another file.",
        "Skipped 7 of 8 images of",
    ):
        assert part in text
    with pytest.raises(ValueError, match=r"A/alone.png \(has no partner in B"):
        pairs(strict=True)


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        (["A"], "must have `B` beside `A`"),
        (["train_b"], "must have `B` beside `A`"),
        (["A/x", "B/y"], "must have the same names.*such as A/x/0.png"),
        (["maps/A", "maps/B"], "must lie at its top.*with both in maps"),
    ],
)
def test_folders_without_pairs_are_refused(
    pairs: Pairs, folders: list[str], message: str
) -> None:
    for number, folder in enumerate(folders):
        save(pairs.root / folder / f"{number}.png")
    with pytest.raises(ValueError, match=message):
        pairs()


def test_images_beside_both_folders_are_named(pairs: Pairs) -> None:
    for side in "AB":
        save(pairs.root / side / "1.png")
    for name in ("left over.png", "notes.txt"):
        (pairs.root / name).touch()
    assert len(pairs()) == 1
    assert "Left out images beside `A` and `B`: left over.png." in pairs.lines


def test_a_folder_linked_to_the_other_is_refused(pairs: Pairs) -> None:
    save(pairs.root / "A" / "1.png")
    (pairs.root / "B").symlink_to("A")
    with pytest.raises(ValueError, match="must be different folders"):
        pairs()


def test_examples_know_where_the_pairs_are(
    pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for side in "AB":
        save(pairs.root / side / "1.png")
    monkeypatch.chdir(pairs.root.parent)
    request = DataRequest("pairs:pairs", 4, cache_dir=str(pairs.cache))
    path = load_examples(request, log=lambda _: None).path
    assert path == f"pairs:{pairs.root.resolve()}"
    assert are_folders_present(path) and are_folders_present("pairs:pairs")
    assert not are_folders_present(f"{path}x")


def test_missing_folders_are_refused(pairs: Pairs) -> None:
    with pytest.raises(FileNotFoundError, match="a folder that exists"):
        pairs()
    with pytest.raises(ValueError, match="the path of a folder of pairs"):
        load_examples(DataRequest("pairs:"))


def test_content_depends_on_both_images(pairs: Pairs) -> None:
    for side in "AB":
        save(pairs.root / side / "x.png", 1)
    before = pairs().fingerprint
    for side in "AB":
        path = pairs.root / side / "x.png"
        save(path, 2)
        assert pairs().fingerprint != before
        save(path, 1)
        assert pairs().fingerprint == before


def test_batches_keep_pairs_together_in_memory_and_on_disk(
    pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        save(pairs.root / "A" / f"{number}.png", number)
        save(pairs.root / "B" / f"{number}.png", 100 + number)
    dataset = batches(pairs(), batch_size=4, seed=0)
    monkeypatch.setattr("tfgan_zoo.data.store.IN_MEMORY_BYTES", 0)
    from_file = batches(pairs(), batch_size=4, seed=0)
    for batch, other in zip(dataset.take(5), from_file.take(5)):
        assert batch["image"].shape == batch["source"].shape == (4, 4, 4, 3)
        difference = (batch["image"] - batch["source"]) * 127.5
        np.testing.assert_allclose(difference, 100, atol=1e-4)
        for name in ("image", "source"):
            np.testing.assert_array_equal(batch[name], other[name])


def test_pairs_become_rectangles_where_a_width_is_given(pairs: Pairs) -> None:
    for side, grey in (("A", 1), ("B", 10)):
        save(pairs.root / side / "x.png", grey)
    examples = pairs(image_width=6)
    assert examples.spec.image_shape == (4, 6, 3)
    arrays = examples.read(np.array([0]))
    assert arrays["image"].shape == arrays["source"].shape == (1, 4, 6, 3)
    assert pairs().spec.image_shape == (4, 4, 3)
