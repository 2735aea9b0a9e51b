"""Latents that move a little: their variance, and their bounds."""

import numpy as np
import pytest

from tfgan_zoo.export import latent_space
from tfgan_zoo.inputs import LatentPart, latents_input
from tfgan_zoo.random import seeded_normal

SPEC = latents_input(
    [
        LatentPart("normal", 3),
        LatentPart("one_hot", 4),
        LatentPart("uniform", 2),
        LatentPart("truncated", 2),
    ]
)


def _latents():
    normals = seeded_normal(np.arange(20_000), SPEC.size)
    return SPEC.from_normals(normals).numpy()


def test_variances_are_those_of_the_latents():
    variances = latent_space.variances(SPEC)
    assert not variances[3:7].any()  # a category
    measured = np.delete(_latents().var(axis=0), np.s_[3:7])
    np.testing.assert_allclose(np.delete(variances, np.s_[3:7]), measured, 0.03)


def test_deviation_is_that_along_the_direction():
    direction = np.array([1.0, 0, 0, 0, 0, 0, 0, 2.0, 0, 0, -1.0])
    direction /= np.linalg.norm(direction)
    measured = (_latents() @ direction).std()
    deviation = latent_space.deviation(direction, SPEC)
    assert deviation == pytest.approx(measured, rel=0.02)


def test_moves_end_at_the_bounds():
    latents = _latents()[:50]
    moved = latent_space.move(latents, np.full(SPEC.size, 9.0), SPEC)
    assert moved.dtype == np.float32
    np.testing.assert_allclose(moved[:, :3], latents[:, :3] + 9.0, atol=1e-6)
    assert (moved[:, 7:9] == 1.0).all()
    assert (moved[:, 9:] == 2.0).all()


def test_what_does_not_move_stays_even_beyond_the_bounds():
    latents = np.full([1, SPEC.size], 7.0, np.float32)
    offsets = np.zeros(SPEC.size)
    offsets[0] = 1.0
    moved = latent_space.move(latents, offsets, SPEC)
    assert moved.tolist() == [[8.0] + [7.0] * 10]
