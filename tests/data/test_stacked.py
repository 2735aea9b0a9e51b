"""Stacked MNIST: three digits of MNIST, one in each colour."""

import numpy as np
import pytest

from tfgan_zoo.data import DataRequest, DatasetSpec, load_examples, splits
from tfgan_zoo.data.stacked import StackedRows, mode
from tfgan_zoo.data.store import Examples, MemoryRows


@pytest.fixture
def digits():
    images = np.arange(20, dtype=np.uint8)[:, None, None, None]
    images = np.broadcast_to(images, (20, 2, 2, 1)).copy()
    labels = np.arange(20, dtype=np.int32) % 10
    spec = DatasetSpec("mnist", 2, 2, 1, tuple("0123456789"))
    return Examples(spec, MemoryRows({"image": images, "label": labels}))


def test_each_channel_is_a_digit_and_the_label_their_number(digits):
    images, labels = (
        StackedRows(digits, count=500).read(np.arange(500)).values()
    )
    assert (images.shape, images.dtype) == ((500, 2, 2, 3), np.uint8)
    numbers = images[:, 0, 0].astype(int) % 10  # a digit's label
    expected = numbers @ [100, 10, 1]
    np.testing.assert_array_equal(labels, expected)
    assert len(np.unique(images[:, 0, 0, 0])) == 20


def test_rows_are_the_same_each_time_in_any_order(digits):
    rows = np.array([7, 3, 7])
    stacked = StackedRows(digits, count=10)
    first = stacked.read(rows)["image"]
    all_rows = stacked.read(np.arange(10))["image"]
    np.testing.assert_array_equal(first, all_rows[rows])


def test_mode_reads_red_green_blue():
    assert mode(np.array([[3, 1, 4], [0, 0, 9]])).tolist() == [314, 9]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"channels": 1}, "must be 3"),
        ({"split": "validation"}, "one of: train, test"),
    ],
)
def test_what_it_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        load_examples(DataRequest("stacked_mnist", **wrong))


def test_real_digits_are_stacked(shared_data):
    request = DataRequest("stacked_mnist", data_dir=str(shared_data))
    assert splits(request) == ("train", "test")
    examples = load_examples(request)
    assert len(examples) == 128_000
    assert examples.spec.image_shape == (28, 28, 3)
    assert examples.spec.class_names[314] == "314"
    labels = examples.read(np.arange(26_000))["label"]
    counts = np.bincount(labels, minlength=1000)
    # Nearly equal shares: MNIST's rarest digit is 9 %, its most common 11 %.
    assert counts.min() > 5
    assert counts.max() < 65


def test_splits_of_other_sources(shared_data):
    assert splits(DataRequest("ring8")) == ("train",)
    assert splits(DataRequest("fashion_mnist_10k")) == ("train",)
    request = DataRequest("mnist", data_dir=str(shared_data))
    assert sorted(splits(request)) == ["test", "train"]
