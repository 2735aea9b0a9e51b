"""Directions that the first layer stretches most, without any samples.

Shen & Zhou 2021 (arXiv:2007.06600), section 3.2: of the affine map y = A z + b
that latents go through first, the eigenvectors of A^T A with the largest
eigenvalues move y most, and so the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import numpy as np
import scipy.linalg
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo.directions.samples import Samples
from tfgan_zoo.export import latent_space
from tfgan_zoo.export.sampler import Sampler

Map = Callable[[np.ndarray, "np.ndarray | None"], np.ndarray]

# Operators that multiply latents by weights.
_PRODUCTS = (
    "BatchMatMulV2",
    "Conv2D",
    "Conv2DBackpropInput",
    "Einsum",
    "MatMul",
)
# Samples at which the map is differentiated, of a linear one all the same, and
# half the step, in standard deviations.
_POINTS = 8
_HALF_STEP = 0.5


def fit(sampler: Sampler, samples: Samples, count: int) -> np.ndarray:
    """Returns the directions that the first layer stretches most.

    An export has no layers. So A is the derivative, by central differences of
    one standard deviation, of the graph's first products with latents: all
    matrix products and convolutions that depend on latents and have none
    before them. It is exact where the layer is linear; where something else
    comes first, such as a normalisation, A^T A is the mean over 8 samples. A
    generator without such a product is differentiated as a whole.

    Differs from the paper: latents are scaled to a variance of 1, so that
    uniform ones compare with normal ones; categories are held.

    Args:
        sampler: of the generator.
        samples: some of it, of which the first 8 are used.
        count: how many directions; at most as many as latents that move are
            returned.

    Returns:
        float64 [K, M], of unit length, of whitened latents, see
        `samples.whiten`; in descending order of the eigenvalues.
    """
    product = _first_products(sampler) or sampler.float_images
    variances = latent_space.variances(sampler.latents_spec)
    movable = np.flatnonzero(variances)
    latents = samples.latents[:_POINTS]
    labels = None if samples.labels is None else samples.labels[:_POINTS]
    columns = []
    for index in movable:
        offset = np.zeros(len(variances), np.float32)
        offset[index] = _HALF_STEP * np.sqrt(variances[index])
        above = product(latents + offset, labels)
        below = product(latents - offset, labels)
        columns.append((above - below).reshape(-1))
    jacobian = np.stack(columns, 1).astype(float)  # [8 * Y, M]
    _, vectors = scipy.linalg.eigh(jacobian.T @ jacobian)
    return vectors[:, ::-1].T[:count]


def _first_products(sampler: Sampler) -> Map | None:
    """Returns the map from latents to the values of the first products.

    None of a graph without any.
    """
    serving = sampler.serving_function
    frozen = convert_variables_to_constants_v2(serving)
    inputs = {tensor.op.name: tensor for tensor in frozen.inputs}
    latents = inputs.pop(sampler.latents_spec.name)
    products = [*_find_products(latents)]
    if not products:
        return None
    labels = [*inputs.values()]
    function = frozen.prune([latents, *labels], products)

    def run(latents: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
        given = [tf.constant(latents, tf.float32)]
        if labels:
            given.append(tf.constant(classes))
        outputs = function(*given)
        return np.concatenate(
            [np.reshape(output, [len(latents), -1]) for output in outputs], 1
        )

    return run


def _find_products(latents: Any) -> Iterator[Any]:
    """Yields the outputs of the first products that depend on latents."""
    waiting, seen = [latents], set()
    while waiting:
        for operation in waiting.pop().consumers():
            if operation.name in seen:
                continue
            seen.add(operation.name)
            if operation.type in _PRODUCTS:
                yield operation.outputs[0]
            else:
                waiting += operation.outputs
