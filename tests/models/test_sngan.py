"""SNGAN's own: the paper's channels, what is spectral, and the TFLite file."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo import quiet
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import SpectralConv2D, SpectralDense
from tfgan_zoo.models import sagan, sngan, sngan_projection
from tfgan_zoo.models.sngan import Discriminator, Generator

# Tables 4 and 6 of the paper and, for 64 pixels, the authors' code: channels
# of the generator's blocks, and of the discriminator's with what they halve.
CHANNELS = {
    32: ([256, 256, 256], [128, 128, 128, 128], [1, 1, 0, 0]),
    64: ([512, 256, 128, 64], [64, 128, 256, 512, 1024], [1] * 5),
    128: (
        [1024, 512, 256, 128, 64],
        [64, 128, 256, 512, 1024, 1024],
        [1, 1, 1, 1, 1, 0],
    ),
}
BASES = {32: 256, 64: 1024, 128: 1024}

# Worked by hand from the layers: (width, generator, discriminator), trainable.
PARAMETERS = {
    (32, 32, 3): (128, 4_275_203, 1_053_568),
    (32, 32, 1): (8, 48_033, 4_248),
    (64, 64, 3): (8, 172_075, 39_956),
    (128, 128, 1): (8, 250_145, 113_732),
}


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


def _small(kind, module=sngan):
    keras.utils.set_random_seed(0)
    if kind == "generator":
        network = module.Generator(
            (32, 32, 3), latent_dim=8, width=4, num_classes=3
        )
        network(tf.zeros([1, 8]), tf.zeros([1], tf.int32))
    else:
        network = module.Discriminator((32, 32, 3), width=4, num_classes=3)
        network(tf.zeros([1, 32, 32, 3]), tf.zeros([1], tf.int32))
    return network


def _images(count):
    shape = [count, 32, 32, 3]
    return tf.random.stateless_uniform(shape, [0, 0], -1.0, 1.0)


@pytest.mark.parametrize("image_size", CHANNELS)
def test_default_width_makes_the_papers_networks(image_size):
    shape = (image_size, image_size, 3)
    generator, discriminator = Generator(shape), Discriminator(shape)
    channels, own_channels, halved = CHANNELS[image_size]
    assert generator.project.units == 16 * BASES[image_size]
    assert [block.filters for block in generator.blocks] == channels
    blocks = discriminator.blocks
    assert [block.filters for block in blocks] == own_channels
    assert [block.halve for block in blocks] == halved
    assert [block.first for block in blocks] == [True] + [False] * (
        len(blocks) - 1
    )


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    width, *expected = PARAMETERS[image_shape]
    generator = Generator(image_shape, width=width)
    generator(tf.zeros([1, 128]))
    discriminator = Discriminator(image_shape, width=width)
    discriminator(tf.zeros([1, *image_shape]))
    counts = [_trainable(generator), _trainable(discriminator)]
    assert counts == expected


def test_only_the_discriminators_layers_are_spectral_and_all_of_them():
    generator, discriminator = _small("generator"), _small("discriminator")
    kinds = (keras.layers.Conv2D, keras.layers.Dense)
    spectral = (SpectralConv2D, SpectralDense)
    own = [m for m in discriminator.submodules if isinstance(m, kinds)]
    assert len(own) == 2 * 4 + 2 + 1
    assert all(isinstance(layer, spectral) for layer in own)
    others = [m for m in generator.submodules if isinstance(m, kinds)]
    assert len(others) == 3 * 3 + 2
    assert not any(isinstance(layer, spectral) for layer in others)


def test_features_are_sums_over_the_positions():
    discriminator, images = _small("discriminator"), _images(2)
    output = discriminator.discriminate(images)
    x = images
    for block in discriminator.blocks:
        x = block(x)
    assert x.shape == [2, 8, 8, 4]
    expected = np.maximum(x, 0.0).sum(axis=(1, 2))
    np.testing.assert_allclose(output.features, expected, rtol=1e-5)
    assert expected.max() > 0.1
    kernel = discriminator.to_logit.kernel.numpy()[:, 0]
    logits = expected @ (kernel / np.linalg.norm(kernel))
    np.testing.assert_allclose(output.logits, logits, rtol=1e-4)


def test_features_are_float32_under_mixed_bfloat16():
    exact = _small("discriminator")
    with precision_policy("mixed_bfloat16"):
        discriminator = _small("discriminator")
    discriminator.set_weights(exact.get_weights())
    features = discriminator.discriminate(_images(2)).features
    assert features.dtype == tf.float32
    expected = exact.discriminate(_images(2)).features.numpy()
    np.testing.assert_allclose(features, expected, atol=0.02 * expected.max())


@pytest.mark.parametrize("module", [sngan, sngan_projection, sagan])
def test_every_u_moves_when_a_training_judges_and_never_else(module):
    discriminator = _small("discriminator", module)
    labels = tf.constant([0, 1])
    vectors = [v for v in discriminator.variables if "/u:" in v.name]
    spectral = [m for m in discriminator.submodules if hasattr(m, "u")]
    assert len(vectors) == len(spectral) >= 11
    before = [vector.numpy() for vector in vectors]
    discriminator.discriminate(_images(2), labels, training=False)
    for vector, old in zip(vectors, before):
        np.testing.assert_array_equal(vector, old)
    discriminator.discriminate(_images(2), labels, training=True)
    for vector, old in zip(vectors, before):
        assert not np.array_equal(vector, old), vector.name


def _mean_squares(norms):
    parts = [norm.moving_mean**2 + norm.moving_variance for norm in norms]
    return np.concatenate(parts)


@pytest.mark.parametrize("module", [sngan, sngan_projection, sagan])
def test_equalised_channels_have_a_mean_square_of_1_and_the_same_images(module):
    generator = _small("generator", module)
    latents = tf.random.stateless_normal([8, 8], [0, 0])
    labels = tf.constant([0, 1, 2, 0, 1, 2, 0, 1])
    for _ in range(60):
        generator(latents, labels, training=True)
    expected = generator(latents, labels)
    norms = [*(one.norms[0] for one in generator.blocks[1:]), generator.norm]
    before = _mean_squares(norms)
    generator.equalise()
    after = _mean_squares(norms)
    np.testing.assert_allclose(
        generator(latents, labels), expected, rtol=0.0, atol=1e-5
    )
    assert np.std(expected) > 0.05 and np.ptp(before) > 0.1
    if module is sagan:  # whose kernels are spectral
        np.testing.assert_array_equal(after, before)
    else:
        np.testing.assert_allclose(after, 1.0, rtol=0.0, atol=2e-5)


def test_a_channel_that_does_not_vary_is_equalised_to_1_too():
    generator = _small("generator")
    last = generator.blocks[-1]
    for kernel in (last.second.kernel, last.shortcut.kernel):
        kernel.assign(kernel * [0.0, *[1.0] * 7])
    last.second.bias.assign([3.0, *[0.0] * 7])
    latents = tf.random.stateless_normal([8, 8], [0, 0])
    for _ in range(200):
        generator(latents, training=True)
    expected = generator(latents)
    generator.equalise()
    np.testing.assert_allclose(last.second.bias[0], 1.0, rtol=0.0, atol=1e-3)
    # Its norm makes 316 times as much of what is rounded.
    np.testing.assert_allclose(
        generator(latents), expected, rtol=0.0, atol=1e-4
    )


def test_recipe_has_the_papers_settings():
    recipe = sngan.RECIPE
    assert (recipe.loss, recipe.penalty) == ("hinge", "none")
    rates = recipe.generator_learning_rate, recipe.discriminator_learning_rate
    assert rates == (2e-4, 2e-4)
    assert (recipe.beta_1, recipe.beta_2) == (0.0, 0.9)
    assert (recipe.discriminator_steps, recipe.batch_size) == (5, 64)
    assert recipe.latent_dim == 128


@pytest.mark.parametrize("image_shape", [(28, 28, 1), (48, 48, 3)])
def test_size_that_it_cannot_make_is_refused_with_those_it_can(image_shape):
    with pytest.raises(ValueError, match="32, 64, 128. Received: "):
        sngan.SNGAN(image_shape)


def _converted(generator, *specs):
    function = tf.function(lambda *args: generator(*args, training=False))
    frozen = convert_variables_to_constants_v2(
        function.get_concrete_function(*specs)
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    with quiet.native_stderr_hidden():
        interpreter = tf.lite.Interpreter(model_content=converter.convert())
        interpreter.allocate_tensors()
    return interpreter


def _run(interpreter, *inputs):
    details = sorted(interpreter.get_input_details(), key=lambda d: d["name"])
    for detail, values in zip(details, inputs):
        interpreter.set_tensor(detail["index"], values)
    interpreter.invoke()
    (made,) = interpreter.get_output_details()
    return interpreter.get_tensor(made["index"])


@pytest.mark.parametrize("module", [sngan, sngan_projection, sagan])
def test_tflite_file_of_its_kind_has_builtin_operators_and_equals(module):
    generator = _small("generator", module)
    latents = tf.random.stateless_normal([2, 8], [0, 0])
    labels = tf.constant([1, 2])
    generator(latents, labels, training=True)
    if module is sagan:
        generator.attention.gamma.assign(0.7)
    specs = [tf.TensorSpec([1, 8], tf.float32, "latents")]
    if generator.conditional:
        specs.append(tf.TensorSpec([1], tf.int32, "the_label"))
    interpreter = _converted(generator, *specs)
    for i in range(2):
        inputs = latents[i : i + 1], labels[i : i + 1]
        np.testing.assert_allclose(
            _run(interpreter, *inputs[: len(specs)]),
            generator(*inputs, training=False),
            atol=1e-5,
        )
    used = {one["op_name"] for one in interpreter._get_ops_details()}
    assert "TRANSPOSE_CONV" in used
    # Neither kernels nor shapes nor sigmas are computed at run time.
    assert not used & {"PAD", "REVERSE_V2", "SHAPE", "RSQRT", "SQRT", "DIV"}
    assert not any(name.startswith("Flex") for name in used)
