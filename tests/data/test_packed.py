from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tfgan_zoo.data import DatasetSpec, Examples, store
from tfgan_zoo.data.content import Content
from tfgan_zoo.data.packed import Decoded, Result, open_packed, write_packed

SPEC = DatasetSpec("name", 3, 4, 3, ("a", "b", "c"))
COUNT = 20
IMAGES = np.random.default_rng(0).integers(0, 256, (COUNT, 3, 4, 3), np.uint8)
LABELS = np.arange(COUNT, dtype=np.int32) % 3
SKIPPED = (
    store.Skipped("a/b.png", "truncated"),
    store.Skipped("\udcff\n.png", "empty file"),
)


def results() -> Iterator[Result]:
    yield SKIPPED[0]
    for image, label in zip(IMAGES, LABELS):
        yield Decoded({"image": image}, int(label))
    yield SKIPPED[1]


def opened(path: Path) -> Examples:
    examples = open_packed(path, SPEC)
    assert examples is not None
    return examples


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "folder" / "name.examples"
    write_packed(path, SPEC, results())
    return path


@pytest.mark.parametrize("in_memory", [True, False])
def test_packed_when_opened_gives_back_what_was_written(
    packed: Path, in_memory: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 2**20 if in_memory else 0
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", limit)
    examples = opened(packed)
    rows = store.MemoryRows if in_memory else store.FileRows
    assert isinstance(examples._rows, rows)
    assert len(examples) == COUNT
    assert examples.spec == SPEC
    assert examples.skipped == SKIPPED
    indices = np.array([19, 0, 7, 7])
    images, labels = examples.read(indices).values()
    np.testing.assert_array_equal(images, IMAGES[indices])
    np.testing.assert_array_equal(labels, LABELS[indices])
    assert (images.dtype, labels.dtype) == (np.uint8, np.int32)


def test_packed_without_pread_reads_the_same(
    packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", 0)
    monkeypatch.delattr(os, "pread", raising=False)
    images, labels = opened(packed).read(np.arange(COUNT)[::-1]).values()
    np.testing.assert_array_equal(images, IMAGES[::-1])
    np.testing.assert_array_equal(labels, LABELS[::-1])


@pytest.mark.parametrize("index", [-1, COUNT])
@pytest.mark.parametrize("limit", [0, 2**20])
def test_examples_when_index_is_out_of_range_raise(
    packed: Path, index: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", limit)
    with pytest.raises(IndexError, match=f"from 0 to 19. Received: .*{index}"):
        opened(packed).read(np.array([0, index]))


@pytest.mark.parametrize("kept", [0, 5, 15, 100, 0.5, -1, -16, -17, -40])
def test_packed_when_cut_short_is_not_opened(packed: Path, kept: float) -> None:
    whole = packed.read_bytes()
    size = int(len(whole) * kept) if isinstance(kept, float) else kept
    packed.write_bytes(whole[:size])
    assert open_packed(packed, SPEC) is None
    packed.write_bytes(whole)
    assert open_packed(packed, SPEC) is not None


def test_packed_when_a_record_is_missing_or_too_many_is_not_opened(
    packed: Path,
) -> None:
    whole = packed.read_bytes()
    packed.write_bytes(whole[4 + 36 :])
    assert open_packed(packed, SPEC) is None
    packed.write_bytes(bytes(4 + 36) + whole)
    assert open_packed(packed, SPEC) is None


def test_packed_when_index_is_damaged_is_not_opened(packed: Path) -> None:
    whole = packed.read_bytes()
    packed.write_bytes(whole.replace(b'"count": 20', b'"count": "x'))
    assert open_packed(packed, SPEC) is None
    packed.write_bytes(whole.replace(b'{"spec"', b'\xff"spec"'))
    assert open_packed(packed, SPEC) is None


@pytest.mark.parametrize("place", [0, 40, -1])
def test_packed_when_a_record_is_damaged_is_not_opened(
    packed: Path, place: int
) -> None:
    content = bytearray(packed.read_bytes())
    size = 20 * store.record_type(SPEC).itemsize
    content[place % size] ^= 1
    packed.write_bytes(bytes(content))
    assert open_packed(packed, SPEC) is None


def test_packed_when_of_another_spec_or_missing_is_not_opened(
    packed: Path,
) -> None:
    other = DatasetSpec("name", 4, 3, 3, ("a", "b", "c"))
    assert open_packed(packed, other) is None
    assert open_packed(packed.with_name("other"), SPEC) is None


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_packing_when_it_fails_leaves_nothing(
    tmp_path: Path, error: type[BaseException]
) -> None:
    def failing() -> Iterator[Result]:
        yield from results()
        assert list(tmp_path.iterdir())
        raise error

    with pytest.raises(error):
        write_packed(tmp_path / "x", SPEC, failing())
    assert not list(tmp_path.iterdir())


def test_packing_when_another_does_the_same_keeps_both_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x"

    def interrupted() -> Iterator[Result]:
        for number, result in enumerate(results()):
            if number == 5:
                write_packed(path, SPEC, results())
                assert len(opened(path)) == COUNT
            yield result

    write_packed(path, SPEC, interrupted())
    np.testing.assert_array_equal(
        opened(path).read(np.arange(COUNT))["image"], IMAGES
    )
    assert list(tmp_path.iterdir()) == [path]


def test_packing_removes_what_killed_processes_left(tmp_path: Path) -> None:
    old, young, other = (
        tmp_path / name for name in ("x.1.part", "x.2.part", "y.1.part")
    )
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, times=(time.time() - 7200,) * 2)
    write_packed(tmp_path / "x", SPEC, results())
    assert not old.exists()
    assert young.exists() and other.exists()


@pytest.mark.parametrize("limit", [0, 2**20])
def test_packed_content_is_that_of_the_examples(
    packed: Path, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", limit)
    wanted = Examples(
        SPEC, store.MemoryRows({"image": IMAGES, "label": LABELS})
    ).content
    assert opened(packed).content == wanted
    assert wanted.class_counts == (7, 7, 6)
    order = hashlib.sha256()
    for image, label in zip(IMAGES, LABELS):
        row = label.astype("<i4").tobytes() + image.tobytes()
        order.update(hashlib.sha256(row).digest())
    assert wanted.fingerprint == order.hexdigest()


def test_content_tells_order_labels_and_pixels_apart() -> None:
    def content(images: np.ndarray, labels: np.ndarray) -> Content:
        return Examples(
            SPEC, store.MemoryRows({"image": images, "label": labels})
        ).content

    before = content(IMAGES, LABELS)
    turned = content(IMAGES[::-1], LABELS[::-1])
    assert turned.fingerprint != before.fingerprint
    assert turned.unordered == before.unordered
    assert content(IMAGES, LABELS[::-1]).unordered != before.unordered
    other = IMAGES.copy()
    other[3, 0, 0, 0] ^= 1
    assert content(other, LABELS).unordered != before.unordered


def test_packed_numbers_classes_as_their_images_come(tmp_path: Path) -> None:
    spec = DatasetSpec("name", 3, 4, 3, ("none", "a", "b", "broken", "c"))
    results = [
        Decoded({"image": IMAGES[n]}, label)
        for n, label in enumerate((1, 2, 2, 4))
    ]
    for fixed, names, labels in (
        (0, ("a", "b", "c"), [0, 1, 1, 2]),
        (1, ("none", "a", "b", "c"), [1, 2, 2, 3]),
        (None, spec.class_names, [1, 2, 2, 4]),
    ):
        path = tmp_path / str(fixed)
        write_packed(path, spec, results, fixed_classes=fixed)
        examples = open_packed(path, spec)
        assert examples is not None
        assert examples.spec.class_names == names
        assert examples.read(np.arange(4))["label"].tolist() == labels
        assert sum(examples.content.class_counts) == 4
