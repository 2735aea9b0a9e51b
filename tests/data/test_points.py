"""Points in the plane: their geometry, and the one pipeline they share."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.data import DataRequest, DatasetSpec, batches, load_examples
from tfgan_zoo.data.order import example_indices
from tfgan_zoo.data.points import MIXTURES, names

ALL = np.arange(100_000)
R = 0.5**0.5

# Lin et al. 2018 (arXiv:1712.04086), section 4.1, and the authors' code.
MODES = {
    "ring8": (
        [(1, 0), (R, R), (0, 1), (-R, R), (-1, 0), (-R, -R), (0, -1), (R, -R)],
        0.01,
    ),
    "grid25": (
        [(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)],
        0.05,
    ),
    # A square of side 0.4 has a standard deviation of 0.4 / sqrt(12).
    "xor": ([(-0.8, -0.8), (-0.8, 0.8), (0.8, -0.8), (0.8, 0.8)], 0.11547005),
}


def _nearest(points, modes):
    distances = np.linalg.norm(points[:, None] - np.array(modes), axis=-1)
    return distances.argmin(1)


@pytest.mark.parametrize("name", MODES)
def test_mixture_has_the_published_geometry(name):
    modes, stddev = MODES[name]
    np.testing.assert_allclose(MIXTURES[name].modes, modes, atol=1e-12)
    assert MIXTURES[name].stddev == pytest.approx(stddev, rel=1e-6)


@pytest.mark.parametrize("name", MODES)
def test_points_spread_around_the_modes_as_often(name):
    modes, stddev = MODES[name]
    examples = load_examples(DataRequest(name))
    points, labels = examples.read(ALL).values()
    assert (points.dtype, points.shape) == (np.float32, (100_000, 2))
    assert (labels.dtype, labels.shape) == (np.int32, (100_000,))
    nearest = _nearest(points, modes)
    for number, mode in enumerate(modes):
        own = points[nearest == number]
        expected = 100_000 / len(modes)
        assert len(own) == pytest.approx(expected, abs=5 * expected**0.5)
        np.testing.assert_allclose(own.mean(0), mode, atol=0.1 * stddev)
        np.testing.assert_allclose(own.std(0), stddev, rtol=0.05)


@pytest.mark.parametrize("name", ["ring8", "grid25"])
def test_label_of_a_gaussian_point_is_its_cluster(name):
    examples = load_examples(DataRequest(name))
    points, labels = examples.read(ALL).values()
    np.testing.assert_array_equal(labels, _nearest(points, MODES[name][0]))
    assert examples.spec.num_classes == len(MODES[name][0])
    far = np.linalg.norm(points - MIXTURES[name].modes[labels], axis=1)
    # Of a plane Gaussian exp(-9 / 2) = 1.11 % lie beyond 3 deviations.
    beyond = np.mean(far > 3.0 * MIXTURES[name].stddev)
    assert beyond == pytest.approx(0.0111, abs=0.001)


def test_label_of_an_xor_point_is_whether_its_signs_differ():
    examples = load_examples(DataRequest("xor"))
    points, labels = examples.read(ALL).values()
    differ = (points[:, 0] > 0) ^ (points[:, 1] > 0)
    np.testing.assert_array_equal(labels, differ)
    assert examples.spec.class_names == ("equal signs", "opposite signs")
    assert 0.6 - 1e-6 <= np.abs(points).min() < 0.61
    assert 0.99 < np.abs(points).max() <= 1.0 + 1e-6


# The first two points, as NumPy's RandomState(0) gave them on Linux.
GOLDEN = {
    "ring8": [[-1.0038507, -0.0016911], [0.6990170, -0.6982867]],
    "grid25": [[-0.0205689, 0.0506669], [2.0951576, -3.9624965]],
    "xor": [[-0.8769419, -0.9751979], [0.9955140, 0.8876361]],
}


@pytest.mark.parametrize("name", GOLDEN)
def test_points_are_the_same_on_every_machine(name):
    points = load_examples(DataRequest(name)).read(np.arange(2))["image"]
    np.testing.assert_allclose(points, GOLDEN[name], atol=1e-6)


def test_points_are_drawn_in_under_a_second():
    start = time.perf_counter()
    load_examples(DataRequest("grid25"))
    assert time.perf_counter() - start < 1.0


def test_spec_of_points_has_two_coordinates_and_no_pixels():
    spec = load_examples(DataRequest("ring8")).spec
    assert spec.image_shape == (2,)
    assert spec.height is None and spec.channels is None
    assert spec.class_names[2] == "(0, 1)"
    assert spec == DatasetSpec("ring8", None, None, None, spec.class_names)


@pytest.mark.parametrize("first_step", [0, 5])
def test_batches_of_points_follow_the_order_unscaled(first_step):
    examples = load_examples(DataRequest("grid25"))
    dataset = batches(examples, batch_size=64, seed=3, first_step=first_step)
    assert dataset.element_spec == {
        "image": tf.TensorSpec([64, 2], tf.float32),
        "label": tf.TensorSpec([64], tf.int32),
    }
    taken = itertools.islice(dataset.as_numpy_iterator(), 3)
    for step, batch in enumerate(taken, first_step):
        positions = np.arange(64 * step, 64 * (step + 1))
        indices = example_indices(positions, count=100_000, seed=3)
        stored = examples.read(indices)
        np.testing.assert_array_equal(batch["image"], stored["image"])
        np.testing.assert_array_equal(batch["label"], stored["label"])


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(
    ("field", "value"), [("image_size", 28), ("channels", 1)]
)
def test_a_size_of_points_is_refused(name, field, value):
    request = DataRequest(name, **{field: value})
    message = f"`{field}` is of images; {name} has points. Received: {value}."
    with pytest.raises(ValueError, match=message):
        load_examples(request)


def test_another_split_of_points_is_refused():
    with pytest.raises(ValueError, match="`split` of xor .* Received: test"):
        load_examples(DataRequest("xor", split="test"))


def test_a_name_near_to_one_of_points_is_offered():
    with pytest.raises(ValueError, match="Similar names: .*grid25"):
        load_examples(DataRequest("grid_25"))
