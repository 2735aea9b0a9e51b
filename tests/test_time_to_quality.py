"""Seconds to a quality, from measurements at some of them."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import time_to_quality  # noqa: E402
from benchmarks.peers.snapshots import COUNT, Snapshots, to_pixels  # noqa: E402
from tools.pretraining.recipes import RECIPES  # noqa: E402

FALLING = [[10.0, 400.0], [20.0, 100.0], [40.0, 25.0], [60.0, 20.0]]


@pytest.mark.parametrize(
    ("target", "seconds"),
    [(500.0, 10.0), (400.0, 10.0), (200.0, 15.0), (50.0, 30.0), (19.0, None)],
)
def test_a_distance_is_reached_between_two_measurements(target, seconds):
    reached = time_to_quality.seconds_to_reach(FALLING, target)
    assert reached == (None if seconds is None else pytest.approx(seconds))


def test_what_rises_again_was_reached():
    assert (
        time_to_quality.seconds_to_reach([[1.0, 50.0], [2.0, 90.0]], 60.0)
        == 1.0
    )


def test_the_table_has_medians_and_says_what_was_not_reached():
    way = next(iter(time_to_quality.WAYS))
    records = [
        {"way": way, "distances": [[10.0, 400.0], [20.0, last]]}
        for last in (25.0, 100.0, 50.0)
    ]
    row = time_to_quality.table(records).splitlines()[2]
    assert row == (
        f"| {way} | 3 | 13 (12 to 15) | 15 (14 to 17) | 17 (15 to 20) | "
        "not in 20 (2 of 3) | not in 20 (1 of 3) | "
        "50 (25 to 100) after 20 s |"
    )


def test_drawing_takes_no_time_of_the_clock(tmp_path):
    snapshots = Snapshots(tmp_path, [0.0, 0.3], time.time())
    image = np.zeros([500, 2, 2, 1], np.uint8)

    def draw():
        time.sleep(0.05)
        return image

    assert snapshots.take_if_due(draw)
    assert snapshots.take_if_due(draw)  # half a second later, by the wall
    (first,) = tmp_path.glob("*.npy")
    assert np.load(first).shape == (COUNT, 2, 2, 1)
    time.sleep(0.35)
    assert not snapshots.take_if_due(draw)
    assert len([*tmp_path.glob("*.npy")]) == 2


def test_values_become_the_nearest_pixels():
    values = np.array([-1.2, -1.0, 0.0, 0.999, 1.0])
    assert to_pixels(values).tolist() == [0, 0, 128, 255, 255]


def test_our_recipe_is_that_of_the_clothes_that_ship():
    shipped = RECIPES["dcgan-fashion_mnist"]
    flags = dict(
        flag[2:].split("=") for flag in time_to_quality.zoo_flags("best")
    )
    for name, value in flags.items():
        default = {"beta_1": 0.5, "ema_decay": 0.999}.get(name)
        assert value == str(shipped.get(name, default)), name
    assert time_to_quality.zoo_flags("demo") == []
