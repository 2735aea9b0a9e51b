"""Loaded generators: latents, seeds and labels, and what they refuse."""

import re

import numpy as np
import pytest
import tensorflow as tf
from small_exports import NAMES

from tfgan_zoo import memory, pretrained


@pytest.fixture(scope="module")
def generator(small_export):
    return pretrained.load(small_export("dcgan").folder)


@pytest.fixture(scope="module")
def labelled(small_export):
    """A generator of three classes."""
    return pretrained.load(str(small_export("conditional_gan").folder))


def test_generator_is_called_with_latents_and_with_seeds(generator):
    latents = generator.latents([3, 4])
    assert latents.shape == (2, 16)
    images = generator(latents)
    assert images.shape == (2, *generator.spec.image_shape)
    assert images.dtype == np.float32
    sampled = generator.sample([3, 4])
    assert sampled.dtype == np.uint8
    expected = np.clip(np.round((images + 1.0) * 127.5), 0, 255)
    np.testing.assert_allclose(sampled, expected, atol=1.0)
    np.testing.assert_array_equal(generator.sample(4), sampled[1:])
    truncated = generator.latents(range(100), truncation=0.5)
    assert 0.4 < np.abs(truncated).max() <= 0.5


def test_classes_are_named_or_numbered(labelled):
    assert labelled.num_classes == 3
    assert labelled.spec.class_names == NAMES
    assert labelled.spec.image_shape == (28, 28, 1)
    by_name = labelled.sample([1, 2], "sandal")
    np.testing.assert_array_equal(by_name, labelled.sample([1, 2], 1))
    both = labelled.sample([1, 2], ["Bag, large", "T-shirt/top"])
    np.testing.assert_array_equal(both, labelled.sample([1, 2], [2, 0]))
    for wrong in ("hat", ["sandal", "hat"], 3, [0, 1, 2]):
        with pytest.raises(ValueError, match=r"`labels` must.*Received: "):
            labelled.sample([1, 2], wrong)


def test_repr_names_source_inputs_and_size(labelled):
    assert repr(labelled) == (
        f"<Generator {str(labelled.folder)!r}: latents and labels to "
        "28 x 28 x 1>"
    )
    assert repr(pretrained.load("pix2pix-emoji_drawings_128")) == (
        "<Generator 'pix2pix-emoji_drawings_128': images to 128 x 128 x 3>"
    )


@pytest.mark.parametrize("seeds", [[0.5], "one", [[1, 2]], None])
def test_seeds_are_integers(generator, seeds):
    with pytest.raises(ValueError, match=r"`seeds` must be integers \[N\]"):
        generator.sample(seeds)


def test_many_latents_are_taken_by_batches(generator, monkeypatch):
    latents = generator.latents(range(150))
    sizes = []
    serve = generator._model._serve

    def counted(latents):
        sizes.append(len(latents))
        return serve(latents=latents)

    monkeypatch.setattr(generator._model, "_serve", counted)
    images = generator(latents)
    assert sizes == [64, 64, 22]
    np.testing.assert_allclose(images[100:], generator(latents[100:]), 0, 1e-5)


def test_truncated_samples_are_those_of_any_batch(generator):
    together = generator.sample(range(70), truncation=0.7)
    expected = generator(generator.latents(range(70), truncation=0.7))
    expected = np.clip(np.round((expected + 1.0) * 127.5), 0, 255)
    np.testing.assert_allclose(together, expected, atol=1.0)
    alone = generator.sample(66, truncation=0.7)
    np.testing.assert_allclose(alone[0], together[66].astype(int), atol=1.0)


@pytest.mark.parametrize(
    "convert",
    [
        np.float64,
        np.float16,
        tf.constant,
        np.ndarray.tolist,
        lambda rows: tf.cast(rows, tf.float64),
        lambda rows: [*rows],
    ],
)
def test_latents_may_be_any_numbers(generator, convert):
    latents = np.round(generator.latents([3, 4]), 1)
    images = generator(convert(latents))
    np.testing.assert_allclose(images, generator(latents), atol=0.02)


@pytest.mark.parametrize(
    ("latents", "says"),
    [
        (np.zeros([2, 15]), r"must be [N, 16]. Received: [2, 15]"),
        (np.zeros([16]), r"must be [N, 16]. Received: [16]"),
        (np.zeros([1, 1, 16]), r"Received: [1, 1, 16]"),
        (0.5, r"Received: []"),
        (np.zeros([1, 16], bool), "numbers [N, 16]. Received: bool [1, 16]"),
        (np.zeros([1, 16], complex), "Received: complex128 [1, 16]"),
        ([["1"] * 16], "numbers [N, 16]. Received: <U1 [1, 16]"),
        ([[None] * 16], "numbers [N, 16]. Received: object [1, 16]"),
        (None, "numbers [N, 16]. Received: object []"),
        ([[0.0] * 16, [0.0]], "Received: rows of several lengths"),
        ([[np.nan] * 16], "finite numbers. Received: nan"),
        ([[np.inf] * 16], "finite numbers. Received: inf"),
        ([[1e39] * 16], "finite numbers. Received: 1e+39"),
    ],
)
def test_latents_of_another_kind_are_a_line(generator, latents, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        generator(latents)


@pytest.mark.parametrize(
    "labels",
    [
        1.0,
        1.5,
        True,
        [True, 1],
        b"1",
        [None, 1],
        np.eye(3)[[1, 2]],
        np.eye(3)[1][:2],
        [[1], [2]],
        [[1], [2, 3]],
        [[]],
        np.zeros([0, 2]),
        {1, 2},
        np.nan,
        -1,
        2**40,
    ],
    ids=str,
)
def test_labels_are_integers_or_names(labelled, labels):
    for call in (
        lambda: labelled.sample([1, 2], labels),
        lambda: labelled(np.zeros([2, 16]), labels),
    ):
        with pytest.raises(ValueError, match="`labels` must.*Received: "):
            call()


def test_no_seeds_and_no_latents_make_no_images(labelled):
    for labels in (None, [], 2):
        samples = labelled.sample([], labels)
        assert (samples.shape, samples.dtype) == ((0, 28, 28, 1), np.uint8)
        images = labelled(np.zeros([0, 16]), labels)
        assert (images.shape, images.dtype) == ((0, 28, 28, 1), np.float32)
    assert labelled.latents([]).shape == (0, 16)


def test_samples_beyond_memory_are_refused(generator, monkeypatch):
    monkeypatch.setattr(memory, "_total_bytes", lambda: 100 * 28 * 28)
    assert len(generator.sample(range(100))) == 100
    with pytest.raises(MemoryError, match="in parts.*Received: 101 rows"):
        generator.sample(range(101))
    with pytest.raises(MemoryError, match="Received: 5,000 rows"):
        generator.latents(range(5000))


@pytest.mark.parametrize("truncation", ["1", [1.0], np.zeros(2), 1j, True])
def test_truncation_is_a_number(generator, truncation):
    with pytest.raises(ValueError, match="above 0 and at most 4.0. Received"):
        generator.sample([0], truncation=truncation)
