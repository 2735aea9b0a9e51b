"""Refinement of latents on pixels, of generators that are known."""

import numpy as np
import pytest

from tfgan_zoo.encoders import refining
from tfgan_zoo.encoders.prediction import Starts


def _starts(latents, labels=None):
    latents = np.asarray(latents, np.float32)
    return Starts(latents, None if labels is None else np.asarray(labels))


def test_a_linear_generator_takes_a_few_steps(strip_sampler):
    sampler = strip_sampler()
    latents = np.array([[0.3, -1.0, 2.0, 0.0], [1.0, 1.0, -1.0, 3.0]], "f4")
    targets = sampler.float_images(latents)
    starts = _starts(np.zeros([2, 1, 4]))
    refined = refining.Refiner(sampler)(targets, starts, 4)
    np.testing.assert_allclose(refined.latents, latents, atol=1e-3)
    assert refined.errors.max() < 1e-7
    assert refined.path.shape == (5, 2, 4)
    np.testing.assert_array_equal(refined.path[-1], refined.latents)
    np.testing.assert_array_equal(refined.path[0], 0.0)


def test_errors_never_grow(small_sampler):
    sampler = small_sampler("dcgan")
    seeds = np.arange(3, dtype=np.int64)
    targets = sampler.float_images(sampler.latents(sampler.normals(seeds)))
    starts = sampler.latents(sampler.normals(seeds + 10))
    refined = refining.Refiner(sampler)(
        targets, _starts(starts[:, np.newaxis]), 6
    )
    errors = np.array(
        [
            refining.measure_errors(sampler, targets, latents, None)
            for latents in refined.path
        ]
    )
    assert (np.diff(errors, axis=0) <= 1e-7).all()
    assert (errors[-1] < 0.5 * errors[0]).all()
    np.testing.assert_allclose(errors[-1], refined.errors, atol=1e-9)


def test_bounded_latents_stay_within_and_the_rest_fits(strip_sampler):
    sampler = strip_sampler(name="uniform")
    beyond = np.array([[1.5, 0.2, -0.4, 0.0]], np.float32)
    targets = sampler.float_images(beyond)
    refined = refining.Refiner(sampler)(
        targets, _starts(np.zeros([1, 1, 4])), 6
    )
    np.testing.assert_allclose(
        refined.latents, [[1.0, 0.2, -0.4, 0.0]], atol=1e-3
    )


def test_the_best_of_several_starts_is_kept(strip_sampler):
    sampler = strip_sampler(num_classes=3)
    latents = np.array([[0.5, 0.0, -0.5, 1.0], [0.1, 0.2, 0.3, 0.4]], "f4")
    targets = sampler.float_images(latents, np.array([2, 1]))
    starts = _starts(np.zeros([2, 3, 4]), [[0, 1, 2], [0, 1, 2]])
    for steps in (1, 3, 8):
        refined = refining.Refiner(sampler)(targets, starts, steps)
        assert refined.labels.tolist() == [2, 1]
    np.testing.assert_allclose(refined.latents, latents, atol=1e-3)


def test_rows_do_not_touch_each_other(small_sampler, monkeypatch):
    sampler = small_sampler("conditional_gan")
    seeds = np.arange(4, dtype=np.int64)
    labels = np.array([0, 1, 2, 0], np.int32)
    latents = sampler.latents(sampler.normals(seeds))
    targets = sampler.float_images(latents, labels)
    starts = _starts(0.5 * latents[:, np.newaxis], labels[:, np.newaxis])
    together = refining.Refiner(sampler)(targets, starts, 2)
    monkeypatch.setattr(refining, "_MOST_PIXELS", 1)
    alone = refining.Refiner(sampler)(targets, starts, 2)
    np.testing.assert_allclose(together.latents, alone.latents, atol=1e-2)
    np.testing.assert_array_equal(together.labels, alone.labels)


def test_no_step_changes_nothing(strip_sampler):
    sampler = strip_sampler()
    starts = _starts(np.full([2, 1, 4], 0.25))
    targets = np.zeros([2, 2, 4, 1], np.float32)
    refined = refining.Refiner(sampler)(targets, starts, 0)
    np.testing.assert_array_equal(refined.latents, starts.latents[:, 0])
    # Half of the values are 1/16 off, the others 0.
    assert refined.errors == pytest.approx([1 / 512, 1 / 512])
