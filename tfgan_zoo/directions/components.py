"""Directions along which images differ most: principal components.

Härkönen et al. 2020 (arXiv:2004.02546), section 2: the principal components of
features of samples, and by regression the directions of the latents that move
along each of them.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg

from tfgan_zoo.directions.readings import Axes


def fit_axes(features: np.ndarray, groups: np.ndarray, count: int) -> Axes:
    """Returns the principal components of features of samples.

    Differs from the paper: the features are those of the images, mean colours
    of blocks of pixels, and not a layer of the generator, of which an export
    has none. The components are those within groups, of labels and categories,
    between which no direction leads.

    Args:
        features: float [N, F] of samples.
        groups: int [N].
        count: how many, at most F.

    Returns:
        Their mean and the axes [K, F], K at most `count`, in descending order
        of variance. The largest value of an axis is above 0.
    """
    rows = features.astype(float)
    mean = rows.mean(axis=0)
    for group in np.unique(groups):
        members = groups == group
        rows[members] -= rows[members].mean(axis=0)
    width = rows.shape[1]
    if not count:
        return Axes(mean, np.empty([0, width]))
    first = max(0, width - count)
    values, vectors = scipy.linalg.eigh(
        rows.T @ rows, subset_by_index=(first, width - 1)
    )
    # Features that never change have components of their own.
    are_there = values > values.max(initial=0.0) * 1e-9
    vectors = vectors[:, are_there][:, ::-1].T
    largest = np.abs(vectors).argmax(axis=1)[:, np.newaxis]
    signs = np.sign(np.take_along_axis(vectors, largest, axis=1))
    return Axes(mean, vectors * signs)
