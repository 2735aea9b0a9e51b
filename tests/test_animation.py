"""Animated GIF files."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import animation


def _read(path):
    """Frames as RGB, and how long each is shown."""
    image = Image.open(io.BytesIO(path.read_bytes()))
    frames, durations = [], []
    for number in range(image.n_frames):
        image.seek(number)
        frames.append(np.asarray(image.convert("RGB")))
        durations.append(image.info["duration"])
    return np.stack(frames).astype(int), durations, image.info["loop"]


def _noise(count, side, channels):
    random = np.random.default_rng(0)
    shape = (count, side, side, channels)
    return random.integers(0, 256, shape, dtype=np.uint8)


def test_greys_are_kept_and_never_end(tmp_path):
    frames = _noise(7, 30, 1)
    animation.write_gif(tmp_path / "a.gif", frames)
    shown, durations, loop = _read(tmp_path / "a.gif")
    # 256 // 30 = 8 times as large.
    larger = frames.repeat(8, axis=1).repeat(8, axis=2)
    np.testing.assert_array_equal(shown, larger.repeat(3, axis=3))
    assert loop == 0
    # Twelve are a second: 4 * (80 + 80 + 90) ms.
    assert durations == [80, 80, 90, 80, 80, 90, 80]


def test_up_to_256_colours_of_each_frame_are_kept(tmp_path):
    frames = _noise(3, 16, 3)
    animation.write_gif(tmp_path / "a.gif", frames)
    shown, _, _ = _read(tmp_path / "a.gif")
    larger = frames.repeat(16, axis=1).repeat(16, axis=2)
    assert np.abs(shown - larger).mean() < 2.0


def test_a_smooth_picture_has_no_dots(tmp_path):
    ramp = np.linspace(0, 255, 300)
    red, green = np.meshgrid(ramp, ramp)
    frame = np.stack([red, green, 255 - red], -1).astype(np.uint8)
    animation.write_gif(tmp_path / "a.gif", frame[np.newaxis])
    (shown,), _, _ = _read(tmp_path / "a.gif")
    assert shown.shape == (300, 300, 3)
    assert np.abs(shown - frame).max() <= 24
    # Along a row red rises; dithering would go up and down.
    assert (np.diff(shown[150, :, 0]) < 0).mean() < 0.01


def test_still_frames_last_as_long_as_they_are_many(tmp_path):
    frames = np.repeat(_noise(2, 8, 1), [1, 6], axis=0)
    animation.write_gif(tmp_path / "a.gif", frames)
    shown, durations, _ = _read(tmp_path / "a.gif")
    assert len(shown) == 2
    assert sum(durations) == 580  # 80 + 80 + 90 + 80 + 80 + 90 + 80


def test_there_and_back_repeats_neither_end():
    frames = np.arange(4)[:, np.newaxis]
    there = animation.there_and_back(frames)[:, 0].tolist()
    assert there == [0, 1, 2, 3, 2, 1]
    assert animation.there_and_back(frames[:2])[:, 0].tolist() == [0, 1]


def test_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        animation.write_gif(tmp_path / "a.gif", _noise(2, 8, 1))
    assert os.listdir(tmp_path) == []
