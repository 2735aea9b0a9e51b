"""Factors of the first layer, of every kind of graph that exports have."""

import numpy as np
import pytest

from tfgan_zoo.directions import factors, samples
from tfgan_zoo.export import latent_space

SEEDS = np.arange(8, dtype=np.int64)


@pytest.mark.parametrize(
    "name", ["dcgan", "conditional_gan", "infogan", "r3gan", "stylegan2"]
)
def test_factors_are_orthonormal_for_every_first_layer(small_sampler, name):
    sampler = small_sampler(name)
    rows = samples.sample(sampler, SEEDS)
    assert factors._first_products(sampler) is not None
    normals = factors.fit(sampler, rows, 3)
    movable = np.count_nonzero(latent_space.variances(sampler.latents_spec))
    assert normals.shape == (3, movable)
    np.testing.assert_allclose(normals @ normals.T, np.eye(3), atol=1e-6)


def test_factors_are_those_of_the_weights(small_sampler):
    sampler = small_sampler("dcgan")
    kernels = [
        variable.numpy()
        for variable in sampler._loaded.variables
        if variable.shape.rank == 2 and variable.shape[0] == 16
    ]
    (kernel,) = kernels  # [Z, Y]
    values, vectors = np.linalg.eigh(kernel @ kernel.T)
    normals = factors.fit(sampler, samples.sample(sampler, SEEDS), 4)
    cosines = np.abs(np.sum(normals * vectors[:, ::-1].T[:4], axis=1))
    np.testing.assert_allclose(cosines, 1.0, atol=1e-3)
    assert values[-1] > 1.01 * values[-2]  # else any would do


def test_a_graph_without_products_is_differentiated_as_a_whole(strip_sampler):
    sampler = strip_sampler()
    assert factors._first_products(sampler) is None
    normals = factors.fit(sampler, samples.sample(sampler, SEEDS), 2)
    np.testing.assert_allclose(normals @ normals.T, np.eye(2), atol=1e-6)
