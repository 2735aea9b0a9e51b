"""The embedded faces, labelled by style."""

from __future__ import annotations

import numpy as np
import pytest

from tfgan_zoo.data import (
    DataRequest,
    Examples,
    has_sources,
    load_examples,
    splits,
)
from tfgan_zoo.data.embedded import path

STYLES = ("fluent", "fluent_flat", "noto", "noto_blobs")


def load(split: str = "train") -> Examples:
    return load_examples(DataRequest("smileys", split=split))


@pytest.mark.parametrize(
    ("split", "counts"), [("train", (95, 95, 94, 72)), ("test", (7, 7, 10, 4))]
)
def test_smileys_are_faces_in_four_styles(
    split: str, counts: tuple[int, ...]
) -> None:
    examples = load(split)
    assert examples.spec.image_shape == (64, 64, 3)
    assert examples.spec.class_names == STYLES
    assert not has_sources("smileys")
    assert examples.content.class_counts == counts
    images, labels = examples.read(np.arange(len(examples))).values()
    assert (np.bincount(labels) == counts).all()
    corners = images[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners > 250).mean() > 0.95
    # The skin, beside eyes and mouth, is warm and saturated.
    skin = np.median(images[:, 16:48, 8:56].reshape(len(images), -1, 3), axis=1)
    red, green, blue = skin.T
    assert np.mean((red > 200) & (green > 120) & (blue < 120)) > 0.85


def test_same_faces_are_held_out_in_all_styles() -> None:
    assert splits(DataRequest("smileys")) == ("train", "test")
    train, test = (
        {image.tobytes() for image in examples.read(np.arange(count))["image"]}
        for examples, count in ((load(), 356), (load("test"), 28))
    )
    assert (len(train), len(test)) == (356, 28)
    assert not train & test
    assert load().fingerprint != load("test").fingerprint


def test_both_splits_are_one_data_set() -> None:
    both = load("train+test")
    assert both.content.class_counts == (102, 102, 104, 76)
    images = both.read(np.arange(384))["image"]
    assert len({image.tobytes() for image in images}) == 384


def test_smileys_are_small_and_licensed_by_both_artists() -> None:
    assert path("smileys").stat().st_size < 3_000_000
    licence = (path("smileys").parent / "LICENSE").read_text()
    first, _, second = licence.partition("smileys.npz also holds")
    assert "smileys.npz holds faces of" in first
    assert "Copyright (c) Microsoft Corporation." in first
    assert "Copyright Google Inc." in second
    assert "Apache License, Version 2.0" in second


def test_smileys_of_another_split_are_refused() -> None:
    with pytest.raises(ValueError, match=r"train\+test. Received: all"):
        load("all")


def test_pixels_are_those_that_the_tool_makes() -> None:
    # Whoever makes the file again, see tools/icons.py, gets these pixels.
    assert load().fingerprint == (
        "e6e02d27756637e99c2dc9c7a28ea24c6bf9d16dbe4a8ef2a72dda895b59834d"
    )
    assert load("test").fingerprint == (
        "3e442e94b091d524c77353013be05bd35ccb0103cd639c883eb8aad49209c5e8"
    )
