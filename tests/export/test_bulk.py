"""Shards: the same images whoever makes them, whole or not there."""

import json

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo.export import bulk
from tfgan_zoo.export.bulk import Order, Share


def _records(path):
    examples = []
    for record in tf.data.TFRecordDataset(str(path)):
        features = tf.train.Example.FromString(record.numpy()).features.feature
        examples.append(features)
    return examples


def _contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_shards_hold_the_images_of_consecutive_seeds(strip_sampler, tmp_path):
    sampler = strip_sampler(3)
    order = Order(seed=2**40, count=700, shard_size=300)
    assert bulk.write(sampler, tmp_path / "s", order) == 700
    names = sorted(path.name for path in (tmp_path / "s").glob("*.tfrecord"))
    assert names == [f"images-{i:05d}-of-00003.tfrecord" for i in range(3)]
    read = [
        features
        for name in names
        for features in _records(tmp_path / "s" / name)
    ]
    seeds = [features["seed"].int64_list.value[0] for features in read]
    assert seeds == list(range(2**40, 2**40 + 700))
    labels = [f["image/class/label"].int64_list.value[0] for f in read]
    assert labels == [place % 3 for place in range(700)]
    images = np.stack(
        [tf.io.decode_png(f["image/encoded"].bytes_list.value[0]) for f in read]
    )
    expected = sampler.sample(np.array(seeds), np.array(labels, np.int32))
    np.testing.assert_array_equal(images, expected)
    shape = [
        read[0][f"image/{name}"].int64_list.value[0]
        for name in ("height", "width", "channels")
    ]
    assert shape == list(expected.shape[1:])


@pytest.mark.parametrize("file_format", bulk.FORMATS)
@pytest.mark.parametrize("processes", [2, 5])
def test_any_number_of_processes_writes_the_same(
    strip_sampler, tmp_path, file_format, processes
):
    sampler = strip_sampler()
    order = Order(count=50, shard_size=15, file_format=file_format)
    bulk.write(sampler, tmp_path / "one", order)
    made = [
        bulk.write(sampler, tmp_path / "many", order, Share(n, processes))
        for n in range(1, processes + 1)
    ]
    assert sum(made) == 50
    assert _contents(tmp_path / "one") == _contents(tmp_path / "many")


def test_png_files_are_named_by_seed_and_class(strip_sampler, tmp_path):
    sampler = strip_sampler(3)
    order = Order(
        seed=7, count=4, shard_size=10, file_format="png", labels=(2, 0)
    )
    bulk.write(sampler, tmp_path / "s", order)
    folder = tmp_path / "s" / "images-00000-of-00001"
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "000000007_2.png",
        "000000008_0.png",
        "000000009_2.png",
        "000000010_0.png",
    ]
    expected = sampler.sample(np.array([8]), 0)[0, ..., 0]
    pixels = np.asarray(Image.open(folder / names[1]))
    np.testing.assert_array_equal(pixels, expected)


class _Interrupted:
    """A sampler that is stopped after some batches."""

    def __init__(self, sampler, batches):
        self._sampler = sampler
        self._left = batches
        self.num_classes = sampler.num_classes
        self.sha256 = sampler.sha256

    def sample(self, *args, **settings):
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return self._sampler.sample(*args, **settings)


@pytest.mark.parametrize("file_format", bulk.FORMATS)
def test_what_was_interrupted_goes_on(strip_sampler, tmp_path, file_format):
    sampler = strip_sampler()
    order = Order(count=900, shard_size=300, file_format=file_format)
    folder = tmp_path / "s"
    with pytest.raises(KeyboardInterrupt):
        bulk.write(_Interrupted(sampler, 3), folder, order)
    there = sorted(path.name for path in folder.iterdir())
    assert there == [order.name(0), "shards.json"]
    counts = []
    made = bulk.write(sampler, folder, order, done=counts.append)
    assert (made, sum(counts)) == (600, 900)
    bulk.write(sampler, tmp_path / "one", order)
    assert _contents(folder) == _contents(tmp_path / "one")


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"count": 40}, {"shard_size": 5}, {"truncation": 0.5}],
)
def test_another_order_for_the_same_folder_is_refused(
    strip_sampler, tmp_path, change
):
    sampler = strip_sampler()
    first = {"count": 20, "shard_size": 10}
    bulk.write(sampler, tmp_path / "s", Order(**first))
    before = _contents(tmp_path / "s")
    with pytest.raises(ValueError, match="must be continued with the model"):
        bulk.write(sampler, tmp_path / "s", Order(**{**first, **change}))
    assert _contents(tmp_path / "s") == before


def test_another_model_for_the_same_folder_is_refused(strip_sampler, tmp_path):
    order = Order(count=20, shard_size=10)
    bulk.write(strip_sampler(), tmp_path / "s", order)
    with pytest.raises(ValueError, match="must be continued with the model"):
        bulk.write(strip_sampler(0, "uniform"), tmp_path / "s", order)


def test_a_folder_of_something_else_is_refused(strip_sampler, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ValueError, match="new folder, or one of shards"):
        bulk.write(strip_sampler(), tmp_path, Order(count=5))
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_processes_may_begin_at_once(strip_sampler, tmp_path):
    """While one writes the order down, its file has another name."""
    (tmp_path / ".partial-abc").write_text("{")
    assert bulk.write(strip_sampler(), tmp_path, Order(count=5)) == 5


def test_labels_for_a_model_without_are_refused(strip_sampler, tmp_path):
    with pytest.raises(ValueError, match="trained with them"):
        bulk.write(strip_sampler(), tmp_path / "s", Order(count=5, labels=(0,)))


def test_points_are_numbers(small_sampler, tmp_path):
    sampler = small_sampler("toy")
    bulk.write(sampler, tmp_path / "s", Order(count=3, shard_size=10))
    (path,) = (tmp_path / "s").glob("*.tfrecord")
    points = [list(f["point"].float_list.value) for f in _records(path)]
    np.testing.assert_allclose(points, sampler.sample(np.arange(3)), rtol=1e-6)


def test_the_order_is_written_down(strip_sampler, tmp_path):
    order = Order(count=3, shard_size=10, truncation=0.5)
    bulk.write(strip_sampler(), tmp_path / "s", order)
    said = json.loads((tmp_path / "s" / "shards.json").read_text())
    assert said["count"] == 3
    assert said["truncation"] == 0.5
    assert said["model"] == strip_sampler().sha256


@pytest.mark.parametrize(
    "bad", [{"count": 0}, {"shard_size": 0}, {"file_format": "zip"}]
)
def test_orders_have_limits(bad):
    with pytest.raises(ValueError, match="must be"):
        Order(**bad)


@pytest.mark.parametrize(("number", "of"), [(0, 8), (9, 8), (1, 0)])
def test_shares_have_limits(number, of):
    with pytest.raises(ValueError, match="must be as 3/8"):
        Share(number, of)
