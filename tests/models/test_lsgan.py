"""LSGAN's own: DCGAN's networks, and the loss by default."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.models.lsgan import LSGAN

# Worked by hand from the layers: (generator, discriminator), trainable.
PARAMETERS = {
    (28, 28, 1): (759_681, 138_625),
    (32, 32, 3): (1_068_931, 663_297),
}


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = LSGAN(image_shape)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def test_compile_without_arguments_takes_least_squares():
    gan = LSGAN((28, 28, 1))
    gan.compile()
    real, fake = tf.constant([3.0]), tf.constant([-1.0])
    # (3 - 1)^2 / 2 + (-1)^2 / 2, and (-1 - 1)^2 / 2
    discriminator_loss = gan.components.loss.discriminator(real, fake)
    np.testing.assert_array_equal(discriminator_loss, [2.5])
    generator_loss = gan.components.loss.generator(real, fake)
    np.testing.assert_array_equal(generator_loss, [2.0])


def test_compile_without_arguments_takes_the_scenes_learning_rate():
    gan = LSGAN((28, 28, 1))
    gan.compile()
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        assert optimizer.learning_rate.numpy() == np.float32(1e-3)
