"""Latents that are found of an image."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo import latents
from tfgan_zoo.export.invert import Search, invert

SEEDS = np.array([3, 4], np.int64)
OTHER = np.array([2**40], np.int64)


def test_latents_of_a_linear_model_are_found(strip_sampler):
    sampler = strip_sampler()
    wanted = np.array([[1.5, -0.25, 0.0, -2.0]], np.float32)
    found = invert(sampler, sampler.images(wanted)[0], Search(SEEDS))
    # A pixel's rounding of 1 / 255 is a latent's of 4 / 255.
    np.testing.assert_allclose(found.latents, wanted[0], atol=4.0 / 255.0 + 1e-3)
    assert found.error < 1e-5
    assert found.label is None
    np.testing.assert_array_equal(found.path[-1], sampler.images(wanted)[0])


def test_errors_are_those_of_the_start_and_the_end(strip_sampler):
    sampler = strip_sampler()
    target = np.full([2, 4, 1], 255, np.uint8)
    start = sampler.images(sampler.latents(sampler.normals(SEEDS[:1])))[0]
    found = invert(sampler, target, Search(SEEDS[:1], steps=400))
    np.testing.assert_array_equal(found.path[0], start)
    expected = np.square((255.0 - start) / 127.5).mean()
    assert found.start_error == pytest.approx(expected, rel=0.01)
    # The row below is 0 whatever the latents are; that above can be 1.
    assert found.error == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize(("labels", "best"), [(None, 2), ([0, 1], 1)])
def test_best_of_the_classes_is_taken(strip_sampler, labels, best):
    sampler = strip_sampler(3)
    target = sampler(OTHER, 2)[0]
    given = None if labels is None else np.array(labels, np.int32)
    found = invert(sampler, target, Search(SEEDS, given, steps=200))
    assert found.label == best
    # Half of the pixels tell the class, in steps of a third.
    expected = 0.5 * ((2 - best) / 3.0) ** 2
    assert found.error == pytest.approx(expected, abs=0.001)


def test_many_starts_are_searched_batch_by_batch(strip_sampler):
    sampler = strip_sampler(3)
    target = sampler(OTHER, 2)[0]
    # Both in the second batch of 64: label 2 is the last of each three.
    search = Search(np.arange(30), np.array([0] * 29 + [2]), steps=30)
    assert invert(sampler, target, search).label == 2


def test_bounded_latents_stay_bounded(strip_sampler):
    sampler = strip_sampler(
        distribution=latents.uniform, latent_distribution="uniform"
    )
    white = np.full([2, 4, 1], 255, np.uint8)
    found = invert(sampler, white, Search(SEEDS))
    assert 0.9 < found.latents.min() <= found.latents.max() <= 1.0
    kept = invert(strip_sampler(), white, Search(SEEDS, truncation=0.5))
    assert 0.45 < kept.latents.min() <= kept.latents.max() <= 0.5


@pytest.mark.parametrize("name", ["mlp", "infogan", "conditional_gan"])
def test_generated_image_comes_back_near_to_itself(small_sampler, name):
    sampler = small_sampler(name)
    target = sampler(OTHER)[0]
    found = invert(sampler, target, Search(SEEDS, steps=60))
    image = sampler.images(found.latents[np.newaxis], found.label)[0]
    np.testing.assert_array_equal(found.path[-1], image)
    differences = image.astype(float) - target
    assert found.error == pytest.approx(
        np.square(differences / 127.5).mean(), rel=0.1
    )
    random = sampler(SEEDS).astype(float) - target
    assert found.error < 0.3 * np.square(random / 127.5).mean()


def test_search_twice_finds_the_same(strip_sampler):
    sampler = strip_sampler()
    target = sampler(OTHER)[0]
    first, second = (
        dataclasses.astuple(invert(sampler, target, Search(SEEDS, steps=5)))
        for _ in range(2)
    )
    for one, other in zip(first, second):
        np.testing.assert_array_equal(one, other)
    assert len(first[-1]) == 6


def test_image_of_another_shape_is_refused(strip_sampler):
    with pytest.raises(ValueError, match=r"\(2, 4, 1\). Received: \(4, 2, 1\)"):
        invert(strip_sampler(), np.zeros([4, 2, 1], np.uint8), Search(SEEDS))


def test_unknown_label_is_refused(strip_sampler):
    target = np.zeros([2, 4, 1], np.uint8)
    with pytest.raises(ValueError, match="between 0 and 2. Received: 3"):
        invert(strip_sampler(3), target, Search(SEEDS, np.array([3])))
