"""Fixtures that several test files share."""

from __future__ import annotations

import gc
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import damaged_files
import pytest
import tensorflow as tf

from tfgan_zoo import strategies

# `make cross` runs the tests of exactness on four.
REPLICAS = int(os.environ.get("TFGAN_ZOO_TEST_REPLICAS", "2"))

# Before TensorFlow starts: afterwards the devices cannot be split any more.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0],
    [tf.config.LogicalDeviceConfiguration()] * REPLICAS,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts files with slow tests first.

    Of two workers the one that is done waits for the other's last file, which
    had better be a short one.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Lets Python look for garbage less often: a fifth of a test's time.

    TensorFlow's modules are millions of objects, and each graph is thousands.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def several_replicas() -> tf.distribute.MirroredStrategy:
    """The process's strategy, of all logical devices of the processor."""
    strategy = strategies.get()
    assert strategy.num_replicas_in_sync == REPLICAS > 1
    return strategy


@pytest.fixture(scope="session")
def two_replicas(
    several_replicas: tf.distribute.MirroredStrategy,
) -> tf.distribute.MirroredStrategy:
    """The process's strategy, for tests that cut a batch in halves."""
    if REPLICAS != 2:
        pytest.skip(f"for two replicas, not {REPLICAS}")
    return several_replicas


@pytest.fixture(scope="session")
def damaged_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 36 image files, sound, odd and broken; not to be changed."""
    folder = tmp_path_factory.mktemp("damaged")
    damaged_files.write(folder)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """A folder of real data sets, which a checkout need not have."""
    beside = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    path = Path(os.environ.get("TFGAN_ZOO_TEST_DATA", beside))
    if not path.is_dir():
        pytest.skip(f"needs real data in {path} or $TFGAN_ZOO_TEST_DATA")
    return path
