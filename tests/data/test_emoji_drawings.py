"""The embedded pairs: a drawing, and the same icon in colour."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tfgan_zoo.data import (
    DataRequest,
    Examples,
    has_sources,
    load_examples,
    splits,
    store,
)


def load(**fields: Any) -> Examples:
    return load_examples(DataRequest("emoji_drawings", **fields))


def read_all(examples: Examples) -> store.Arrays:
    return examples.read(np.arange(len(examples)))


def test_icons_are_pairs_of_a_drawing_and_its_colours() -> None:
    examples = load()
    assert has_sources("emoji_drawings")
    assert examples.spec.image_shape == (64, 64, 3)
    assert examples.spec.source_channels == 1
    assert examples.spec.paired
    assert examples.spec.num_classes == 0
    assert len(examples) == 1424
    arrays = examples.read(np.arange(0, 1424, 8))
    assert set(arrays) == {"image", "source"}
    assert arrays["image"].shape == (178, 64, 64, 3)
    assert arrays["source"].shape == (178, 64, 64, 1)
    ink = arrays["source"] < 128
    assert 0.1 < ink.mean() < 0.4
    # Lines are where colours are, of pairs more than of others.
    white = arrays["image"].min(axis=-1, keepdims=True) > 240
    others = (ink & np.roll(white, 1, axis=0)).mean()
    assert 0.05 < (ink & white).mean() < 0.8 * others
    assert np.ptp(arrays["image"], axis=-1).mean() > 20


def test_every_tenth_icon_is_held_out() -> None:
    assert splits(DataRequest("emoji_drawings")) == ("train", "test")
    held_out = load(split="test")
    assert (len(load(split="train")), len(held_out)) == (1424, 167)
    train = {image.tobytes() for image in read_all(load())["image"]}
    test = [image.tobytes() for image in read_all(held_out)["image"]]
    # Flags and squares of one look apart.
    assert sum(image in train for image in test) <= 5
    assert load().fingerprint != held_out.fingerprint


def test_icons_load_in_half_a_second_of_a_core() -> None:
    load()
    start = time.process_time()
    load()
    assert time.process_time() - start < 0.5


def test_icons_of_another_size_keep_the_channels_of_the_source() -> None:
    examples = load(image_size=32, channels=1)
    arrays = examples.read(np.array([0, 700]))
    assert arrays["image"].shape == arrays["source"].shape == (2, 32, 32, 1)
    originals = load().read(np.array([0, 700]))["source"]
    smaller = originals.reshape(2, 32, 2, 32, 2, 1).mean((2, 4))
    assert np.abs(arrays["source"] - smaller).mean() < 5
    assert load(image_size=32).spec.source_channels == 1
    wide = load(image_size=32, image_width=64)
    assert wide.spec.image_shape == (32, 64, 3)
    assert wide.read(np.array([3]))["source"].shape == (1, 32, 64, 1)


def test_icons_too_large_for_memory_go_through_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = [load(image_size=8, split=split) for split in ("train", "test")]
    monkeypatch.setattr(store, "IN_MEMORY_BYTES", 10_000)
    for examples, split in zip(in_memory, ("train", "test")):
        packed = load(image_size=8, split=split, cache_dir=str(tmp_path))
        assert packed.content == examples.content
        for one, other in zip(
            read_all(examples).values(), read_all(packed).values()
        ):
            np.testing.assert_array_equal(one, other)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"split": "validation"},
            "`split` of emoji_drawings must be train, test or train+test. "
            "Received: validation.",
        ),
        ({"channels": 2}, "`channels` must be 1 (grey) or 3 (RGB)."),
        ({"sample_bits": 12}, "which emoji_drawings does not have"),
    ],
)
def test_icons_that_there_are_not_are_refused(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError) as raised:
        load(**fields)
    assert message in str(raised.value)


def test_pixels_are_those_that_the_tool_makes() -> None:
    # Whoever makes the file again, see tools/icons.py, gets these pixels.
    assert load().fingerprint == (
        "211609e884a096c526b2d2cf70a131170eede27b47b9f0ebc787b8244f4e5f3d"
    )
    assert load(split="test").fingerprint == (
        "a70fb83474971fb6c033eb6d20e8bb2ac90b3439b369284e20c822d91b33556f"
    )
