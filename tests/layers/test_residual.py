"""`Residual`: its merges, its projection, and what it hands on."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import BatchNormalization, Residual

X = np.array([[1.0, -2.0], [3.0, 0.5]], np.float32)


def _tripling():
    return keras.layers.Dense(
        2, use_bias=False, kernel_initializer=keras.initializers.Identity(3.0)
    )


@pytest.mark.parametrize(
    ("merge", "expected"),
    [
        ("sum", 4.0 * X),
        ("mul", 3.0 * X * X),
        ("ave", 2.0 * X),
        ("max", np.maximum(X, 3.0 * X)),
        ("concat", np.concatenate([X, 3.0 * X], -1)),
    ],
)
def test_merge_equals_numpy(merge, expected):
    outputs = Residual(_tripling(), merge=merge)(X)
    np.testing.assert_allclose(outputs, expected, rtol=1e-6)


def test_several_layers_run_in_turn():
    layer = Residual([_tripling(), keras.layers.ReLU(), _tripling()])
    np.testing.assert_allclose(
        layer(X), X + 9.0 * np.maximum(X, 0.0), rtol=1e-6
    )


def test_projection_of_a_vector_equals_numpy():
    layer = Residual(keras.layers.Dense(3), project=True)
    outputs = layer(X)
    dense = layer.layers[0].kernel.numpy()
    projection = layer.projection.kernel.numpy()
    np.testing.assert_allclose(outputs, X @ (projection + dense), rtol=1e-5)
    assert len(layer.trainable_variables) == 3


def test_projection_of_a_map_is_a_convolution_of_one_pixel():
    images = np.random.default_rng(0).normal(size=(2, 5, 5, 2))
    images = images.astype(np.float32)
    conv = keras.layers.Conv2D(3, 3, padding="same", kernel_initializer="zeros")
    layer = Residual(conv, project=True)
    outputs = layer(images)
    assert layer.projection.kernel.shape == [1, 1, 2, 3]
    expected = images @ layer.projection.kernel.numpy()[0, 0]
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "merge"),
    [(keras.layers.Dense(2), "sum"), (keras.layers.Dense(3), "concat")],
)
def test_projection_is_not_made_where_none_is_needed(layer, merge):
    residual = Residual(layer, merge=merge, project=True)
    residual(X)
    assert residual.projection is None


@pytest.mark.parametrize("compiled", [False, True])
def test_training_reaches_the_layers_that_take_it(compiled):
    layer = Residual([_tripling(), BatchNormalization(momentum=0.5)])
    images = X[:, None, None, :]
    layer(images)  # inference leaves the statistics
    mean = layer.layers[1].moving_mean
    np.testing.assert_array_equal(mean, [0.0, 0.0])
    call = tf.function(layer) if compiled else layer
    call(images, training=False)
    np.testing.assert_array_equal(mean, [0.0, 0.0])
    call(images, training=True)
    np.testing.assert_allclose(mean, 0.5 * 3.0 * X.mean(0), rtol=1e-5)


def test_every_weight_and_the_input_get_a_gradient():
    layer = Residual(keras.layers.Dense(3), project=True)
    inputs = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = tf.square(layer(inputs))
    gradients = tape.gradient(outputs, [inputs, *layer.trainable_variables])
    assert all(np.any(one != 0.0) for one in gradients)


def test_layer_made_under_bfloat16_projects_and_merges_in_it():
    inner = keras.layers.Dense(3, kernel_initializer="zeros", dtype="float32")
    with precision_policy("mixed_bfloat16"):
        layer = Residual(inner, project=True)
    outputs = layer(X)  # built out of the policy's scope
    assert outputs.dtype == tf.bfloat16
    assert {one.dtype for one in layer.weights} == {tf.float32}
    expected = X @ layer.projection.kernel.numpy()
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32), expected, rtol=0.02, atol=0.02
    )


def test_config_round_trip_gives_the_same_layer():
    layer = Residual(
        [keras.layers.Dense(3, activation="relu"), BatchNormalization()],
        merge="max",
        project=True,
    )
    expected = layer(X)
    again = Residual.from_config(layer.get_config())
    again(X)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(X), expected)
    assert (again.merge, again.project) == ("max", True)


def test_unknown_merge_and_no_layer_are_refused():
    with pytest.raises(ValueError, match="ave.*sum. Received: cos"):
        Residual(_tripling(), merge="cos")
    with pytest.raises(ValueError, match=r"`layers` must hold.*Received: \[\]"):
        Residual([])


@pytest.mark.parametrize(
    ("layer", "project", "merge"),
    [
        (keras.layers.Conv2D(3, 1), False, "sum"),
        (keras.layers.Conv2D(2, 2), True, "sum"),
        (keras.layers.Conv2D(2, 2), False, "concat"),
        (keras.layers.Flatten(), True, "sum"),
    ],
)
def test_shapes_that_cannot_be_merged_are_refused(layer, project, merge):
    residual = Residual(layer, project=project, merge=merge)
    with pytest.raises(ValueError, match=r"Received: \(4, 6, 6, 2\) to \(4, "):
        residual(tf.zeros([4, 6, 6, 2]))
