"""Latents that are found of an image."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo.export.invert import Search, invert

SEEDS = np.array([3, 4], np.int64)
OTHER = np.array([2**40], np.int64)


def test_latents_of_a_linear_model_are_found(strip_sampler):
    sampler = strip_sampler()
    wanted = np.array([[1.5, -0.25, 0.0, -2.0]], np.float32)
    found = invert(sampler, sampler.images(wanted)[0], Search(SEEDS))
    # A pixel's rounding of 1 / 255 is a latent's of 4 / 255.
    np.testing.assert_allclose(
        found.latents, wanted[0], atol=4.0 / 255.0 + 1e-3
    )
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
    target = sampler.sample(OTHER, 2)[0]
    given = None if labels is None else np.array(labels, np.int32)
    found = invert(sampler, target, Search(SEEDS, given, steps=200))
    assert found.label == best
    # Half of the pixels tell the class, in steps of a quarter.
    expected = 0.5 * ((2 - best) / 4.0) ** 2
    assert found.error == pytest.approx(expected, abs=0.001)


def test_many_starts_are_searched_batch_by_batch(strip_sampler):
    sampler = strip_sampler(3)
    target = sampler.sample(OTHER, 2)[0]
    # The one right label is alone in the second batch of 64.
    search = Search(SEEDS[:1], np.array([0] * 64 + [2]), steps=30)
    assert invert(sampler, target, search).label == 2


def test_bounded_latents_stay_bounded(strip_sampler):
    sampler = strip_sampler(0, "uniform")
    white = np.full([2, 4, 1], 255, np.uint8)
    found = invert(sampler, white, Search(SEEDS))
    assert 0.9 < found.latents.min() <= found.latents.max() <= 1.0
    kept = invert(strip_sampler(), white, Search(SEEDS, truncation=0.5))
    assert 0.45 < kept.latents.min() <= kept.latents.max() <= 0.5


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("mlp", "uniform"),
        ("infogan", "normal"),
        ("conditional_gan", "normal"),
    ],
)
def test_generated_image_comes_back_near_to_itself(
    small_sampler, name, distribution
):
    sampler = small_sampler(name, distribution)
    target = sampler.sample(OTHER)[0]
    found = invert(sampler, target, Search(SEEDS, steps=60))
    image = sampler.images(found.latents[np.newaxis], found.label)[0]
    # A batch of another size may round a pixel to the next level.
    np.testing.assert_allclose(found.path[-1].astype(float), image, atol=1)
    differences = image.astype(float) - target
    assert found.error == pytest.approx(
        np.square(differences / 127.5).mean(), rel=0.1, abs=1e-4
    )
    random = sampler.sample(SEEDS).astype(float) - target
    started = np.square(random / 127.5).mean()
    assert found.error < 0.1 * started and started > 0.1


def test_search_twice_finds_the_same(strip_sampler):
    sampler = strip_sampler()
    target = sampler.sample(OTHER)[0]
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


@pytest.mark.parametrize(
    ("num_classes", "expected"),
    [(3, "between 0 and 2. Received: 3"), (0, "trained with them")],
)
def test_label_of_no_class_is_refused(strip_sampler, num_classes, expected):
    target = np.zeros([2, 4, 1], np.uint8)
    search = Search(SEEDS, np.array([3]))
    with pytest.raises(ValueError, match=expected):
        invert(strip_sampler(num_classes), target, search)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"steps": 0}, "`steps` must be at least 1. Received: 0"),
        ({"seeds": SEEDS[:0]}, "seeds' number` must be at least 1"),
        ({"labels": SEEDS[:0]}, "labels' number` must be at least 1"),
    ],
)
def test_search_for_nothing_is_refused(settings, expected):
    with pytest.raises(ValueError, match=expected):
        Search(**{"seeds": SEEDS, **settings})
