"""R3GAN's own: the paper's channels, its first weights, and labels."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import GroupedConv2D, Residual
from tfgan_zoo.models import r3gan, r3gan_projection
from tfgan_zoo.models.r3gan import Discriminator, Generator, Layout, layout

CLASSES = 3


def _blocks(network):
    layers = network.main_layers
    return [layer for layer in layers if isinstance(layer, Residual)]


def _convolutions(network):
    return [m for m in network.submodules if isinstance(m, GroupedConv2D)]


@pytest.mark.parametrize(
    ("image_size", "width", "expected"),
    [
        # The authors' presets of CIFAR-10 and FFHQ at 64 pixels.
        (32, 768, Layout((768,) * 4, 2, 2, 16)),
        (64, 768, Layout((*(768,) * 4, 384), 2, 2, 16)),
        (128, 512, Layout((*(512,) * 4, 256, 128), 2, 2, 16)),
        (32, 256, Layout((256, 256, 128, 64))),
        (64, 128, Layout((128, 128, 64, 32, 16))),
        (128, 4, Layout((4, 4, 2, 1, 1, 1))),
    ],
)
def test_layout_by_width(image_size, width, expected):
    assert layout(image_size, width) == expected


@pytest.fixture
def papers(monkeypatch):
    """Makes a width of 16 the paper's layout."""
    monkeypatch.setattr(r3gan, "PAPER_LEAST_WIDTH", 16)
    keras.utils.set_random_seed(0)
    shape = (32, 32, 3)
    networks = Generator(shape, width=16), Discriminator(shape, width=16)
    networks[0](tf.zeros([1, 64]))
    networks[1](tf.zeros([1, *shape]))
    return networks


def test_papers_blocks_are_inverted_bottlenecks_in_groups(papers):
    for network in papers:
        blocks = _blocks(network)
        assert len(blocks) == 8
        for block in blocks:
            shapes = [tuple(conv.kernel.shape) for conv in block.layers]
            assert shapes == [(1, 1, 16, 32), (3, 3, 16, 32), (1, 1, 32, 16)]
            assert [conv.groups for conv in block.layers] == [1, 2, 1]


def test_papers_networks_learn_on_cpus(papers):
    """Also through the gradient of R1."""
    _, discriminator = papers
    for block in _blocks(discriminator):
        last = block.layers[-1].kernel
        last.assign(0.1 * tf.random.stateless_normal(last.shape, [0, 0]))
    images = tf.random.stateless_uniform([2, 32, 32, 3], [0, 0], -1.0, 1.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(images)
            logits = discriminator(images, training=True)
        loss = tf.reduce_sum(inner.gradient(logits, images) ** 2)
    kernels = [conv.kernel for conv in _convolutions(discriminator)]
    for gradient in outer.gradient(loss, kernels):
        assert 0.0 < np.abs(gradient).max() < np.inf


def test_blocks_begin_as_nothing_and_others_with_the_papers_variance():
    keras.utils.set_random_seed(0)
    generator = Generator((32, 32, 3), width=128)
    maps = tf.random.stateless_normal([1, 4, 4, 128], [0, 0])
    block, *others = _blocks(generator)
    np.testing.assert_array_equal(block(maps), maps)
    first, second, last = block.layers
    # Of 4 blocks: sqrt(2 / 1.04) * 4^(-1/4) / sqrt(inputs)
    gain = 0.98058
    assert np.std(first.kernel) == pytest.approx(gain / 128**0.5, rel=0.03)
    assert np.std(second.kernel) == pytest.approx(gain / 1152**0.5, rel=0.03)
    assert not np.any(last.kernel) and not last.use_bias
    assert np.any(first.kernel.numpy()[0, 0] != second.kernel.numpy()[1, 1])


def test_blocks_to_freeze_are_the_residual_ones_from_the_images_on():
    blocks = Discriminator((64, 64, 3), width=16).blocks
    channels = [block.layers[-1].filters for block in blocks]
    assert channels == [2, 4, 8, 16, 16]


def test_nothing_is_normalised():
    for network in (Generator((32, 32, 3)), Discriminator((32, 32, 3))):
        names = {type(module).__name__ for module in network.submodules}
        assert not any("Norm" in name or "Spectral" in name for name in names)


def test_logit_by_class_is_the_product_with_the_labels_embedding():
    keras.utils.set_random_seed(0)
    discriminator = Discriminator((32, 32, 1), width=16, num_classes=CLASSES)
    images = tf.random.stateless_uniform([2, 32, 32, 1], [0, 0], -1.0, 1.0)
    output = discriminator.discriminate(images, tf.constant([2, 0]))
    rows = discriminator.embed.layers[1].kernel.numpy()[[2, 0]]
    projected = output.features.numpy() @ discriminator.to_logit.kernel.numpy()
    expected = (rows * projected).sum(1)
    np.testing.assert_allclose(output.logits, expected, rtol=1e-4)
    assert np.abs(expected).max() > 1e-3


def test_generator_by_class_has_as_many_values_of_the_label_as_latents():
    generator = Generator(
        (32, 32, 1), latent_dim=8, width=16, num_classes=CLASSES
    )
    generator(tf.zeros([2, 8]), tf.constant([0, 1]))
    assert generator.embed.layers[1].kernel.shape == [CLASSES, 8]
    assert generator.main_layers[0].to_amounts.kernel.shape == [16, 16]


def test_settings_are_the_papers_objective():
    for recipe in (r3gan.RECIPE, r3gan_projection.RECIPE):
        assert recipe.loss == "relativistic_pairing"
        assert recipe.penalty == "r1_r2"
        assert (recipe.beta_1, recipe.latent_dim) == (0.0, 64)
