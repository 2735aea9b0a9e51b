"""Toy's own: points, not images; its parameters; packs."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import data, models
from tfgan_zoo.backend import keras
from tfgan_zoo.models.toy import RECIPE, Discriminator, Generator, Toy


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


# Worked by hand, with w = width: 2w units four times in the generator, w units
# of 5 pieces three times in the discriminator.
@pytest.mark.parametrize(
    ("width", "packing", "counts"),
    [
        # 2*64+64 + 3*(64*64+64) + 64*2+2; 2*160+160 + 2*(32*160+160) + 32+1.
        (32, 1, (12_802, 11_073)),
        # 8 inputs for 2: 6*160 more.
        (32, 4, (12_802, 12_033)),
        # The paper's: 2*400+400 + 3*(400*400+400) + 802;
        # 2*1000+1000 + 2*(200*1000+1000) + 201.
        (200, 1, (483_202, 405_201)),
    ],
)
def test_parameters_are_what_the_layers_make(width, packing, counts):
    recipe = dataclasses.replace(RECIPE, width=width, packing=packing)
    gan = Toy((2,), recipe=recipe)
    assert (_trainable(gan.generator), _trainable(gan.discriminator)) == counts


def test_maxout_takes_the_largest_of_five_pieces():
    keras.utils.set_random_seed(0)
    discriminator = Discriminator((2,), width=3)
    points = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    logits = discriminator(points).numpy()
    x = points
    for layer in discriminator.hidden:
        kernel, bias = layer.get_weights()
        x = (x @ kernel + bias).reshape(4, 3, 5).max(-1)
    kernel, bias = discriminator.to_logit.get_weights()
    np.testing.assert_allclose(logits, (x @ kernel + bias)[:, 0], rtol=1e-5)


def test_points_are_not_confined():
    keras.utils.set_random_seed(0)
    generator = Generator((2,), latent_dim=2, width=8)
    points = generator(1000.0 * tf.random.stateless_normal([64, 2], [0, 0]))
    assert np.abs(points).max() > 10.0


@pytest.mark.parametrize("image_shape", [(28, 28, 1), (3,), (1, 1, 2), ()])
def test_what_is_no_point_of_the_plane_is_refused(image_shape):
    with pytest.raises(ValueError, match=r"shape \(2,\).*grid25.*Received: \("):
        models.get("toy")(image_shape)


@pytest.mark.parametrize("packing", [1, 4])
def test_training_reads_points_and_draws_points(packing):
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(
        RECIPE, width=16, packing=packing, ema_decay=0.9, batch_size=64
    )
    examples = data.load_examples(data.DataRequest("xor"))
    gan = models.get("toy")(examples.spec.image_shape, recipe=recipe)
    gan.compile(steps_per_execution=20, penalty="r1", penalty_weight=0.01)
    before = np.abs(gan.generate(200)).mean()
    batches = data.batches(examples, batch_size=64, seed=0)
    gan.fit(batches, steps_per_epoch=100, verbose=0)
    points = gan.generate(200)
    assert (points.shape, points.dtype) == ((200, 2), np.float32)
    # The data's coordinates have a mean size of 0.8.
    after = np.abs(points).mean()
    assert abs(after - 0.8) < abs(before - 0.8)
    again = gan.generate(2, seed=7)
    np.testing.assert_allclose(points[7:9], again, rtol=1e-4, atol=1e-6)
