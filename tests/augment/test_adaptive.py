"""ADA: the pipeline at its ends, the probability and its state."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import augment
from tfgan_zoo.random import StepRandom


def _images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


def _random(rows):
    return StepRandom(3, tf.constant(5), rows)


@pytest.mark.parametrize("shape", [(9, 32, 32, 3), (9, 5, 2, 1)])
def test_bgc_is_the_identity_at_probability_0(shape):
    images, probability = _images(*shape), tf.Variable(0.0)

    @tf.function
    def augmented(images):
        return augment.bgc(images, _random(9), probability=probability)

    np.testing.assert_array_equal(augmented(images), images)


def test_bgc_changes_every_image_at_probability_1():
    images = _images(50, 8, 8, 3)
    actual = augment.bgc(images, _random(50), probability=tf.constant(1.0))
    change = np.abs(actual - images).max((1, 2, 3))
    assert change.min() > 0.1


@pytest.mark.parametrize("probability", [0.03, 0.1])
def test_bgc_leaves_as_many_images_alone_as_the_probability_says(probability):
    images = _images(1000, 8, 8, 1)
    outputs = augment.bgc(images, _random(1000), probability=probability)
    share = np.mean((outputs == images).numpy().all((1, 2, 3)))
    # Six of ten transformations always show; a flip and an inversion in half
    # of the cases, turns by 0 to 270 degrees and shifts by -1 to 1 in three
    # quarters.
    shown = [1.0] * 6 + [0.5] * 2 + [0.75] * 2
    expected = np.prod([1 - probability * one for one in shown])
    assert abs(share - expected) < 0.04


@pytest.mark.parametrize(
    ("probability", "sign_mean", "expected"),
    [
        (0.5, 0.7, 0.75),
        (0.5, 0.5, 0.25),
        (0.5, 0.6, 0.5),
        (0.9, 1.0, 1.0),
        (0.1, -1.0, 0.0),
    ],
)
def test_adapt_steps_to_the_target_and_stays_in_range(
    probability, sign_mean, expected
):
    actual = augment.adapt(
        tf.constant(probability),
        tf.constant(sign_mean),
        target=0.6,
        images=256,
        ramp_images=1024,
    )
    np.testing.assert_allclose(actual, expected, rtol=1e-6)


def _state(ada):
    values = (ada.probability, ada.r_t, *tf.unstack(ada.window))
    return [float(value.numpy()) for value in values]


def test_update_moves_the_probability_once_in_four_steps():
    ada = augment.AdaptiveAugmentation(target=0.6, ramp_images=100)
    assert _state(ada) == [0.0, 0.0, 0.0, 0.0, 0.0]
    step = tf.function(ada.update)
    for _ in range(3):
        step(tf.constant([2.0, 0.1, 3.0, 0.5, 9.0]))
    np.testing.assert_allclose(_state(ada), [0.0, 0.0, 15.0, 15.0, 3.0])
    step(tf.constant([-5.0, -1.0, 0.0, 1.0, 1.0]))
    np.testing.assert_allclose(_state(ada), [0.2, 0.75, 0.0, 0.0, 0.0])
    for _ in range(4):
        step(tf.constant([2.0, 0.1, -3.0]))
    np.testing.assert_allclose(
        _state(ada), [0.08, 1 / 3, 0.0, 0.0, 0.0], rtol=1e-6
    )


def _updated(strategy, logits):
    with strategy.scope():
        ada = augment.AdaptiveAugmentation(ramp_images=100)
    size = logits.shape[1] // strategy.num_replicas_in_sync

    @tf.function
    def step(logits):
        strategy.run(ada.update, args=(logits,))

    for row in logits:
        step(
            strategy.experimental_distribute_values_from_function(
                lambda context, row=row: tf.constant(
                    row[context.replica_id_in_sync_group * size :][:size]
                )
            )
        )
    return _state(ada)


def test_update_on_two_replicas_is_that_on_one(two_replicas):
    logits = np.random.default_rng(0).normal(1.5, size=[6, 8])
    logits = logits.astype(np.float32)
    one = _updated(tf.distribute.get_strategy(), logits)
    assert _updated(two_replicas, logits) == one
    signs = np.sign(logits)
    np.testing.assert_allclose(
        one, [0.32, signs[:4].mean(), signs[4:].sum(), 16, 2], rtol=1e-6
    )
    assert signs[:4, :4].mean() != signs[:4, 4:].mean()


def test_state_goes_through_a_checkpoint_in_the_middle_of_a_window(tmp_path):
    ada = augment.AdaptiveAugmentation(ramp_images=100)
    for _ in range(6):
        ada.update(tf.constant([1.0, 2.0, 3.0]))
    path = tf.train.Checkpoint(ada=ada).write(str(tmp_path / "ada"))
    restored = augment.AdaptiveAugmentation(ramp_images=100)
    checkpoint = tf.train.Checkpoint(ada=restored)
    checkpoint.read(path).assert_consumed()
    np.testing.assert_allclose(_state(restored), [0.12, 1.0, 6.0, 6.0, 2.0])


def test_augmentation_follows_its_probability():
    ada = augment.AdaptiveAugmentation()
    images, random = _images(9, 8, 8, 3), _random(9)
    np.testing.assert_array_equal(ada(images, random), images)
    ada.probability.assign(0.5)
    expected = augment.bgc(images, random, probability=0.5)
    np.testing.assert_array_equal(ada(images, random), expected)
    assert np.abs(expected - images).max() > 0.1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"target": 1.5}, "`target` must be .* Received: 1.5"),
        ({"target": float("nan")}, "`target` must be .* Received: nan"),
        ({"ramp_images": 0}, "`ramp_images` must be .* Received: 0"),
    ],
)
def test_settings_are_refused_when_out_of_range(settings, message):
    with pytest.raises(ValueError, match=message):
        augment.AdaptiveAugmentation(**settings)
