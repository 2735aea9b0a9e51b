"""Constraints against constants worked by hand."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import constraints

VALUE = tf.constant([[-3.0, -0.125], [0.25, 1.0]])


def test_weight_clipping_keeps_what_is_within_the_limit():
    constrain = constraints.get("weight_clipping", 0.5)
    np.testing.assert_array_equal(
        constrain(VALUE), [[-0.5, -0.125], [0.25, 0.5]]
    )


def test_smooth_bound_is_the_scaled_hyperbolic_tangent():
    constrain = constraints.get("smooth_bound", 0.5)
    expected = [[-0.4975274, -0.0621765], [0.1224593, 0.3807971]]
    np.testing.assert_allclose(constrain(VALUE), expected, rtol=1e-5)


@pytest.mark.parametrize("name", constraints.names())
def test_constraint_never_exceeds_its_limit_and_keeps_shape_and_type(name):
    constrain = constraints.get(name, 2.0)
    if name == "none":
        assert constrain is None
        return
    extreme = tf.constant([[-1e30], [-2.1], [0.0], [2.1], [1e30]])
    constrained = constrain(extreme)
    assert constrained.shape == extreme.shape
    assert constrained.dtype == extreme.dtype
    assert np.abs(constrained).max() == 2.0
    assert np.all(np.sign(constrained) == np.sign(extreme))


@pytest.mark.parametrize("limit", [0.0, -1.0, math.inf, math.nan])
def test_get_refuses_a_limit_that_is_not_above_0_unless_unused(limit):
    for name in constraints.names():
        if name == "none":
            assert constraints.get(name, limit) is None
            continue
        with pytest.raises(ValueError, match="`limit` must be above 0 and"):
            constraints.get(name, limit)


def test_get_names_the_known_constraints_when_the_name_is_unknown():
    with pytest.raises(
        ValueError, match="none, smooth_bound, weight_clipping. Received: clip"
    ):
        constraints.get("clip", 1.0)
