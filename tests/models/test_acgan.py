"""AC-GAN's own: parameters, the class loss, and the dropout."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.models.acgan import ACGAN, RECIPE
from tfgan_zoo.networks import DiscriminatorOutput

# Worked by hand from the layers, for 10 classes: (generator, discriminator).
PARAMETERS = {
    (28, 28, 1): (822_401, 1_663_595),
    (32, 32, 3): (1_109_891, 1_663_883),
}

CLASSES = 3
LABELS = np.array([0, 2, 1, 2], np.int32)


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


@pytest.fixture(scope="module")
def small():
    recipe = dataclasses.replace(RECIPE, width=8, latent_dim=8)
    return ACGAN((28, 28, 1), num_classes=CLASSES, recipe=recipe)


@pytest.fixture(scope="module")
def judgements(small):
    count = small.discriminator.to_logit.kernel.shape[0]
    return [
        DiscriminatorOutput(
            tf.zeros([4]), tf.random.stateless_normal([4, count], [0, seed])
        )
        for seed in range(2)
    ]


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = ACGAN(image_shape, num_classes=10)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def _class_loss(gan, judgement):
    logits = gan.discriminator.classify(judgement.features).numpy()
    assert logits.shape == (4, CLASSES)
    assert np.std(logits) > 0.1
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(chances[np.arange(4), LABELS])


def test_class_losses_equal_numpy(small, judgements):
    real, fake = judgements
    terms = small.discriminator_terms(real, fake, LABELS, None)
    assert set(terms) == set(small.term_names)
    for name, judgement in (
        ("real_class_loss", real),
        ("fake_class_loss", fake),
    ):
        expected = _class_loss(small, judgement)
        np.testing.assert_allclose(terms[name], expected, rtol=1e-5)


def test_generator_has_the_class_loss_of_its_own_images(small, judgements):
    fake = judgements[1]
    terms = small.generator_terms(fake, LABELS, None)
    expected = _class_loss(small, fake)
    np.testing.assert_allclose(terms["fake_class_loss"], expected, rtol=1e-5)
    assert set(terms) == {"fake_class_loss"}


def test_class_loss_of_an_undecided_classifier_is_log_of_the_classes(small):
    features = tf.zeros([4, small.discriminator.to_logit.kernel.shape[0]])
    fake = DiscriminatorOutput(tf.zeros([4]), features)
    (loss,) = small.generator_terms(fake, LABELS, None).values()
    np.testing.assert_allclose(loss, [1.0986123] * 4, rtol=1e-6)


def test_logit_is_no_classs(small, judgements):
    features = judgements[0].features.numpy()
    logits = small.discriminator.logits(features, LABELS, training=False)
    kernel = small.discriminator.to_logit.kernel.numpy()
    np.testing.assert_allclose(
        logits, features @ kernel[:, 0], rtol=1e-4, atol=1e-5
    )
    classes = small.discriminator.classify(features)
    np.testing.assert_allclose(
        classes, features @ kernel[:, 1:], rtol=1e-4, atol=1e-5
    )


def test_half_of_each_layers_units_are_dropped_in_training(small):
    images = tf.random.stateless_uniform([4, 28, 28, 1], [0, 0], -1.0, 1.0)
    features = small.discriminator.features(images, LABELS, True).numpy()
    # 4 * 4 * 64 units of 4 images, each kept or not: 4 standard deviations.
    assert 0.47 < np.mean(features == 0.0) < 0.53
    assert np.all(small.discriminator.features(images, LABELS, False) != 0.0)
