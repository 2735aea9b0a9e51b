"""The projection discriminator's own: where labels enter, and how."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import ConditionalBatchNormalization
from tfgan_zoo.models import sngan, sngan_projection
from tfgan_zoo.models.sngan_projection import (
    Discriminator,
    Generator,
    Projection,
    SNGANProjection,
)

CLASSES = 3
LABELS = tf.constant([2, 0])


def _images():
    return tf.random.stateless_uniform([2, 32, 32, 1], [0, 0], -1.0, 1.0)


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


def _discriminator(**arguments):
    keras.utils.set_random_seed(0)
    discriminator = Discriminator(
        (32, 32, 1), width=8, num_classes=CLASSES, **arguments
    )
    discriminator(_images(), LABELS)
    return discriminator


def test_parameters_are_sngans_and_those_of_the_labels():
    generator = Generator((32, 32, 1), width=8, num_classes=CLASSES)
    generator(tf.zeros([1, 128]), tf.zeros([1], tf.int32))
    # 6 norms of 16 channels have a scale and an offset for 2 classes more.
    assert _trainable(generator) == 48_033 + 6 * 2 * 2 * 16
    assert _trainable(_discriminator()) == 4_248 + CLASSES * 8


def test_logit_is_that_of_the_features_and_the_projection():
    discriminator = _discriminator()
    embed = discriminator.projection.embed
    _, sigmas, directions = np.linalg.svd(embed.embeddings)
    embed.u.assign(directions[0])  # where the power iteration would take it
    rows = (embed.embeddings.numpy() / sigmas[0])[LABELS.numpy()]
    output = discriminator.discriminate(_images(), LABELS)
    kernel = discriminator.to_logit.kernel.numpy()[:, 0]
    h = output.features.numpy()
    psi = h @ (kernel / np.linalg.norm(kernel))
    projected = (rows * h).sum(axis=1)
    np.testing.assert_allclose(output.logits, psi + projected, rtol=1e-3)
    assert np.abs(projected).min() > 0.01


def test_projection_by_hand():
    projection = Projection(2)
    features = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    projection(features, [0, 1])
    projection.embed.embeddings.assign([[2.0, 0.0], [0.0, 1.0]])
    projection.embed.u.assign([1.0, 0.0])
    # By sigma, 2: [1, 0] . [1, 2] and [0, 0.5] . [3, 4]
    np.testing.assert_allclose(projection(features, [0, 1]), [1.0, 2.0])


@pytest.mark.parametrize(
    ("batch_feature", "size"), [("none", 8), ("minibatch_stddev", 9)]
)
def test_embedding_fits_the_features_of_a_batch_feature(batch_feature, size):
    discriminator = _discriminator(batch_feature=batch_feature)
    table = discriminator.projection.embed.embeddings
    assert table.shape == [CLASSES, size]


def test_images_depend_on_labels_by_all_norms_but_the_last():
    keras.utils.set_random_seed(0)
    generator = Generator(
        (32, 32, 1), latent_dim=8, width=4, num_classes=CLASSES
    )
    latents = tf.random.stateless_normal([2, 8], [0, 0])
    generator(latents, LABELS)
    norms = [norm for block in generator.blocks for norm in block.norms]
    assert all(isinstance(n, ConditionalBatchNormalization) for n in norms)
    assert generator.norm.gamma.shape == [8]
    before = generator(latents, LABELS)
    for norm in norms:
        beta = norm.beta.numpy()
        beta[1] += 1.0
        norm.beta.assign(beta)
    np.testing.assert_array_equal(generator(latents, LABELS), before)
    of_class_1 = generator(latents, tf.constant([1, 1]))
    assert np.abs(of_class_1 - before).max() > 1e-3


def test_settings_are_sngans_but_for_the_paper():
    ours, its = sngan_projection.RECIPE, sngan.RECIPE
    assert ours.paper != its.paper
    assert (ours.loss, ours.discriminator_steps) == ("hinge", 5)
    assert (ours.beta_1, ours.beta_2, ours.width) == (0.0, 0.9, 128)


def test_data_without_labels_are_refused():
    with pytest.raises(ValueError, match="needs labels.*Received: 0 classes"):
        SNGANProjection((32, 32, 1))
