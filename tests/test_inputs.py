"""Inputs of a generator: what they refuse, and latents by their parts."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import inputs, random
from tfgan_zoo.inputs import InputSpec, LatentPart, latents_input

PARTS = (
    LatentPart("normal", 3),
    LatentPart("one_hot", 4),
    LatentPart("uniform", 2),
)


def test_latents_are_made_part_by_part():
    normals = np.random.default_rng(0).normal(size=(20, 9)).astype("f")
    made = latents_input(PARTS).from_normals(tf.constant(normals)).numpy()
    np.testing.assert_array_equal(made[:, :3], normals[:, :3])
    categories = np.eye(4)[normals[:, 3:7].argmax(axis=1)]
    np.testing.assert_array_equal(made[:, 3:7], categories)
    values = np.vectorize(math.erf)(normals[:, 7:] / math.sqrt(2.0))
    np.testing.assert_allclose(made[:, 7:], values, atol=1e-6)


def test_custom_parts_are_made_by_the_function_that_is_given():
    spec = latents_input([LatentPart("custom", 2), LatentPart("uniform", 1)])
    made = spec.from_normals(tf.zeros([1, 3]), custom=lambda x: x + 7.0)
    np.testing.assert_array_equal(made, [[7.0, 7.0, 0.0]])
    with pytest.raises(ValueError, match="are of a function of its own"):
        spec.from_normals(tf.zeros([1, 3]))


def test_samples_are_what_the_normals_of_seeds_make():
    spec = latents_input([LatentPart("normal", 4)])
    seeds = tf.constant([3, 2**40], tf.int64)

    def generate(latents, labels):
        assert labels is None
        return tf.reshape(tf.tanh(latents), [-1, 2, 2, 1])

    images = spec.sample(generate, spec.from_normals, seeds)
    normals = random.seeded_normal(seeds, 4).numpy().reshape(2, 2, 2, 1)
    expected = np.rint((np.tanh(normals) + 1.0) * 127.5)
    assert images.dtype == tf.uint8
    assert np.abs(images.numpy().astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("", "label", ()), "`name` must be a short text"),
        (("a", "noise", ()), "`kind` must be one of latents, label, image"),
        (("a", "latents", ()), r"must have the shape \(Z,\)"),
        (("a", "latents", (0,)), r"must have the shape \(Z,\)"),
        (("a", "label", (1,)), r"must have the shape \(\)"),
        (("a", "image", (28, 28)), r"shape \(height, width, 1 or 3\)"),
        (("a", "image", (28, 28, 2)), r"shape \(height, width, 1 or 3\)"),
        (("a", "image", (28, 28, True)), r"shape \(height, width, 1 or 3\)"),
        (("a", "latents", (8,), PARTS), r"8 values together. Received: \[3, 4"),
        (("a", "image", (28, 28, 1), PARTS), "0 values together"),
        (("a", "image", (28, 28, 1), (), 8), "`multiple` must divide.*: 8"),
        (("a", "image", (28, 28, 1), (), 0), "`multiple` must divide.*: 0"),
        (("a", "image", (28, 28, 1), (), True), "`multiple` must divide"),
        (("a", "label", (), (), 2), "1 of other kinds. Received: 2"),
    ],
)
def test_inputs_that_no_generator_takes_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        InputSpec(*values)


@pytest.mark.parametrize(("name", "size"), [("gamma", 1), ("normal", 0)])
def test_parts_of_no_distribution_or_size_are_refused(name, size):
    with pytest.raises(ValueError, match="must be .*Received: "):
        LatentPart(name, size)


@pytest.mark.parametrize("task", inputs.TASKS)
def test_task_and_first_input_fit_each_other(task):
    latents = latents_input(PARTS)
    image = InputSpec("images", "image", (8, 8, 3))
    fitting, other = (
        (latents, image)
        if inputs.TASKS[task] == "latents"
        else (image, latents)
    )
    inputs.check_task(task, [fitting])
    inputs.check_task(task, [fitting, inputs.LABELS_INPUT])
    for specs in ([], [other], [fitting, other], [inputs.LABELS_INPUT]):
        with pytest.raises(ValueError, match=f"is {task} must be one of"):
            inputs.check_task(task, specs)
