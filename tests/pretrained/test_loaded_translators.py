"""Loaded generators that take images: arrays and pictures."""

import io
import re

import numpy as np
import pytest
import small_translators
import tensorflow as tf
from PIL import Image
from small_translators import colourist

from tfgan_zoo import pretrained
from tfgan_zoo.export import api


@pytest.fixture(scope="module")
def upsampler(small_export):
    return pretrained.load(small_export("upsampler").folder)


def _truncated():
    """Returns an image that PIL opens and cannot read to its end."""
    content = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    Image.fromarray(noise).save(content, "PNG")
    return Image.open(io.BytesIO(content.getvalue()[:2000]))


def test_an_upsampler_takes_small_images(upsampler):
    images = upsampler(np.zeros([2, 5, 7, 1], np.float32))
    assert images.shape == (2, 10, 14, 1)
    assert np.abs(images).max() <= 1.0
    assert upsampler(np.zeros([0, 5, 7, 1])).shape == (0, 10, 14, 1)
    for asked in (upsampler.sample, upsampler.latents):
        with pytest.raises(ValueError, match="takes images, see `translate`"):
            asked([1])


@pytest.mark.parametrize(
    ("small", "says"),
    [
        (np.zeros([5, 7, 1]), "must be [N, H, W, 1]. Received: [5, 7, 1]"),
        (np.zeros([2, 5, 7, 3]), "Received: [2, 5, 7, 3]"),
        (np.zeros([2, 0, 7, 1]), "Received: [2, 0, 7, 1]"),
        (np.full([2, 5, 7, 1], 255, np.uint8), "from 255 to 255"),
        (np.full([2, 5, 7, 1], np.nan), "finite"),
    ],
)
def test_small_images_of_another_kind_are_a_line(upsampler, small, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        upsampler(small)


@pytest.fixture(scope="module")
def translating(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colourist") / "export"
    api.export(colourist(), folder)
    return pretrained.load(folder)


def test_a_translator_takes_arrays_and_pictures(translating):
    sources = np.arange(2 * 96, dtype=np.uint8).reshape(2, 8, 12, 1)
    expected = small_translators.expected(sources).astype(int)
    made = translating.translate(sources)
    assert made.dtype == np.uint8 and np.abs(made - expected).max() <= 1
    assert translating.metadata.task == "translate"
    (alone,) = made[:1]
    picture = Image.fromarray(sources[0, ..., 0])
    colours = Image.merge("RGB", [picture] * 3)
    for one in (
        sources[0],
        sources[0, ..., 0],
        tf.constant(sources[0]),
        picture,
        colours,
    ):
        np.testing.assert_array_equal(translating.translate(one), alone)
    several = translating.translate([colours, sources[1]])
    np.testing.assert_array_equal(several, made)
    clear = Image.new("RGBA", (12, 8), (0, 0, 0, 0))
    white = np.full([8, 12, 1], 255, np.uint8)
    np.testing.assert_array_equal(
        translating.translate(clear), translating.translate(white)
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    turned.save(content, "PNG", exif=exif)
    upright = translating.translate(Image.open(content))
    np.testing.assert_array_equal(upright, alone)


def test_an_upsampler_translates_twice(upsampler):
    small = np.full([5, 7, 1], 100, np.uint8)
    assert upsampler.translate(small).shape == (10, 14, 1)
    assert upsampler.translate(small[None], times=2).shape == (1, 20, 28, 1)


@pytest.mark.parametrize(
    ("images", "received"),
    [
        ("drawing.png", "Received: 'drawing.png'"),
        (np.zeros([1, 8, 12, 1]), r"Received: float64 \[1, 8, 12, 1\]"),
        (np.zeros([8, 12, 3], np.uint8), r"Received: uint8 \[8, 12, 3\]"),
        (np.zeros([1, 8, 9, 1], np.uint8), "multiples of 4. Received: 8 x 9"),
        ([], "Received: a list of none"),
        ([Image.new("L", (4, 4)), Image.new("L", (4, 8))], "all of one size"),
        (Image.new("I", (4, 4)), "8 bits a sample. Received: I"),
        (_truncated(), "that can be read. Received: <PIL.PngIma.*truncated"),
    ],
)
def test_images_that_a_translator_does_not_take_are_a_line(
    translating, images, received
):
    with pytest.raises((ValueError, TypeError), match=received) as error:
        translating.translate(images)
    assert "\n" not in str(error.value)


def test_images_are_for_translators(small_export):
    generator = pretrained.load(small_export("dcgan").folder)
    with pytest.raises(ValueError, match="this one takes latents"):
        generator.translate(np.zeros([28, 28, 1], np.uint8))
