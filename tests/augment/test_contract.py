"""What every augmentation keeps: shape, type, derivatives, replicas."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import augment
from tfgan_zoo.random import StepRandom

NAMES = ["color", "translation", "cutout", "diffaugment", "ada"]


def _get(name):
    if name in ("color", "translation", "cutout"):
        return augment.get("diffaugment", policy=name)
    found = augment.get(name)
    if name == "ada":
        found.probability.assign(1.0)
    return found


def _images(*shape):
    images = np.random.default_rng(0).uniform(-1, 1, shape)
    return tf.constant(images, tf.float32)


def _random(rows):
    return StepRandom(3, tf.constant(5), rows)


@pytest.mark.parametrize("name", NAMES)
def test_graph_has_a_static_shape_and_equals_eager(name):
    function, images = _get(name), _images(6, 16, 12, 3)
    graph = tf.function(lambda images: function(images, _random(6)))
    concrete = graph.get_concrete_function(tf.TensorSpec(images.shape))
    assert concrete.output_shapes == [6, 16, 12, 3]
    actual = graph(images)
    assert actual.dtype == tf.float32
    assert np.isfinite(actual).all()
    assert np.abs(actual - images).max((1, 2, 3)).max() > 0.1
    np.testing.assert_allclose(actual, function(images, _random(6)), atol=1e-4)


@pytest.mark.parametrize("name", ["diffaugment", "ada"])
def test_batch_of_unknown_size_is_augmented(name):
    function = _get(name)
    graph = tf.function(
        lambda images: function(images, _random(tf.shape(images)[0])),
        input_signature=[tf.TensorSpec([None, 16, 16, 3])],
    )
    images = _images(5, 16, 16, 3)
    expected = function(images, _random(5))
    np.testing.assert_allclose(graph(images), expected, atol=1e-4)
    assert graph.get_concrete_function().output_shapes[1:] == [16, 16, 3]


@pytest.mark.parametrize("name", ["diffaugment", "ada"])
def test_bfloat16_images_become_float32(name):
    images = tf.cast(_images(4, 16, 16, 3), tf.bfloat16)
    actual = _get(name)(images, _random(4))
    assert actual.dtype == tf.float32
    expected = _get(name)(tf.cast(images, tf.float32), _random(4))
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", ["diffaugment", "ada"])
@pytest.mark.parametrize("shape", [[4, 2], [4, 16, 16], [4, 16, 16, 2]])
def test_images_are_refused_when_their_shape_is_none_of_images(name, shape):
    with pytest.raises(ValueError, match=r"`images` must be .* Received: \("):
        _get(name)(tf.zeros(shape), _random(4))


def _jacobian(function, images):
    """The derivative of each row's pixels by its own, [B, N, N] in float64.

    An augmentation is affine in the images, so one difference is exact.
    """
    function = tf.function(function)
    zero = function(tf.zeros_like(images)).numpy().astype(float)
    rows, size = images.shape[0], int(np.prod(images.shape[1:]))
    columns = []
    for index in range(size):
        unit = np.zeros([rows, size], np.float32)
        unit[:, index] = 1.0
        moved = function(tf.constant(unit.reshape(images.shape)))
        columns.append((moved.numpy() - zero).reshape(rows, size))
    return np.stack(columns, axis=2)


@pytest.mark.parametrize("name", ["color", "translation", "cutout", "ada"])
def test_first_and_second_derivatives_equal_differences(name):
    """Of sum(y^3) / 6 and of its gradient's squared norm, y augmented."""
    augmentation, images = _get(name), _images(2, 8, 8, 3)

    def function(images):
        return augmentation(images, _random(2))

    @tf.function
    def derivatives(images):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch(images)
                loss = tf.reduce_sum(function(images) ** 3) / 6.0
            gradient = inner.gradient(loss, images)
            norm = tf.reduce_sum(gradient**2)
        return gradient, outer.gradient(norm, images)

    first, second = (one.numpy().reshape(2, -1) for one in derivatives(images))
    jacobian = _jacobian(function, images)
    outputs = function(images).numpy().reshape(2, -1).astype(float)
    expected = np.einsum("boi,bo->bi", jacobian, outputs**2 / 2)
    np.testing.assert_allclose(first, expected, atol=1e-4, rtol=1e-4)
    forward = np.einsum("boi,bi->bo", jacobian, 2 * expected) * outputs
    expected = np.einsum("boi,bo->bi", jacobian, forward)
    np.testing.assert_allclose(second, expected, atol=1e-3, rtol=1e-3)
    assert np.abs(first).max() > 0.01
    assert np.abs(second).max() > 0.01


def _on(strategy, name, images):
    size = images.shape[0] // strategy.num_replicas_in_sync
    with strategy.scope():
        augmentation = _get(name)

    @tf.function
    def run(images):
        return strategy.run(
            lambda rows: augmentation(rows, _random(size)), args=(images,)
        )

    values = run(
        strategy.experimental_distribute_values_from_function(
            lambda context: images[context.replica_id_in_sync_group * size :][
                :size
            ]
        )
    )
    return np.concatenate(strategy.experimental_local_results(values))


@pytest.mark.parametrize("name", ["diffaugment", "ada"])
def test_two_replicas_augment_as_one_does(two_replicas, name):
    images = _images(8, 16, 16, 3)
    one = _on(tf.distribute.get_strategy(), name, images)
    two = _on(two_replicas, name, images)
    np.testing.assert_allclose(two, one, atol=1e-5)


def test_get_returns_what_the_names_say():
    assert augment.names() == ["ada", "diffaugment", "none"]
    assert augment.get("none") is None
    ada = augment.get("ada", ada_target=0.5, ada_images=1000)
    assert isinstance(ada, augment.AdaptiveAugmentation)
    assert (ada.target, ada.ramp_images) == (0.5, 1000)


def test_get_names_the_known_ones_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="ada, diffaugment.*Received: hue"):
        augment.get("hue")


def test_get_refuses_a_wrong_policy_before_any_image():
    with pytest.raises(ValueError, match="`policy`.*Received: hue"):
        augment.get("diffaugment", policy="hue")
