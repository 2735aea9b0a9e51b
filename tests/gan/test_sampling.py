"""Seeds, labels and numbers of samples that a GAN takes."""

import numpy as np
import pytest
import tensorflow as tf
from small_gan import small_gan

from tfgan_zoo import memory, models
from tfgan_zoo.gan import sampling

LARGEST = 2**63 - 1


@pytest.fixture(scope="module")
def gan():
    return small_gan()


@pytest.mark.parametrize(
    "seeds",
    [
        [0, 5, LARGEST],
        np.array([0, 5, LARGEST], np.uint64),
        tf.constant([0, 5, LARGEST], tf.int64),
    ],
    ids=["list", "array", "tensor"],
)
def test_seeds_of_any_integer_type_are_int64(seeds):
    made = sampling.to_seeds(seeds)
    assert made.dtype == tf.int64
    np.testing.assert_array_equal(made, [0, 5, LARGEST])
    np.testing.assert_array_equal(sampling.to_seeds(range(3)), [0, 1, 2])


@pytest.mark.parametrize(
    ("seeds", "error", "message"),
    [
        (
            3,
            ValueError,
            r"`generate\(3\)` makes 3.*Received: shape \[\]",
        ),
        ([[1], [2]], ValueError, r"Received: shape \[2, 1\]"),
        ([0, -1], ValueError, r"between 0 and 2\^63 - 1.*Received: -1"),
        ([2**63], ValueError, "Received: 9223372036854775808"),
        ([-1, 2**63], ValueError, "Received: -1"),
        ([2**70], ValueError, f"Received: {2**70}"),
        ([0.5], TypeError, "must be an integer. Received: 0.5"),
        ([True], TypeError, "must be an integer. Received: True"),
        (["a"], TypeError, "must be an integer. Received: 'a'"),
        (tf.constant([1.0]), TypeError, "must be an integer"),
    ],
)
def test_other_seeds_are_refused(seeds, error, message):
    with pytest.raises(error, match=message):
        sampling.to_seeds(seeds)


def test_no_seeds_make_no_samples(gan):
    assert gan.sample([]).shape == (0, 28, 28, 1)
    assert gan.generate(0).shape == (0, 28, 28, 1)


@pytest.mark.parametrize(
    ("first", "count", "error", "message"),
    [
        (-1, 2, ValueError, "`seed` must be between 0 and .*Received: -1"),
        (2**63, 1, ValueError, "Received: 9223372036854775808"),
        (LARGEST, 2, ValueError, "Received: 9223372036854775807 . 2 - 1"),
        (0, -1, ValueError, "`count` must be at least 0. Received: -1"),
        (0, 1.5, TypeError, "`count` must be an integer. Received: 1.5"),
        ("0", 1, TypeError, "`seed` must be an integer. Received: '0'"),
    ],
)
def test_ranges_of_seeds_end_at_the_largest(first, count, error, message):
    with pytest.raises(error, match=message):
        sampling.seed_range(first, count)
    np.testing.assert_array_equal(
        sampling.seed_range(LARGEST - 1, 2), [LARGEST - 1, LARGEST]
    )


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_training_seed_is_one_of_them(seed):
    with pytest.raises(ValueError, match=f"between 0 and .*Received: {seed}"):
        models.get("toy")((2,), seed=seed)


def test_many_samples_come_in_batches_of_bounded_size():
    sizes = []

    def sample(seeds, labels):
        sizes.append(len(seeds))
        images = tf.cast(seeds + labels, tf.uint8)[:, None, None, None]
        return tf.tile(images, [1, 128, 128, 3])

    seeds = np.arange(40)
    labels = np.arange(40) % 3
    images = sampling.in_batches(sample, seeds, labels, (128, 128, 3))
    assert sizes == [16, 16, 8]
    assert images.dtype == np.uint8
    assert images.shape == (40, 128, 128, 3)
    np.testing.assert_array_equal(images[:, 5, 7, 1], seeds + labels)


def test_samples_beyond_memory_are_refused_after_one_batch(monkeypatch):
    monkeypatch.setattr(memory, "_total_bytes", lambda: 6400)
    made = []

    def sample(seeds, _):
        made.append(len(seeds))
        return tf.zeros([len(seeds), 8, 8, 1], tf.uint8)

    def samples(count):
        return sampling.in_batches(sample, np.arange(count), None, (8, 8, 1))

    monkeypatch.setattr(sampling, "_LARGEST_BATCH", 50)
    assert samples(100).shape == (100, 8, 8, 1)
    made.clear()
    with pytest.raises(MemoryError, match="Received: 101 rows"):
        samples(101)
    assert made == [50]
    # Before there are any seeds.
    with pytest.raises(MemoryError, match="Received: 801 rows"):
        sampling.seed_range(0, 801)


def test_batches_give_the_images_of_one(gan, monkeypatch):
    for variable in gan.ema_generator.trainable_variables:
        variable.assign(20.0 * variable)  # else all images are one grey
    together = gan.generate(7, seed=5)
    monkeypatch.setattr(sampling, "_LARGEST_BATCH", 3)
    np.testing.assert_array_equal(gan.generate(7, seed=5), together)
    assert together.std(axis=0).max() > 0


def test_sample_of_a_gan_that_nothing_else_holds():
    """A `tf.function` of a method holds its object weakly."""
    assert small_gan().sample([1]).shape == (1, 28, 28, 1)


def test_sample_within_a_function_takes_symbolic_seeds(gan):
    seeds = tf.constant([3, 4], tf.int64)
    inside = tf.function(lambda seeds: gan.sample(seeds))(seeds)
    np.testing.assert_array_equal(inside, gan.sample([3, 4]))


@pytest.fixture(scope="module")
def conditional():
    return models.get("conditional_gan")((28, 28, 1), num_classes=10)


def test_labels_of_samples_may_be_a_list_or_one(conditional):
    both = conditional.sample([1, 2], [4, 4])
    np.testing.assert_array_equal(both, conditional.sample([1, 2], 4))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "needs `labels`, integers between 0 and 9. Received: None"),
        ([0, 99], "between 0 and 9. Received: 99"),
        ([0, 1, 2], "must be one, or 2.*Received: 3"),
    ],
)
def test_other_labels_of_samples_are_refused(conditional, labels, message):
    with pytest.raises(ValueError, match=message):
        conditional.sample([1, 2], labels)


def test_unconditional_generators_by_no_label(gan):
    with pytest.raises(ValueError, match="Labels are for a generator"):
        gan.sample([1], [0])


def test_predict_takes_latents_alone(gan, conditional):
    assert gan.predict(np.zeros([2, 8]), verbose=0).shape == (2, 28, 28, 1)
    with pytest.raises(TypeError, match=r"`gan\(latents, labels\)`"):
        conditional.predict(np.zeros([2, 100]))


def test_latents_may_be_lists_or_arrays_of_any_number_type(gan, conditional):
    expected = gan(tf.ones([2, 8]))
    for latents in ([[1.0] * 8] * 2, np.ones([2, 8], np.int64)):
        np.testing.assert_array_equal(gan(latents), expected)
        predicted = gan.predict(latents, verbose=0)
        np.testing.assert_allclose(predicted, expected, atol=1e-6)
    latents = np.ones([2, 100])
    np.testing.assert_array_equal(
        conditional(latents, [3, 3]), conditional(latents, labels=3)
    )


@pytest.mark.parametrize(
    ("latents", "error", "message"),
    [
        (np.ones([2, 9]), ValueError, r"\[N, 8\]. Received: \[2, 9\]"),
        ([1.0] * 8, ValueError, r"\[N, 8\]. Received: \[8\]"),
        ([[1.0], [1.0, 2.0]], TypeError, "must be numbers"),
        ("random", TypeError, "Received: 'random'"),
        (None, TypeError, "Received: None"),
    ],
)
def test_other_latents_are_refused_in_a_line(gan, latents, error, message):
    with pytest.raises(error, match=message) as raised:
        gan(latents)
    assert "\n" not in str(raised.value)


def test_latents_of_a_conditional_gan_want_labels(conditional):
    for labels, message in ((None, "needs `labels`"), ([10], "Received: 10")):
        with pytest.raises(ValueError, match=message):
            conditional(np.zeros([1, 100]), labels)


def test_predict_of_other_latents_is_refused_in_a_line(gan):
    latents = np.zeros([2, 9], np.float32)
    data = tf.data.Dataset.from_tensors(latents)
    for given in (latents, data):
        with pytest.raises(ValueError, match=r"\[N, 8\]") as raised:
            gan.predict(given, verbose=0)
        assert "\n" not in str(raised.value)
