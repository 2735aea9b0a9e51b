"""Dropout: its masks, where they come from, and what they keep."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import random
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import PermanentDropout, StepDropout
from tfgan_zoo.layers.training_pass import training_pass

ROWS = 8


def _draws(step=3, rows=ROWS):
    return random.StepRandom(5, tf.constant(step, tf.int64), rows)


def _dropped(stream="a", draws=None, rate=0.4):
    layer = StepDropout(rate, stream=stream)
    with training_pass(random=draws or _draws()):
        return layer(tf.ones([ROWS, 50]), training=True).numpy()


def test_step_dropout_mask_is_that_of_the_step():
    uniform = _draws().uniform("dropout/a", [50]).numpy()
    expected = np.where(uniform >= 0.4, 1.0 / 0.6, 0.0)
    np.testing.assert_allclose(_dropped(), expected, rtol=1e-6)


def test_step_dropout_share_and_mean_are_right():
    layer = StepDropout(0.3, stream="a")
    with training_pass(random=_draws()):
        outputs = layer(tf.ones([ROWS, 30, 30, 4]), training=True).numpy()
    # 28,800 units: three standard deviations are 0.008.
    assert 0.292 < np.mean(outputs == 0.0) < 0.308
    np.testing.assert_allclose(outputs.max(), 1.0 / 0.7, rtol=1e-6)


@pytest.mark.parametrize(
    ("stream", "draws"),
    [("b", _draws()), ("a", _draws(step=4)), ("a", _draws().scoped("fake"))],
)
def test_step_dropout_differs_by_stream_step_and_scope(stream, draws):
    assert np.mean(_dropped(stream, draws) != _dropped()) > 0.3


def test_step_dropout_does_not_depend_on_layers_made_before():
    before = _dropped()
    for _ in range(3):
        keras.layers.Dropout(0.1)
        StepDropout(0.1, stream="other")
    np.testing.assert_array_equal(_dropped(), before)


def test_step_dropout_is_identity_in_inference_and_at_rate_zero():
    inputs = tf.random.stateless_normal([ROWS, 3], [0, 0])
    layer = StepDropout(0.5, stream="a")
    for training in (False, None):
        np.testing.assert_array_equal(layer(inputs, training=training), inputs)
    outputs = StepDropout(0.0, stream="a")(inputs, training=True)
    np.testing.assert_array_equal(outputs, inputs)


def test_step_dropout_outside_a_step_draws_anew():
    layer = StepDropout(0.5, stream="a")
    first = layer(tf.ones([4, 1000]), training=True).numpy()
    second = layer(tf.ones([4, 1000]), training=True).numpy()
    assert 0.4 < np.mean(first == 0.0) < 0.6
    assert 0.4 < np.mean(first != second) < 0.6


def test_step_dropout_gradient_is_the_mask():
    inputs = tf.Variable(tf.random.stateless_normal([ROWS, 50], [0, 0]))
    layer = StepDropout(0.4, stream="a")
    with training_pass(random=_draws()), tf.GradientTape() as tape:
        outputs = layer(inputs, training=True)
    gradient = tape.gradient(outputs, inputs)
    np.testing.assert_allclose(gradient, _dropped(), rtol=1e-6)


def test_step_dropout_two_replicas_drop_what_one_does(two_replicas):
    layer = StepDropout(0.4, stream="a")

    @tf.function
    def run():
        def step():
            with training_pass(random=_draws(rows=ROWS // 2)):
                return layer(tf.ones([ROWS // 2, 50]), training=True)

        return two_replicas.run(step)

    rows = two_replicas.experimental_local_results(run())
    np.testing.assert_array_equal(np.concatenate(rows), _dropped())


def test_step_dropout_takes_a_batch_of_unknown_size():
    layer = StepDropout(0.4, stream="a")

    @tf.function(input_signature=[tf.TensorSpec([None, 50])])
    def run(inputs):
        with training_pass(random=_draws(rows=tf.shape(inputs)[0])):
            return layer(inputs, training=True)

    np.testing.assert_array_equal(run(tf.ones([ROWS, 50])), _dropped())


def test_step_dropout_computes_in_the_policy_s_type():
    layer = StepDropout(0.4, stream="a", dtype="mixed_bfloat16")
    with training_pass(random=_draws()):
        outputs = layer(tf.ones([ROWS, 50]), training=True)
    assert outputs.dtype == tf.bfloat16
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32), _dropped(), rtol=0.01
    )


def test_permanent_dropout_drops_below_the_quantile():
    # The quantile of 0.25 is -0.6745.
    inputs = tf.constant([[1.0, 2.0, 3.0]])
    noise = tf.constant([[-0.68, -0.67, 2.0]])
    outputs = PermanentDropout(0.25)(inputs, noise)
    np.testing.assert_allclose(outputs, [[0.0, 8.0 / 3.0, 4.0]], rtol=1e-6)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_permanent_dropout_share_is_the_rate(rate):
    noise = tf.random.stateless_normal([200, 100], [0, 1])
    outputs = PermanentDropout(rate)(tf.ones([200, 100]), noise)
    # 20,000 units: a standard deviation is 0.0035 or less.
    np.testing.assert_allclose(np.mean(outputs == 0.0), rate, atol=0.012)
    np.testing.assert_allclose(np.max(outputs), 1.0 / (1.0 - rate), rtol=1e-5)


def test_permanent_dropout_of_a_map_drops_whole_channels():
    inputs = tf.random.stateless_uniform([3, 4, 4, 20], [0, 0], 1.0, 2.0)
    noise = tf.random.stateless_normal([3, 20], [0, 1])
    outputs = PermanentDropout(0.5)(inputs, noise).numpy()
    is_kept = (noise.numpy() >= 0.0)[:, None, None, :]
    np.testing.assert_allclose(outputs, 2.0 * inputs * is_kept, rtol=1e-6)


def test_permanent_dropout_is_a_pure_function_of_its_inputs():
    layer = PermanentDropout(0.5)
    spec = tf.TensorSpec([2, 5])
    graph = tf.function(layer).get_concrete_function(spec, spec)
    types = {operation.type for operation in graph.graph.get_operations()}
    assert "GreaterEqual" in types
    assert not [one for one in types if "Random" in one]
    noise = tf.random.stateless_normal([2, 5], [0, 1])
    for training in (True, False):
        np.testing.assert_array_equal(
            layer(tf.ones([2, 5]), noise, training=training),
            graph(tf.ones([2, 5]), noise),
        )


def test_permanent_dropout_gradient_flows_through_what_is_kept():
    inputs = tf.Variable([[1.0, 2.0]])
    noise = tf.constant([[-1.0, 1.0]])
    with tf.GradientTape() as tape:
        outputs = PermanentDropout(0.5)(inputs, noise)
    np.testing.assert_allclose(
        tape.gradient(outputs, inputs), [[0.0, 2.0]], rtol=1e-6
    )


def test_permanent_dropout_at_rate_zero_is_identity():
    outputs = PermanentDropout(0.0)(tf.ones([1, 2]), tf.fill([1, 2], -9.0))
    np.testing.assert_array_equal(outputs, [[1.0, 1.0]])


def test_permanent_dropout_under_bfloat16_compares_in_float32():
    layer = PermanentDropout(0.75, dtype="mixed_bfloat16")
    # About the quantile 0.67449; in bfloat16 both would be 0.67578.
    outputs = layer(tf.ones([1, 2]), tf.constant([[0.6744, 0.6746]]))
    assert outputs.dtype == tf.bfloat16
    np.testing.assert_array_equal(tf.cast(outputs, tf.float32), [[0.0, 4.0]])


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_rate_out_of_range_is_refused(rate):
    with pytest.raises(ValueError, match=r"in \[0, 1\). Received: "):
        StepDropout(rate, stream="a")
    with pytest.raises(ValueError, match=r"in \[0, 1\). Received: "):
        PermanentDropout(rate)


def test_empty_stream_is_refused():
    with pytest.raises(ValueError, match="`stream` must be.*Received: ''"):
        StepDropout(0.5, stream="")


@pytest.mark.parametrize(
    ("inputs", "noise", "message"),
    [
        ([2, 3], [2, 4], r"`noise` must be \[2, 3\]"),
        ([2, 3], [1, 3], r"`noise` must be \[2, 3\]"),
        ([2, 4, 4, 3], [2, 4, 4, 3], r"`noise` must be \[2, 3\]"),
        ([2, 4, 3], [2, 3], r"`inputs` must be.*Received: \(2, 4, 3\)"),
    ],
)
def test_permanent_dropout_refuses_shapes_that_do_not_fit(
    inputs, noise, message
):
    with pytest.raises(ValueError, match=message):
        PermanentDropout(0.5)(tf.zeros(inputs), tf.zeros(noise))


def test_config_round_trip_keeps_rate_and_stream():
    layer = StepDropout(0.4, stream="a")
    again = StepDropout.from_config(layer.get_config())
    assert (again.rate, again.stream) == (0.4, "a")
    layer = PermanentDropout(0.3)
    assert PermanentDropout.from_config(layer.get_config()).rate == 0.3
