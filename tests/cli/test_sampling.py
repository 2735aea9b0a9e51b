"""What tfgan-sample writes of models that are made in a moment."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import images
from tfgan_zoo.cli import sampling
from tfgan_zoo.cli.sampling import Inverter
from tfgan_zoo.export.invert import Search
from tfgan_zoo.export.walk import Route

SEEDS = np.array([7, 1, 30], np.int64)


def _labels(*labels):
    return np.array(labels, np.int32)


def _pixels(path):
    return np.asarray(Image.open(path))


def _gif(path):
    image = Image.open(path)
    frames = []
    for number in range(image.n_frames):
        image.seek(number)
        frames.append(np.asarray(image.convert("L")))
    return frames


@pytest.mark.parametrize(
    ("num_classes", "labels", "columns", "expected"),
    [
        (0, None, None, 4),  # of twelve, as square as can be
        (0, None, 6, 6),
        (3, None, None, 3),
        (3, _labels(2, 0), None, 2),
        (3, _labels(2), None, 4),
        (3, _labels(*range(3), *range(3), 1), None, 4),  # not two in each
    ],
)
def test_grid_has_a_column_for_each_class(
    strip_sampler, tmp_path, num_classes, labels, columns, expected
):
    sampler = strip_sampler(num_classes)
    seeds = np.arange(12, dtype=np.int64)
    path = tmp_path / "a.png"
    sampling.write_samples(path, sampler, Route(seeds, 2, labels), columns)
    given = None if labels is None else np.resize(labels, 12)
    grid = images.grid(sampler.sample(seeds, given), columns=expected)
    np.testing.assert_array_equal(_pixels(path), grid[..., 0])


def test_truncated_samples_are_fainter(strip_sampler, tmp_path):
    sampler, path = strip_sampler(), tmp_path / "a.png"
    route = Route(SEEDS, 2, truncation=0.5)
    sampling.write_samples(path, sampler, route, columns=3)
    above = _pixels(path)[2, [2, 3, 4, 5, 8, 9, 10, 11, 14, 15, 16, 17]]
    latents = 4.0 * (above / 127.5 - 1.0)
    assert 0.3 < np.abs(latents).max() < 0.52


def test_points_make_a_scatter_plot_and_no_grid_or_walk(
    small_sampler, tmp_path
):
    sampler, path = small_sampler("toy", "truncated"), tmp_path / "a.png"
    sampling.write_samples(path, sampler, Route(SEEDS, 2), None)
    assert _pixels(path).shape == (384, 384, 3)
    path.unlink()
    route, search = Route(SEEDS, 2), Search(SEEDS)
    with pytest.raises(ValueError, match="--columns is for models of im"):
        sampling.write_samples(path, sampler, route, 2)
    with pytest.raises(ValueError, match="--walk is for models of images"):
        sampling.write_walk(path, sampler, route)
    with pytest.raises(ValueError, match="--invert is for models of images"):
        sampling.write_inversion(path, Inverter(sampler, search), path)
    assert os.listdir(tmp_path) == []


def test_strip_of_a_walk_has_a_row_for_each_leg(strip_sampler, tmp_path):
    sampler, path = strip_sampler(), tmp_path / "a.png"
    sampling.write_walk(path, sampler, Route(SEEDS, 5))
    strip = _pixels(path)
    assert strip.shape == (3 * 4 + 2, 5 * 6 + 2)
    stops = sampler.sample(SEEDS)[..., 0]
    for leg in range(3):
        top = 2 + 4 * leg
        np.testing.assert_allclose(strip[top : top + 2, 2:6], stops[leg], 0, 1)


def test_strip_of_classes_has_a_row_for_each(strip_sampler, tmp_path):
    path = tmp_path / "a.png"
    route = Route(SEEDS, 5, _labels(2, 0))
    sampling.write_walk(path, strip_sampler(3), route, all_classes=True)
    strip = _pixels(path)
    assert strip.shape == (2 * 4 + 2, 15 * 6 + 2)
    # The row below of each image tells its class.
    assert set(strip[3, 2:6]) == set(strip[3, -6:-2]) == {191}
    assert set(strip[7, 2:6]) == set(strip[7, -6:-2]) == {128}


def test_animation_of_classes_shows_them_side_by_side(strip_sampler, tmp_path):
    path = tmp_path / "a.gif"
    route = Route(SEEDS, 5)
    sampling.write_walk(path, strip_sampler(3), route, all_classes=True)
    frames = _gif(path)
    assert len(frames) == 15
    # Three beside each other, 20 pixels, make 240.
    assert frames[0].shape == (72, 240)


def test_animation_of_one_value_goes_there_and_back(strip_sampler, tmp_path):
    path = tmp_path / "a.gif"
    route = Route(SEEDS[:1], 5)
    sampling.write_walk(path, strip_sampler(), route, index=0)
    frames = _gif(path)
    # Of 4 x 2 pixels, 64 times as large.
    assert frames[0].shape == (128, 256)
    first = [4.0 * (frame[0, 0] / 127.5 - 1.0) for frame in frames]
    expected = [-2, -1, 0, 1, 2, 1, 0, -1]
    np.testing.assert_allclose(first, expected, atol=0.02)


def test_inversion_is_an_image_pair_and_a_json_file(
    strip_sampler, tmp_path, capsys
):
    sampler, path = strip_sampler(3), tmp_path / "found" / "a.png"
    wanted = sampler.sample(SEEDS[:1], 1)[0]
    images.write_png(tmp_path / "wanted.png", wanted)
    target, search = tmp_path / "wanted.png", Search(SEEDS[1:], steps=300)
    sampling.write_inversion(path, Inverter(sampler, search), target)
    np.testing.assert_allclose(
        _pixels(path), images.grid(np.stack([wanted] * 2))[..., 0], 0, 1
    )
    content = json.loads((path.parent / "a.json").read_text())
    assert (content["label"], content["class_name"]) == (1, "Sandal")
    latents = np.array(content["latents"], np.float32)[np.newaxis]
    again = sampler.images(latents, content["label"])
    np.testing.assert_allclose(again[0], wanted, atol=1)
    assert content["mean_squared_error"] < 1e-4
    output = capsys.readouterr().out
    assert "Label: 1 Sandal" in output
    assert f"{content['mean_squared_error']:.4f}, from" in output


def test_animation_of_an_inversion_ends_at_what_was_found(
    strip_sampler, tmp_path
):
    sampler, path = strip_sampler(), tmp_path / "a.gif"
    white = np.full((2, 4, 1), 255, np.uint8)
    images.write_png(tmp_path / "white.png", white)
    target, search = tmp_path / "white.png", Search(SEEDS[:1], steps=300)
    sampling.write_inversion(path, Inverter(sampler, search), target)
    frames = _gif(path)
    assert len(frames) > 20
    # 14 x 6 pixels make 252 x 108; what is found starts at the ninth.
    assert frames[0].shape == (108, 252)
    assert all((frame[40, 40:100] == 255).all() for frame in frames)
    means = [frame[40, 150:210].mean() for frame in frames]
    assert means[0] < 200 and means[-1] > 250


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "no such file"), (b"", "empty file"), (b"text", "not an image")],
)
def test_what_is_no_image_is_named_and_nothing_written(
    strip_sampler, tmp_path, content, reason
):
    target = tmp_path / "wanted.png"
    if content is not None:
        target.write_bytes(content)
    path = tmp_path / "found" / "a.png"
    with pytest.raises(ValueError, match=f"wanted.png [(]{reason}"):
        sampling.write_inversion(
            path, Inverter(strip_sampler(), Search(SEEDS)), target
        )
    assert not path.parent.exists()
