"""WGAN's own: parameters, and that every discriminator variable is clipped."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo.backend import keras
from tfgan_zoo.models.wgan import RECIPE, WGAN

# Worked by hand from the layers: (generator, discriminator), trainable.
PARAMETERS = {
    (28, 28, 1): (759_681, 138_624),
    (32, 32, 3): (1_068_931, 663_296),
}


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = WGAN(image_shape)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def test_discriminator_is_clipped_after_a_step_and_the_generator_is_not():
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(
        RECIPE, width=4, latent_dim=8, discriminator_steps=1
    )
    gan = WGAN((28, 28, 1), recipe=recipe)
    gan.compile()
    images = np.random.default_rng(0).uniform(-1, 1, (4, 28, 28, 1))
    gan.fit(images.astype(np.float32), batch_size=4, verbose=0)
    largest = {
        v.name: np.abs(v).max() for v in gan.discriminator.trainable_variables
    }
    assert max(largest.values()) == np.float32(0.01)
    gammas = [size for name, size in largest.items() if "gamma" in name]
    assert gammas == [np.float32(0.01)]  # 1 before the step
    assert max(np.abs(v).max() for v in gan.generator.trainable_variables) > 0.5


def test_compile_without_arguments_takes_the_papers_optimizers():
    gan = WGAN((28, 28, 1), recipe=dataclasses.replace(RECIPE, width=4))
    gan.compile()
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        assert isinstance(optimizer, keras.optimizers.RMSprop)
        assert optimizer.learning_rate.numpy() == np.float32(5e-5)
