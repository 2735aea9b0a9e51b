"""The training step: who moves, by how much, and the same on two replicas."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import images, random
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.models.dcgan import DCGAN, RECIPE

IMAGE_SHAPE = (28, 28, 1)
BATCH_SIZE = 8


@pytest.fixture(scope="module")
def batch():
    shape = (BATCH_SIZE, *IMAGE_SHAPE)
    pixels = np.random.default_rng(0).uniform(-1, 1, shape)
    return pixels.astype(np.float32), np.zeros(BATCH_SIZE, np.int32)


def _gan(
    strategy=None,
    generator_rate=0.05,
    discriminator_rate=0.05,
    steps_per_execution=1,
):
    keras.utils.set_random_seed(0)
    recipe = RECIPE.__class__(**{**vars(RECIPE), "width": 4, "latent_dim": 8})
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        gan = DCGAN(IMAGE_SHAPE, recipe=recipe)
        gan.compile(
            keras.optimizers.SGD(generator_rate),
            keras.optimizers.SGD(discriminator_rate),
            steps_per_execution=steps_per_execution,
        )
    return gan


def _train(gan, batch, steps=1):
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    # The batch size must be static for replicas to share it.
    return gan.fit(dataset, steps_per_epoch=steps, verbose=0)


def _values(variables):
    return [variable.numpy() for variable in variables]


def _networks(gan):
    networks = gan.generator, gan.discriminator, gan.ema_generator
    return [weight for network in networks for weight in network.weights]


def _moved(before, variables):
    return [
        not np.array_equal(old, new)
        for old, new in zip(before, _values(variables))
    ]


def test_every_variable_of_both_networks_moves_in_a_step(batch):
    gan = _gan()
    before = _values(gan.generator.variables + gan.discriminator.variables)
    _train(gan, batch)
    assert all(
        _moved(before, gan.generator.variables + gan.discriminator.variables)
    )
    assert gan.step.numpy() == 1


@pytest.mark.parametrize("frozen", ["generator", "discriminator"])
def test_one_networks_step_leaves_the_other_as_it_was(batch, frozen):
    gan = _gan(**{f"{frozen}_rate": 0.0})
    other = "discriminator" if frozen == "generator" else "generator"
    still = getattr(gan, frozen).trainable_variables
    moving = getattr(gan, other).trainable_variables
    before = _values(still), _values(moving)
    _train(gan, batch)
    assert not any(_moved(before[0], still))
    assert all(_moved(before[1], moving))


def test_discriminator_step_is_gradient_descent_on_the_mean_loss(batch):
    """Against a second, plain computation of the same step."""
    gan, twin = _gan(generator_rate=0.0), _gan()
    latents = tf.random.stateless_normal([8, 8], [0, 0], alg="philox")
    fake = twin.generator(latents, training=True)
    with tf.GradientTape() as tape:
        real_logits = twin.discriminator(batch[0], training=True)
        fake_logits = twin.discriminator(fake, training=True)
        loss = tf.reduce_mean(
            tf.nn.softplus(-real_logits) + tf.nn.softplus(fake_logits)
        )
    variables = twin.discriminator.trainable_variables
    gradients = tape.gradient(loss, variables)
    _train(gan, batch)
    for new, old, gradient in zip(
        gan.discriminator.trainable_variables, variables, gradients
    ):
        np.testing.assert_allclose(new, old - 0.05 * gradient, atol=1e-6)


@pytest.mark.parametrize("steps_per_execution", [1, 5])
def test_two_replicas_give_the_weights_of_one(
    batch, two_replicas, steps_per_execution
):
    """By SGD: a doubled gradient, which Adam hides, doubles its steps."""
    one = _gan(steps_per_execution=steps_per_execution)
    two = _gan(two_replicas, steps_per_execution=steps_per_execution)
    before = _values(_networks(one))
    logs = [_train(gan, batch, steps=5).history for gan in (one, two)]
    after = _values(_networks(one)), _values(_networks(two))
    for start, a, b in zip(before, *after):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
        assert np.abs(a - b).max() <= 0.01 * np.abs(a - start).max()
    for name, values in logs[0].items():
        np.testing.assert_allclose(values, logs[1][name], rtol=1e-4)


def test_images_alone_in_batches_of_any_size_train(batch):
    gan = _gan()
    dataset = tf.data.Dataset.from_tensor_slices(batch[0]).batch(3)
    gan.fit(dataset, verbose=0)
    assert gan.step.numpy() == 3  # 3, 3 and 2 images


def test_replicas_refuse_batches_of_no_static_size(batch, two_replicas):
    dataset = tf.data.Dataset.from_tensor_slices(batch).batch(4)
    with pytest.raises(ValueError, match="drop_remainder=True"):
        _gan(two_replicas).fit(dataset, verbose=0)


def test_ema_generator_follows_the_generator_by_the_ramped_rate(batch):
    gan = _gan()
    start = gan.generator.trainable_variables[0].numpy()
    _train(gan, batch)
    end = gan.generator.trainable_variables[0].numpy()
    expected = start + (1.0 - 1.0 / 10.0) * (end - start)
    np.testing.assert_allclose(
        gan.ema_generator.trainable_variables[0], expected, atol=1e-7
    )


def test_mixed_bfloat16_keeps_variables_logits_and_average_in_float32(batch):
    with precision_policy("mixed_bfloat16"):
        gan = _gan()
    assert gan.generator.compute_dtype == "bfloat16"
    assert gan.ema_generator.compute_dtype == "float32"
    _train(gan, batch)
    assert {variable.dtype for variable in gan.trainable_variables} == {
        tf.float32
    }
    logits = gan.discriminator(tf.cast(batch[0], tf.bfloat16), training=True)
    assert logits.dtype == tf.float32
    assert np.isfinite(logits).all()


def _add_contrast(generator):
    """Else untrained images are one grey, and all comparisons hold."""
    for variable in generator.trainable_variables:
        variable.assign(30.0 * variable)


def test_sample_is_the_same_for_a_seed_in_any_batch():
    gan = _gan()
    _add_contrast(gan.ema_generator)
    together = gan.sample(tf.constant([3, 4, 5], tf.int64)).numpy()
    alone = gan.sample(tf.constant([4], tf.int64)).numpy()
    assert together.dtype == np.uint8
    np.testing.assert_array_equal(together[1:2], alone)
    assert not np.array_equal(together[0], together[1])


def test_sample_under_mixed_precision_is_that_of_the_float32_average():
    """What is looked at in a training must be what is exported."""
    with precision_policy("mixed_bfloat16"):
        gan = _gan()
    _add_contrast(gan.ema_generator)
    latents = random.seeded_normal(tf.constant([3, 4], tf.int64), 8)
    expected = images.to_uint8(gan.ema_generator(latents, training=False))
    sampled = gan.sample(tf.constant([3, 4], tf.int64))
    np.testing.assert_array_equal(sampled, expected)


def test_compile_refuses_one_optimizer_for_both():
    gan = _gan()
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="an optimizer each. Received: Adam"):
        gan.compile(adam, adam)


def test_compile_without_arguments_takes_the_recipe():
    gan = _gan()
    gan.compile()
    assert gan.generator_optimizer.learning_rate.numpy() == np.float32(2e-4)
    assert gan.generator_optimizer.beta_1 == 0.5
