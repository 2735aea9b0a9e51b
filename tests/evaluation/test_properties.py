"""On real images that are made worse, scores become worse."""

import functools

import numpy as np
import pytest
import scipy.ndimage

from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.evaluation import features
from tfgan_zoo.evaluation.frechet import (
    extrapolated_frechet_distance,
    frechet_distance,
)
from tfgan_zoo.evaluation.kernel import kernel_distance
from tfgan_zoo.evaluation.neighbours import balls, neighbourhood

COUNT = 2000
# Of one class no more are left.
COUNT_OF_CLASSES = 700


def _noisy(images, _, stddev):
    noise = stddev * np.random.RandomState(1).standard_normal(images.shape)
    return np.clip(np.round(images + noise), 0, 255).astype(np.uint8)[:COUNT]


def _blurred(images, _, side_px):
    means = scipy.ndimage.uniform_filter(
        images[:COUNT].astype(np.float64), (0, side_px, side_px, 0)
    )
    return np.round(means).astype(np.uint8)


def _without_classes(images, labels, dropped):
    return images[labels >= dropped][:COUNT_OF_CLASSES]


def _collapsed(images, _, share):
    """That share of the images become copies of ten, at random places."""
    random = np.random.RandomState(2)
    copied = random.permutation(COUNT)[: round(share * COUNT)]
    images = images[:COUNT].copy()
    images[copied] = images[random.randint(10, size=len(copied))]
    return images


# What each does, how strongly, and how many images it leaves.
CHANGES = {
    "noise": (_noisy, (15, 40, 80), COUNT),
    "blur": (_blurred, (2, 3, 5), COUNT),
    "classes": (_without_classes, (3, 6, 9), COUNT_OF_CLASSES),
    "collapse": (_collapsed, (0.3, 0.6, 0.9), COUNT),
}
DISTANCES = {
    "frechet": frechet_distance,
    "extrapolated": extrapolated_frechet_distance,
    "kernel": lambda real, fake: kernel_distance(real, fake).value,
}


@functools.cache
def _network():
    return features.get("fashion")


@functools.cache
def _images():
    """All images, in random order, and their labels."""
    order = np.random.RandomState(0).permutation(10_000)
    examples = load_examples(DataRequest("fashion_mnist_10k"))
    images, labels = examples.read(np.arange(10_000)).values()
    return images[order], labels[order]


@functools.cache
def _real():
    images, _ = _images()
    return _network()(images[:COUNT]).features


@functools.cache
def _unchanged():
    images, _ = _images()
    return _network()(images[COUNT : 2 * COUNT]).features


@functools.cache
def _fake(name):
    """Features of other images, unchanged and at each strength of a change."""
    change, strengths, count = CHANGES[name]
    others = [one[COUNT:] for one in _images()]
    changed = [change(*others, one) for one in strengths]
    assert {len(images) for images in changed} == {count}
    changed_features = [_network()(images).features for images in changed]
    return [_unchanged()[:count], *changed_features]


@functools.cache
def _neighbourhoods(name):
    real = _real()
    known = balls(real)
    return [neighbourhood(real, fake, real_balls=known) for fake in _fake(name)]


def _falls(values):
    return all(later < earlier for earlier, later in zip(values, values[1:]))


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("name", CHANGES)
def test_distance_grows_with_what_is_done_to_images(name, distance):
    measure = DISTANCES[distance]
    values = [measure(_real(), fake) for fake in _fake(name)]
    assert _falls(values[::-1]), values
    assert values[-1] > 10.0 * abs(values[0])


def test_extrapolated_distance_of_real_images_is_nearer_to_zero():
    # Of images that no change was made to, the true distance is zero.
    pair = _real(), _unchanged()
    extrapolated = extrapolated_frechet_distance(*pair)
    assert extrapolated == pytest.approx(0.0, abs=frechet_distance(*pair))


@pytest.mark.parametrize("name", CHANGES)
def test_coverage_falls_with_what_is_done_to_images(name):
    values = [one.coverage for one in _neighbourhoods(name)]
    assert _falls(values), values
    assert values[0] > 0.6 and values[-1] < 0.6 * values[0]


@pytest.mark.parametrize("name", ["noise", "blur", "classes"])
def test_recall_falls_with_noise_blur_and_lost_classes(name):
    values = [one.recall for one in _neighbourhoods(name)]
    assert _falls(values), values
    assert values[0] > 0.6 and values[-1] < 0.6 * values[0]


def test_recall_of_copies_alone_is_nothing():
    # Few others suffice for large balls, so it sees total collapse alone.
    images, _ = _images()
    fake = _network()(_collapsed(images[COUNT:], None, 1.0)).features
    assert neighbourhood(_real(), fake).recall < 0.01
    assert _neighbourhoods("collapse")[0].recall > 0.6


def test_precision_falls_with_blur_and_noise():
    blur, noise = (
        [one.precision for one in _neighbourhoods(name)]
        for name in ("blur", "noise")
    )
    assert _falls(blur), blur
    assert blur[-1] < blur[0] - 0.1
    # Faint noise may stay within the balls.
    assert max(noise[2:]) < noise[0] - 0.02


def test_precision_stays_with_lost_classes():
    values = [one.precision for one in _neighbourhoods("classes")]
    assert values == pytest.approx([values[0]] * 4, abs=0.1)
