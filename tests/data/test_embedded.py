from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tfgan_zoo.data import DataRequest, Examples, load_examples, store
from tfgan_zoo.data.embedded import SPLITS, path

ALL = np.arange(10_000)


def embedded(**fields: Any) -> Examples:
    return load_examples(DataRequest("fashion_mnist_10k", **fields))


@pytest.mark.parametrize(
    ("name", "notice"),
    [
        (
            "fashion_mnist_10k",
            "Copyright (c) 2017 Zalando SE, https://tech.zalando.com",
        ),
        ("emoji_drawings", "Copyright (c) Microsoft Corporation."),
    ],
)
def test_embedded_files_are_small_and_licensed(name: str, notice: str) -> None:
    assert name in SPLITS
    assert path(name).stat().st_size < 5_000_000
    licence = (path(name).parent / "LICENSE").read_text()
    _, _, after = licence.partition(f"{path(name).name} holds")
    assert after.index("MIT License") < after.index(notice)
    assert after.index(notice) < after.index("Permission is hereby granted")


def test_embedded_has_a_thousand_images_of_each_of_ten_classes() -> None:
    examples = embedded()
    images, labels = examples.read(ALL).values()
    assert len(examples) == 10_000
    assert examples.spec.image_shape == (28, 28, 1)
    assert examples.spec.class_names[0] == "T-shirt/top"
    assert examples.spec.class_names[9] == "Ankle boot"
    assert (np.bincount(labels) == [1000] * 10).all()
    assert (images.dtype, labels.dtype) == (np.uint8, np.int32)
    assert images.min() == 0 and images.max() == 255


def test_embedded_loads_in_half_a_second_of_a_core() -> None:
    embedded()
    start = time.process_time()
    embedded()
    assert time.process_time() - start < 0.5


def test_embedded_when_enlarged_to_rgb_repeats_the_grey() -> None:
    indices = np.array([0, 5, 9999])
    originals, labels = embedded().read(indices).values()
    images, same_labels = (
        embedded(image_size=56, channels=3).read(indices).values()
    )
    assert images.shape == (3, 56, 56, 3)
    assert (images == images[..., :1]).all()
    np.testing.assert_array_equal(labels, same_labels)
    smaller = images.reshape(3, 28, 2, 28, 2, 3).mean((2, 4))
    assert np.abs(smaller[..., :1] - originals).mean() < 5


def test_embedded_when_too_large_for_memory_goes_through_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = embedded(image_size=8)
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", 10_000)
    from_file = embedded(image_size=8, cache_dir=str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1
    for one, other in zip(in_memory.read(ALL), from_file.read(ALL)):
        np.testing.assert_array_equal(one, other)


def test_embedded_of_another_split_raises() -> None:
    with pytest.raises(ValueError, match="`split` .* Received: test"):
        embedded(split="test")


def test_embedded_equals_the_original_test_set(
    shared_data: Path, tmp_path: Path
) -> None:
    original = load_examples(
        DataRequest(
            "fashion_mnist",
            split="test",
            data_dir=str(shared_data),
            cache_dir=str(tmp_path),
        )
    )
    for one, other in zip(
        embedded().read(ALL).values(), original.read(ALL).values()
    ):
        np.testing.assert_array_equal(one, other)
    # TFDS has its own spelling, "T - shirt / top".
    names = [name.replace(" ", "") for name in original.spec.class_names]
    assert names == [n.replace(" ", "") for n in embedded().spec.class_names]


def test_embedded_content_is_the_same_at_any_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def resized(image: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        return np.zeros(shape, np.uint8)

    monkeypatch.setattr("tfgan_zoo.data.embedded.resize", resized)
    content = embedded().content
    assert content.class_counts == (1000,) * 10
    assert embedded(image_size=4).content == content
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", 0)
    packed = embedded(image_size=4, cache_dir=str(tmp_path))
    assert packed.content == content
