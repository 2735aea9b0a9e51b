"""Losses against NumPy, hand-worked constants, and extreme logits."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import losses

LOGITS = np.array([-3.0, -0.5, 0.0, 0.5, 3.0], np.float32)


def _sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def test_minimax_discriminator_loss_equals_numpy():
    real, fake = LOGITS, LOGITS[::-1].copy()
    expected = -np.log(_sigmoid(real)) - np.log(1.0 - _sigmoid(fake))
    actual = losses.minimax_discriminator_loss(real, fake)
    np.testing.assert_allclose(actual, expected, rtol=1e-5)


def test_minimax_discriminator_loss_of_an_undecided_one_is_two_log_two():
    actual = losses.minimax_discriminator_loss(tf.zeros(1), tf.zeros(1))
    np.testing.assert_allclose(actual, [1.3862944], rtol=1e-6)


def test_non_saturating_generator_loss_equals_numpy():
    actual = losses.non_saturating_generator_loss(LOGITS)
    np.testing.assert_allclose(actual, -np.log(_sigmoid(LOGITS)), rtol=1e-5)


def test_non_saturating_gradient_stays_one_when_the_fake_is_found_out():
    logits = tf.Variable([-30.0])
    with tf.GradientTape() as tape:
        loss = losses.non_saturating_generator_loss(logits)
    np.testing.assert_allclose(tape.gradient(loss, logits), [-1.0], rtol=1e-6)


@pytest.mark.parametrize("name", sorted(losses.LOSSES))
def test_loss_is_per_example_and_finite_at_extreme_logits(name):
    loss = losses.get(name)
    extreme = tf.constant([-100.0, 100.0, -100.0])
    for values in (
        loss.discriminator(extreme, -extreme),
        loss.generator(extreme),
    ):
        assert values.shape == [3]
        assert np.isfinite(values).all()


def test_get_names_the_known_losses_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="non_saturating.*Received: hing"):
        losses.get("hing")
