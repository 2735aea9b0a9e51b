"""Images by seed and by latents, from an export's files alone."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.export import latent_space
from tfgan_zoo.inputs import LatentPart, latents_input

SEEDS = np.arange(5, dtype=np.int64)
# Noise, a category of ten, two values.
CODED = latents_input(
    [
        LatentPart("normal", 4),
        LatentPart("one_hot", 10),
        LatentPart("uniform", 2),
    ]
)


def _image(latents, label):
    """The images of a strip."""
    values = np.stack([latents, np.full_like(latents, label)], 1) / 4.0
    pixels = np.clip(np.rint((values + 1.0) * 127.5), 0, 255)
    return pixels[..., np.newaxis].astype(int)


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("mlp", "uniform"),
        ("infogan", "normal"),
        ("toy", "truncated"),
    ],
)
def test_latents_of_seeds_make_the_images_of_seeds(
    small_sampler, name, distribution
):
    sampler = small_sampler(name, distribution)
    made = sampler.latents(sampler.normals(SEEDS))
    assert made.shape == (5, 16) and made.dtype == np.float32
    expected = sampler.sample(SEEDS)
    sampled = sampler.images(made)
    assert sampled.dtype == expected.dtype
    # Points have a scale of their own, images 255 steps.
    scale = np.abs(expected).max() if name == "toy" else 1.0
    limit, contrast = (1e-5, 0.01) if name == "toy" else (1, 20)
    assert np.std(sampled, axis=0).mean() > contrast * scale
    difference = np.abs(sampled.astype(float) - expected)
    assert difference.max() <= limit * scale


def test_labels_go_round_the_classes_when_left_out(strip_sampler):
    sampler = strip_sampler(3)
    made = sampler.latents(sampler.normals(SEEDS))
    for images in (sampler.sample(SEEDS), sampler.images(made)):
        # (1 + 0, 1 + 0.25, 1 + 0.5) * 127.5, and again
        assert images[:, 1, 0, 0].tolist() == [128, 159, 191, 128, 159]
    for images in (sampler.sample(SEEDS, 2), sampler.images(made, 2)):
        assert (images[:, 1] == 191).all()


def test_many_images_are_those_of_each_batch(strip_sampler):
    sampler = strip_sampler(3)
    rows = np.linspace(-4.0, 4.0, 150 * 4).reshape(150, 4).astype(np.float32)
    labels = np.arange(150, dtype=np.int32) // 50
    expected = np.concatenate(
        [_image(rows[labels == one], one) for one in range(3)]
    )
    images = sampler.images(rows, labels).astype(int)
    assert np.abs(images - expected).max() <= 1


def test_images_are_differentiable_by_latents(strip_sampler):
    sampler = strip_sampler()
    rows = tf.ones([2, 4])
    with tf.GradientTape() as tape:
        tape.watch(rows)
        total = tf.reduce_sum(sampler.generate(rows))
    np.testing.assert_allclose(
        tape.gradient(total, rows), np.full((2, 4), 0.25)
    )


@pytest.mark.parametrize("truncation", [0.3, 1.0])
def test_truncated_latents_keep_within_and_stay_in_order(
    strip_sampler, truncation
):
    sampler = strip_sampler()
    normals = sampler.normals(np.arange(200, dtype=np.int64))
    kept = sampler.latents(normals, truncation=truncation)
    assert 0.95 * truncation < np.abs(kept).max() <= truncation
    order = np.argsort(normals.ravel())
    assert (np.diff(kept.ravel()[order]) >= 0.0).all()


def test_truncated_quartile_worked_by_hand(strip_sampler):
    # erf(x) is half as large as erf(1 / sqrt 2) = 0.682689 at x = 0.289 ...,
    # and half of all normals lie within 0.67449.
    made = strip_sampler().latents_spec.from_normals(
        tf.fill([1, 4], 0.67448975), truncation=1.0
    )
    share = math.erf(float(made[0, 0]) / math.sqrt(2.0))
    assert share == pytest.approx(0.341345, abs=1e-5)


def test_truncation_keeps_the_codes():
    normals = tf.random.stateless_normal([50, 16], [0, 0])
    whole = CODED.from_normals(normals).numpy()
    kept = CODED.from_normals(normals, truncation=0.5).numpy()
    np.testing.assert_array_equal(kept[:, 4:], whole[:, 4:])
    assert np.abs(kept[:, :4]).max() <= 0.5 < np.abs(whole[:, :4]).max()


@pytest.mark.parametrize("truncation", [0.0, -1.0, 4.1, math.nan])
def test_truncation_out_of_range_is_refused(strip_sampler, truncation):
    with pytest.raises(ValueError, match="above 0 and at most 4.0. Received"):
        strip_sampler().latents(np.zeros([1, 4], "f"), truncation=truncation)


@pytest.mark.parametrize("distribution", ["uniform", "truncated"])
def test_truncation_is_for_normal_latents(strip_sampler, distribution):
    sampler = strip_sampler(0, distribution)
    with pytest.raises(ValueError, match=f"0.7, for {distribution} ones"):
        sampler.latents(np.zeros([1, 4], "f"), truncation=0.7)


def test_model_that_draws_nothing_by_seed_is_refused(strip_sampler):
    with pytest.raises(
        ValueError, match="export of strip, which takes latents"
    ):
        strip_sampler(by_seed=False)


@pytest.mark.parametrize(
    ("index", "distribution", "end"),
    [(1, "normal", 2.0), (-3, "truncated", 2.0), (1, "uniform", 1.0)],
)
def test_one_value_moves_from_end_to_end(index, distribution, end):
    rows = np.full([2, 4], 0.5, np.float32)
    spec = latents_input([LatentPart(distribution, 4)])
    moved = latent_space.sweep(rows, index, 5, spec)
    assert moved.shape == (2, 5, 4)
    expected = [-end, -end / 2, 0.0, end / 2, end]
    np.testing.assert_allclose(moved[..., 1], [expected] * 2)
    assert (np.delete(moved, 1, axis=2) == 0.5).all()
    assert (rows == 0.5).all()


def test_codes_move_as_they_are_made():
    rows = np.full([1, 16], 0.5, np.float32)
    ends = [
        latent_space.sweep(rows, index, 3, CODED)[0, [0, -1], index].tolist()
        for index in (0, 3, -2, -1)
    ]
    assert ends == [[-2, 2], [-2, 2], [-1, 1], [-1, 1]]
    for index in (4, 13, -12):
        moved = latent_space.sweep(rows, index, 20, CODED)[0]
        # Twenty frames: two of each category.
        np.testing.assert_array_equal(
            moved[:, 4:14], np.eye(10).repeat(2, axis=0)
        )
        assert (np.delete(moved, np.s_[4:14], axis=1) == 0.5).all()


def test_each_category_is_made_in_turn():
    normals = np.full([2, 16], 0.5, np.float32)
    repeated = latent_space.repeat_for_categories(normals, CODED)
    made = CODED.from_normals(tf.constant(repeated)).numpy()
    np.testing.assert_array_equal(made[:, 4:14], [*np.eye(10), *np.eye(10)])
    assert (made[:, :4] == 0.5).all() and np.ptp(made[:, 14:]) == 0.0
    plain = latents_input([LatentPart("normal", 16)])
    assert latent_space.repeat_for_categories(normals, plain) is normals


@pytest.mark.parametrize("index", [4, -5])
def test_index_of_no_latent_is_refused(index):
    with pytest.raises(ValueError, match=f"-4 and 3. Received: {index}"):
        spec = latents_input([LatentPart("normal", 4)])
        latent_space.sweep(np.zeros([1, 4], np.float32), index, 3, spec)
