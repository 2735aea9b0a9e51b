"""Products and decompositions of large matrices, by SciPy's BLAS and LAPACK.

NumPy 1.26, which TensorFlow 2.15 requires, brings an OpenBLAS that takes newer
processors for one without AVX and is up to five times slower on them.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg
from scipy.linalg import blas


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Returns a @ b of float64 [N, K] and [K, M], without copies of either."""
    # BLAS has columns first, so this is (b^T a^T)^T.
    (left, flip_left), (right, flip_right) = _columns(b.T), _columns(a.T)
    return blas.dgemm(1.0, left, right, trans_a=flip_left, trans_b=flip_right).T


def _columns(matrix: np.ndarray) -> tuple[np.ndarray, bool]:
    """Returns what has columns first, and whether it is the transpose."""
    is_ready = matrix.flags.f_contiguous
    return (matrix, False) if is_ready else (matrix.T, True)


def gram(rows: np.ndarray) -> np.ndarray:
    """Returns rows^T rows of float64 [N, D], in half the time of a product."""
    upper = blas.dsyrk(1.0, np.ascontiguousarray(rows).T)
    return np.triu(upper) + np.triu(upper, 1).T


def factor(symmetric: np.ndarray) -> np.ndarray:
    """Returns L of L L^T = `symmetric`, which may be singular."""
    try:
        return scipy.linalg.cholesky(symmetric, lower=True)
    except np.linalg.LinAlgError:
        values, vectors = scipy.linalg.eigh(symmetric)
        return vectors * np.sqrt(np.clip(values, 0.0, None))


def eigenvalues(symmetric: np.ndarray) -> np.ndarray:
    """Returns the eigenvalues of a symmetric matrix, ascending."""
    return scipy.linalg.eigvalsh(symmetric)
