"""Self-attention against a loop over positions, and as a TFLite file."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo import quiet
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import SelfAttention, SpectralConv2D

SHAPE = (3, 4, 16)


@pytest.fixture
def maps():
    random = np.random.default_rng(0)
    return random.normal(size=(2, *SHAPE)).astype(np.float32)


def _built(maps, **arguments):
    keras.utils.set_random_seed(0)
    layer = SelfAttention(**arguments)
    layer(maps)
    return layer


def _expected(layer, maps):
    """Equations 1 to 3 of the paper, position by position, in float64."""
    f, g, h, v = (
        np.asarray(convolution.kernel)[0, 0].T.astype(np.float64)
        for convolution in (layer.f, layer.g, layer.h, layer.v)
    )
    outputs = np.empty_like(maps, np.float64)
    for image, output in zip(maps.astype(np.float64), outputs):
        points = image.reshape(-1, image.shape[-1])
        for j, point in enumerate(points):
            scores = [(f @ other) @ (g @ point) for other in points]
            beta = np.exp(scores) / np.exp(scores).sum()
            attended = sum(b * (h @ other) for b, other in zip(beta, points))
            y, x = divmod(j, image.shape[1])
            output[y, x] = float(layer.gamma) * (v @ attended) + point
    return outputs


def test_outputs_equal_a_loop_over_positions(maps):
    layer = _built(maps)
    layer.gamma.assign(0.7)
    layer.f.kernel.assign(3.0 * layer.f.kernel)  # far from even attention
    outputs = layer(maps)
    np.testing.assert_allclose(outputs, _expected(layer, maps), atol=1e-5)
    assert np.abs(outputs - maps).max() > 0.1
    assert layer.f.kernel.shape == [1, 1, 16, 2]
    assert layer.v.kernel.shape == [1, 1, 2, 16]


def test_two_positions_by_hand():
    layer = SelfAttention()
    layer.build(tf.TensorShape([None, 1, 2, 1]))
    for convolution in (layer.f, layer.g, layer.h, layer.v):
        convolution.build(tf.TensorShape([None, 1, 2, 1]))
        convolution.kernel.assign(tf.ones([1, 1, 1, 1]))
    layer.gamma.assign(1.0)
    # At 1: the softmax of (1 * 0, 1 * 1) weighs (0, 1); at 0 it is even.
    outputs = layer(tf.constant([0.0, 1.0], shape=[1, 1, 2, 1]))
    np.testing.assert_allclose(
        tf.reshape(outputs, [-1]), [0.5, 1.7310586], rtol=1e-6
    )


@pytest.mark.parametrize("spectral", [False, True])
def test_it_starts_as_the_identity_and_gamma_learns_first(maps, spectral):
    layer = _built(maps, spectral=spectral)
    weights = tf.random.stateless_normal(maps.shape, [0, 1])
    with tf.GradientTape() as tape:
        outputs = layer(maps, training=True)
        loss = tf.reduce_sum(outputs * weights)
    np.testing.assert_array_equal(outputs, maps)
    gradient = tape.gradient(loss, [layer.gamma, layer.v.kernel])
    assert abs(float(gradient[0])) > 1e-3
    np.testing.assert_array_equal(gradient[1], np.zeros((1, 1, 2, 16)))


def test_spectral_convolutions_move_only_in_training(maps):
    layer = _built(maps, spectral=True)
    before = [convolution.u.numpy() for convolution in _spectral(layer)]
    assert len(before) == 4
    layer(maps, training=False)
    for convolution, u in zip(_spectral(layer), before):
        np.testing.assert_array_equal(convolution.u, u)
    layer(maps, training=True)
    for convolution, u in zip(_spectral(layer), before):
        assert np.abs(convolution.u - u).max() > 1e-3


def _spectral(layer):
    return [one for one in layer.submodules if isinstance(one, SpectralConv2D)]


def test_mixed_bfloat16_has_float32_weights_and_is_near(maps):
    exact = _built(maps)
    exact.gamma.assign(0.7)
    layer = _built(maps, dtype="mixed_bfloat16")
    layer.set_weights(exact.get_weights())
    outputs = layer(maps)
    assert outputs.dtype == tf.bfloat16
    assert {v.dtype for v in layer.variables} == {tf.float32}
    outputs = tf.cast(outputs, tf.float32)
    np.testing.assert_allclose(outputs, exact(maps), atol=0.05)


def test_softmax_of_large_scores_is_float32_under_mixed_bfloat16():
    layer = SelfAttention(dtype="mixed_bfloat16")
    graph = tf.function(layer).get_concrete_function(tf.TensorSpec([1, *SHAPE]))
    softmaxes = [
        operation.outputs[0].dtype
        for operation in graph.graph.get_operations()
        if operation.type == "Softmax"
    ]
    assert softmaxes == [tf.float32]


def test_an_unknown_height_is_refused():
    with pytest.raises(ValueError, match=r"known height.*Received: .*None, 4"):
        SelfAttention().build(tf.TensorShape([None, None, 4, 16]))


def test_config_round_trips():
    again = SelfAttention.from_config(SelfAttention(spectral=True).get_config())
    assert again.spectral


def test_tflite_file_has_builtin_operators_and_equals_the_layers(maps):
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            SpectralConv2D(16, 3, padding="same"),
            SelfAttention(spectral=True),
        ]
    )
    network(maps, training=True)
    network.layers[1].gamma.assign(0.7)
    spec = tf.TensorSpec([1, *SHAPE], tf.float32)
    function = tf.function(lambda x: network(x, training=False))
    frozen = convert_variables_to_constants_v2(
        function.get_concrete_function(spec)
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    with quiet.native_stderr_hidden():
        interpreter = tf.lite.Interpreter(model_content=converter.convert())
        interpreter.allocate_tensors()
    (given,), (made,) = (
        interpreter.get_input_details(),
        interpreter.get_output_details(),
    )
    for image in maps:
        interpreter.set_tensor(given["index"], image[None])
        interpreter.invoke()
        np.testing.assert_allclose(
            interpreter.get_tensor(made["index"]),
            network(image[None], training=False),
            atol=1e-5,
        )
    used = {one["op_name"] for one in interpreter._get_ops_details()}
    # No sigma at run time: it was folded with the kernels.
    assert used - {"DELEGATE"} <= {
        "ADD",
        "BATCH_MATMUL",
        "CONV_2D",
        "MUL",
        "RESHAPE",
        "SOFTMAX",
        "TRANSPOSE",
    }
