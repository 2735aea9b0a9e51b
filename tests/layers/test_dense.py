"""The dense layer with batch-normalised units, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers.dense import NormalizedDense

INPUTS = np.random.default_rng(0).normal(2.0, 3.0, (6, 5)).astype(np.float32)


def test_units_are_normalised_over_the_batch_in_training():
    layer = NormalizedDense(4)
    outputs = layer(INPUTS, training=True)
    units = INPUTS @ layer.dense.kernel.numpy()
    expected = (units - units.mean(0)) / np.sqrt(units.var(0) + 1e-5)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_inference_takes_the_moving_statistics():
    layer = NormalizedDense(4)
    layer(INPUTS, training=True)
    units = INPUTS @ layer.dense.kernel.numpy()
    mean, variance = 0.1 * units.mean(0), 0.9 + 0.1 * units.var(0)
    expected = (units - mean) / np.sqrt(variance + 1e-5)
    outputs = layer(INPUTS, training=False)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_mixed_precision_keeps_the_shape_and_float32_variables(training):
    with precision_policy("mixed_bfloat16"):
        layer = NormalizedDense(4)
    outputs = layer(INPUTS, training=training)
    assert outputs.shape == [6, 4]
    assert outputs.dtype == tf.bfloat16
    assert {variable.dtype for variable in layer.variables} == {tf.float32}


def test_layer_is_built_again_from_its_config():
    layer = NormalizedDense(
        4, kernel_initializer=keras.initializers.Constant(0.5)
    )
    twin = NormalizedDense.from_config(layer.get_config())
    np.testing.assert_array_equal(
        twin(INPUTS, training=True), layer(INPUTS, training=True)
    )
    np.testing.assert_array_equal(twin.dense.kernel, np.full((5, 4), 0.5))
