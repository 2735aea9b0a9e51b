"""DCGAN's own: its sizes, and how many parameters they make."""

import pytest

from tfgan_zoo.models.dcgan import DCGAN

# Worked by hand from the layers: (generator, discriminator), trainable.
PARAMETERS = {
    (28, 28, 1): (759_681, 138_625),
    (32, 32, 3): (1_068_931, 663_297),
    (64, 64, 3): (3_576_707, 2_765_569),
    (128, 128, 3): (12_786_563, 11_164_417),
}


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = DCGAN(image_shape)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


@pytest.mark.parametrize("image_shape", [(30, 30, 1), (28, 32, 1), (7, 7, 3)])
def test_size_that_it_cannot_make_is_refused_with_those_it_can(image_shape):
    with pytest.raises(ValueError, match="28, 32, 64, 128. Received: "):
        DCGAN(image_shape)


def test_channels_that_are_no_image_are_refused():
    with pytest.raises(ValueError, match="1 or 3 channels. Received: 4"):
        DCGAN((32, 32, 4))
