"""Spectral normalisation against NumPy's singular values and gradients."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    SpectralConv2D,
    SpectralDense,
    SpectralEmbedding,
)
from tfgan_zoo.layers.training_pass import training_pass

IMAGE = (6, 6, 3)


def _conv(**arguments):
    return SpectralConv2D(8, 3, **arguments), np.zeros((1, *IMAGE), np.float32)


def _dense(**arguments):
    return SpectralDense(8, **arguments), np.zeros((1, 5), np.float32)


def _embedding(**arguments):
    return SpectralEmbedding(7, 4, **arguments), np.zeros([1], np.int32)


LAYERS = {"conv": _conv, "dense": _dense, "embedding": _embedding}


@pytest.fixture(params=sorted(LAYERS))
def built(request):
    """A built layer with a kernel of distinct singular values."""
    layer, inputs = LAYERS[request.param]()
    layer(inputs)
    _stored(layer).assign(_kernel(_stored(layer).shape))
    return layer, inputs


def _stored(layer):
    (kernel,) = (v for v in layer.trainable_variables if "bias" not in v.name)
    return kernel


def _kernel(shape, seed=0):
    """Random left and right singular vectors; values 3, 2, 1, 1, ..."""
    random = np.random.default_rng(seed)
    width = shape[-1]
    left, _, right = np.linalg.svd(
        random.normal(size=(np.prod(shape[:-1]), width)), full_matrices=False
    )
    values = np.ones(len(right))
    values[:2] = 3.0, 2.0
    return (left * values @ right).reshape(shape).astype(np.float32)


def _power_iteration(matrix, u):
    """Algorithm 1 of the paper on its W, [out, in], until it rests."""
    sigma = 0.0
    for _ in range(1000):
        v = matrix.T @ u
        v /= np.linalg.norm(v)
        u = matrix @ v
        u /= np.linalg.norm(u)
        before, sigma = sigma, u @ matrix @ v
        if abs(sigma - before) < 1e-12:
            return sigma
    raise AssertionError("the power iteration did not converge")


def _used_kernel(layer):
    """What the layer computes with at inference, read from its outputs."""
    shape = _stored(layer).shape
    if isinstance(layer, SpectralEmbedding):
        return layer(np.arange(shape[0]))
    rows = np.eye(np.prod(shape[:-1]), dtype=np.float32)
    # A single 1 in an input, or a patch, gives that row; the bias is 0.
    outputs = layer(rows.reshape(-1, *shape[:-1]))
    return tf.reshape(outputs, shape)


def test_many_passes_find_the_largest_singular_value(built):
    layer, inputs = built
    for _ in range(40):
        layer(inputs, training=True)
    kernel = _stored(layer).numpy()
    matrix = kernel.reshape(-1, kernel.shape[-1]).T.astype(np.float64)
    exact = np.linalg.svd(matrix, compute_uv=False)[0]
    start = np.random.default_rng(1).normal(size=len(matrix))
    assert _power_iteration(matrix, start) == pytest.approx(exact, rel=1e-9)
    assert exact == pytest.approx(3.0, rel=1e-5)
    np.testing.assert_allclose(_used_kernel(layer) * exact, kernel, atol=1e-4)


def test_one_pass_is_one_step_of_the_power_iteration():
    layer = SpectralDense(2, use_bias=False)
    layer.build(tf.TensorShape([None, 2]))
    layer.kernel.assign([[3.0, 0.0], [0.0, 4.0]])
    layer.u.assign([1.0, 1.0])
    outputs = layer(tf.constant([[1.0, 0.0]]), training=True)
    # v = [3, 4] / 5; W v = [9, 16] / 5; u = [9, 16] / sqrt(337); sigma = |W v|
    np.testing.assert_allclose(layer.u, [0.4902612, 0.8715755], rtol=1e-6)
    np.testing.assert_allclose(outputs, [[3.0 / 3.6715120, 0.0]], rtol=1e-6)


def test_training_passes_leave_the_stored_kernel(built):
    layer, inputs = built
    before = _stored(layer).numpy()
    u = layer.u.numpy()
    for _ in range(3):
        layer(inputs, training=True)
    np.testing.assert_array_equal(_stored(layer), before)
    assert np.abs(layer.u - u).max() > 1e-3
    assert len(layer.non_trainable_variables) == 1


def test_inference_is_repeatable_and_leaves_u(built):
    layer, _ = built
    u = layer.u.numpy()
    first = _used_kernel(layer)
    np.testing.assert_array_equal(_used_kernel(layer), first)
    np.testing.assert_array_equal(layer.u, u)


def test_a_training_pass_that_keeps_the_state_leaves_u(built):
    layer, inputs = built
    before = layer.u.numpy()
    with training_pass(updates_state=False):
        kept = layer(inputs, training=True)
    np.testing.assert_array_equal(layer.u, before)
    np.testing.assert_array_equal(layer(inputs, training=True), kept)
    assert np.abs(layer.u - before).max() > 1e-4


def test_inference_divides_by_the_sigma_of_the_next_pass_in_training():
    layer, _ = _dense()
    inputs = np.random.default_rng(2).normal(size=(4, 5)).astype(np.float32)
    layer(inputs, training=True)
    at_inference = layer(inputs, training=False)
    np.testing.assert_array_equal(layer(inputs, training=True), at_inference)


def _step(kernel, u):
    """The u and v of one step of the power iteration."""
    matrix = kernel.reshape(-1, kernel.shape[-1])
    v = matrix @ u / np.linalg.norm(matrix @ u)
    u = matrix.T @ v / np.linalg.norm(matrix.T @ v)
    return u, v


def test_gradient_is_the_papers_equation_12(built):
    layer, inputs = built
    layer(inputs, training=True)
    kernel = _stored(layer).numpy().astype(np.float64)
    u, v = _step(kernel, layer.u.numpy().astype(np.float64))
    weights = np.random.default_rng(3).normal(size=kernel.shape)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer.kernel_in_use(training=True) * weights)
    gradient = tape.gradient(loss, _stored(layer))

    def value(kernel):  # u and v stay, as constants
        sigma = v @ kernel.reshape(len(v), len(u)) @ u
        return (kernel / sigma * weights).sum()

    sigma = v @ kernel.reshape(len(v), len(u)) @ u
    outer = np.outer(v, u).reshape(kernel.shape)
    share = (weights * kernel).sum() / sigma
    np.testing.assert_allclose(
        gradient, (weights - share * outer) / sigma, atol=1e-5
    )
    step = np.random.default_rng(4).normal(size=kernel.shape) * 1e-5
    slope = (value(kernel + step) - value(kernel - step)) / 2.0
    assert (gradient.numpy() * step).sum() == pytest.approx(slope, rel=1e-3)


def test_gradient_of_a_gradient_norm_is_finite_and_not_zero():
    layer = SpectralConv2D(4, 3, activation=tf.nn.softplus)
    images = tf.random.stateless_normal([2, *IMAGE], [0, 1])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(images)
            outputs = layer(images, training=True)
        gradient = inner.gradient(outputs, images)
        penalty = tf.reduce_sum(tf.square(gradient))
    gradient = outer.gradient(penalty, layer.kernel)
    assert np.isfinite(gradient).all()
    assert np.abs(gradient).max() > 1e-3


def test_arguments_pass_through_to_the_convolution():
    images = np.random.default_rng(5).normal(size=(2, *IMAGE))
    arguments = {
        "strides": 2,
        "padding": "same",
        "dilation_rate": 1,
        "kernel_initializer": keras.initializers.Constant(0.5),
        "bias_initializer": keras.initializers.Constant(-0.25),
        "activation": "relu",
    }
    layer = SpectralConv2D(4, 3, **arguments)
    plain = keras.layers.Conv2D(4, 3, **arguments)
    images = images.astype(np.float32)
    outputs = layer(images, training=True)
    # Of rank 1, so one step is exact: sigma = 0.5 * sqrt(3 * 3 * 3 * 4).
    plain.build(tf.TensorShape([None, *IMAGE]))
    plain.kernel.assign(plain.kernel / (0.5 * np.sqrt(108.0)))
    np.testing.assert_allclose(outputs, plain(images), atol=1e-5)
    assert outputs.shape == [2, 3, 3, 4]
    assert 0.1 < np.mean(outputs == 0.0) < 0.9


def test_dense_without_bias_keeps_the_leading_axes():
    layer = SpectralDense(4, use_bias=False, kernel_initializer="ones")
    outputs = layer(np.ones((2, 3, 5), np.float32), training=True)
    np.testing.assert_allclose(
        outputs, np.full((2, 3, 4), 5.0 / np.sqrt(20.0)), rtol=1e-5
    )
    assert [v.name.split("/")[-1] for v in layer.variables] == [
        "kernel:0",
        "u:0",
    ]


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_mixed_bfloat16_takes_sigma_of_the_float32_kernel(name):
    layer, inputs = LAYERS[name](dtype="mixed_bfloat16")
    exact, _ = LAYERS[name]()
    exact(inputs)
    outputs = layer(inputs, training=True)
    assert outputs.dtype == tf.bfloat16
    assert {v.dtype for v in layer.variables} == {tf.float32}
    exact.set_weights(layer.get_weights())
    # The float32 result, rounded once at the end.
    np.testing.assert_array_equal(
        _used_kernel(layer), tf.cast(_used_kernel(exact), tf.bfloat16)
    )


def test_two_replicas_keep_the_u_of_one(two_replicas):
    with two_replicas.scope():
        layer = SpectralDense(8)
        layer.build(tf.TensorShape([None, 5]))
    single = SpectralDense(8)
    single.build(tf.TensorShape([None, 5]))
    single.set_weights(layer.get_weights())
    start = layer.u.numpy()
    halves = two_replicas.experimental_distribute_values_from_function(
        lambda context: tf.fill([2, 5], float(context.replica_id_in_sync_group))
    )

    @tf.function
    def run(halves):
        return two_replicas.run(lambda x: layer(x, training=True), (halves,))

    for _ in range(3):
        outputs = two_replicas.experimental_local_results(run(halves))
        expected = single(np.repeat([[0.0], [1.0]], 2, 0) * np.ones(5), True)
    np.testing.assert_allclose(np.concatenate(outputs), expected, atol=1e-6)
    copies = two_replicas.experimental_local_results(layer.u)
    for copy in (*copies, layer.u):
        np.testing.assert_allclose(copy, single.u, atol=1e-6)
    assert np.abs(layer.u.numpy() - start).max() > 1e-3


def test_label_out_of_range_is_an_error_on_a_cpu():
    layer, _ = _embedding()
    with tf.device("CPU:0"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="7"):
            layer(np.array([7], np.int32))


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_config_round_trips(name):
    layer, inputs = LAYERS[name](name="layer")
    again = type(layer).from_config(layer.get_config())
    layer(inputs)
    again(inputs)
    assert again.get_config() == layer.get_config()
    assert [v.shape for v in again.variables] == [
        v.shape for v in layer.variables
    ]
