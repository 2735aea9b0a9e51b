from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.data import DatasetSpec, Examples, batches
from tfgan_zoo.data.order import example_indices
from tfgan_zoo.data.store import MemoryRows


def numbered(count: int, height: int = 2) -> Examples:
    """Examples whose labels are their indices."""
    shape = (height, 3, 1)
    spec = DatasetSpec("numbered", *shape, tuple(map(str, range(count))))
    images = np.arange(count * height * 3, dtype=np.int64) % 256
    images = images.reshape(count, *shape)
    labels = np.arange(count, dtype=np.int32)
    arrays = {"image": images.astype(np.uint8), "label": labels}
    return Examples(spec, MemoryRows(arrays))


def take(dataset: tf.data.Dataset, count: int) -> list[Any]:
    return list(itertools.islice(dataset.as_numpy_iterator(), count))


def indices(dataset: tf.data.Dataset, count: int) -> list[int]:
    return np.concatenate(
        [batch["label"] for batch in take(dataset, count)]
    ).tolist()


def test_batches_have_static_shapes_and_no_end() -> None:
    dataset = batches(numbered(10), batch_size=4, seed=0)
    assert dataset.element_spec == {
        "image": tf.TensorSpec([4, 2, 3, 1], tf.float32),
        "label": tf.TensorSpec([4], tf.int32),
    }
    assert dataset.cardinality() == tf.data.INFINITE_CARDINALITY


def test_batches_are_not_sharded() -> None:
    dataset = batches(numbered(10), batch_size=4, seed=0)
    policy = dataset.options().experimental_distribute.auto_shard_policy
    assert policy == tf.data.experimental.AutoShardPolicy.OFF


def test_batches_scale_all_bytes_to_one_around_zero() -> None:
    examples = numbered(256)
    for batch in take(batches(examples, batch_size=64, seed=1), 4):
        stored = examples.read(batch["label"])["image"]
        np.testing.assert_allclose(
            batch["image"], stored.astype(np.float64) / 127.5 - 1, atol=1e-6
        )
    grey = np.arange(256, dtype=np.uint8).reshape(1, 2, 128, 1)
    spec = DatasetSpec("grey", 2, 128, 1)
    examples = Examples(spec, MemoryRows({"image": grey}))
    (batch,) = take(batches(examples, batch_size=1, seed=0), 1)
    assert list(batch) == ["image"]  # it has no labels
    image = batch["image"]
    assert (image.min(), image.max()) == (-1, 1)
    assert (np.diff(image.ravel()) > 0).all()


@pytest.mark.parametrize("batch_size", [1, 4, 10, 33])
def test_batches_go_through_all_examples_in_each_epoch(
    batch_size: int,
) -> None:
    dataset = batches(numbered(10), batch_size=batch_size, seed=3)
    order = indices(dataset, -(-40 // batch_size))[:40]
    epochs = [order[i : i + 10] for i in range(0, 40, 10)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 4


# Images of which 32, 3 and 1 batches of 8 are read at once.
@pytest.mark.parametrize("height", [2, 400, 1000])
@pytest.mark.parametrize("first_step", [1, 7, 1000])
def test_batches_from_a_step_go_on_as_if_never_stopped(
    first_step: int, height: int
) -> None:
    examples = numbered(37, height)
    whole = batches(examples, batch_size=8, seed=5).skip(first_step)
    resumed = batches(examples, batch_size=8, seed=5, first_step=first_step)
    for expected, batch in zip(take(whole, 6), take(resumed, 6)):
        np.testing.assert_array_equal(batch["image"], expected["image"])
        np.testing.assert_array_equal(batch["label"], expected["label"])


def test_batches_of_another_seed_have_another_order() -> None:
    examples = numbered(50)
    orders = {
        tuple(indices(batches(examples, batch_size=10, seed=seed), 5))
        for seed in range(20)
    }
    assert len(orders) == 20


def test_batches_iterated_twice_are_the_same() -> None:
    dataset = batches(numbered(50), batch_size=10, seed=0)
    assert indices(dataset, 7) == indices(dataset, 7)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_batches_of_all_replicas_are_the_global_batch(workers: int) -> None:
    examples, replicas, steps = numbered(37), 4, 5
    wanted = indices(
        batches(examples, batch_size=8, seed=2, first_step=3), steps
    )
    own = replicas // workers
    parts: dict[tuple[int, int], Any] = {}
    for worker in range(workers):
        context = tf.distribute.InputContext(workers, worker, replicas)
        dataset = batches(
            examples, batch_size=8, seed=2, first_step=3, context=context
        )
        for number, batch in enumerate(take(dataset, steps * own)):
            assert len(batch["label"]) == 2
            step, replica = divmod(number, own)
            parts[step, worker * own + replica] = batch["label"]
    together = [parts[key] for key in sorted(parts)]
    assert np.concatenate(together).tolist() == wanted


@pytest.mark.parametrize("batch_size", [0, -1])
def test_batches_of_no_size_raise(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"`batch_size`.*{batch_size}"):
        batches(numbered(3), batch_size=batch_size, seed=0)


def test_batches_from_a_negative_step_raise() -> None:
    with pytest.raises(ValueError, match="`first_step`.*Received: -1"):
        batches(numbered(3), batch_size=1, seed=0, first_step=-1)


def test_batches_that_replicas_cannot_share_raise() -> None:
    context = tf.distribute.InputContext(1, 0, 4)
    with pytest.raises(ValueError, match="multiple .* 4. Received: 6"):
        batches(numbered(3), batch_size=6, seed=0, context=context)


_PROGRAM = """
import sys
import numpy as np
import tensorflow as tf
sys.path[:0] = {paths!r}
from test_pipeline import indices, numbered, batches
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0],
    [tf.config.LogicalDeviceConfiguration()] * 2,
)
tf.keras.utils.set_random_seed(1)
tf.config.experimental.enable_op_determinism()
dataset = batches(numbered(37), batch_size=8, seed=5)
print(indices(dataset, 6))
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
distributed = iter(strategy.experimental_distribute_dataset(dataset))
parts = [strategy.experimental_local_results(next(distributed)["label"])
         for _ in range(6)]
assert all(len(part) == 2 and len(part[0]) == 4 for part in parts)
print(np.concatenate([np.concatenate(part) for part in parts]).tolist())
"""


@pytest.mark.slow
def test_batches_in_another_process_and_on_two_replicas_are_the_same() -> None:
    here = Path(__file__).resolve()
    paths = [str(here.parent), str(here.parents[2])]
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(paths=paths)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    wanted = indices(batches(numbered(37), batch_size=8, seed=5), 6)
    assert run.stdout.splitlines() == [str(wanted)] * 2


@pytest.mark.parametrize("height", [2, 400, 1000])
def test_batches_follow_the_documented_order(height: int) -> None:
    examples = numbered(37, height)
    taken = take(batches(examples, batch_size=8, seed=5), 10)
    wanted = example_indices(np.arange(80), count=37, seed=5)
    labels = np.concatenate([batch["label"] for batch in taken])
    assert labels.tolist() == wanted.tolist()
    stored = examples.read(wanted)["image"]
    images = np.concatenate([batch["image"] for batch in taken])
    np.testing.assert_array_equal(np.round((images + 1.0) * 127.5), stored)
