"""Images enlarged by an exported generator of that task."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import images, models
from tfgan_zoo.backend import keras
from tfgan_zoo.export import api, tflite
from tfgan_zoo.export.exporter import export
from tfgan_zoo.export.upscale import Upscaler


def _gan(name):
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(models.recipe(name), width=4)
    gan = models.get(name)((28, 28, 1), recipe=recipe)
    for variable in gan.ema_generator.trainable_variables[-2:]:
        variable.assign(100.0 * variable)  # details that can be seen
    return gan


def _export(gan, folder):
    metadata = api.make_metadata(gan, class_names=(), dataset="none")
    return export(gan, metadata, folder)


@pytest.fixture(scope="module")
def gan():
    return _gan("upsampler")


@pytest.fixture(scope="module")
def exported(gan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("upsampler") / "export"
    return _export(gan, folder)


def _picture(height=9, width=5):
    random = np.random.default_rng(0)
    return random.integers(64, 192, (height, width, 1), dtype=np.uint8)


@pytest.mark.parametrize("times", [1, 2])
def test_pictures_of_any_size_are_painted_as_the_generator_does(
    gan, exported, times
):
    picture = _picture()
    painted = Upscaler(exported.folder)(picture, times)
    expected = images.from_uint8(picture[None])
    for _ in range(times):
        expected = gan(expected)
    assert painted.dtype == np.uint8
    assert painted.shape == (9 * 2**times, 5 * 2**times, 1)
    difference = painted.astype(int) - images.to_uint8(expected[0])
    assert np.abs(difference).max() <= 1
    # It is no mere enlargement.
    enlarged = picture.repeat(2**times, 0).repeat(2**times, 1)
    assert np.abs(painted.astype(int) - enlarged).mean() > 2.0


def test_export_takes_small_images_of_any_size_and_no_seeds(exported):
    signatures = tf.saved_model.load(str(exported.saved_model)).signatures
    assert set(signatures) == {"serving_default"}
    _, inputs = signatures["serving_default"].structured_input_signature
    spec = tf.TensorSpec([None, None, None, 1], tf.float32, "small_images")
    assert inputs == {"small_images": spec}


def test_tflite_file_has_builtin_operators_and_a_fixed_size(exported):
    content = exported.tflite().read_bytes()
    assert set(tflite.Interpreter(content).operators()) == {
        "ADD",
        "CONCATENATION",
        "CONV_2D",
        "DEPTH_TO_SPACE",
    }
    interpreter = tf.lite.Interpreter(model_content=content)
    (details,) = interpreter.get_input_details()
    assert details["shape_signature"].tolist() == [1, 14, 14, 1]
    assert interpreter.get_signature_list()["serving_default"] == {
        "inputs": ["small_images"],
        "outputs": ["images"],
    }


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros([4, 4, 3], np.uint8),
        np.zeros([4, 4], np.uint8),
        np.zeros([0, 4, 1], np.uint8),
        np.zeros([4, 4, 1], np.float32),
    ],
)
def test_pictures_that_it_does_not_take_are_refused(exported, picture):
    with pytest.raises(ValueError, match=r"uint8 \[H, W, 1\].*Received: "):
        Upscaler(exported.folder)(picture)


def test_pictures_too_large_to_hold_are_refused(exported):
    upscaler = Upscaler(exported.folder)
    with pytest.raises(ValueError, match="4,194,304.*Received: 2 x 4194304"):
        upscaler(np.zeros([1, 2**21, 1], np.uint8))


@pytest.mark.parametrize("times", [0, 3])
def test_times_are_one_or_two(exported, times):
    with pytest.raises(ValueError, match=f"1 or 2. Received: {times}"):
        Upscaler(exported.folder)(_picture(), times)


def test_export_of_another_architecture_is_refused(tmp_path):
    other = _export(_gan("dcgan"), tmp_path / "export")
    with pytest.raises(ValueError, match="Received: .*export, of dcgan"):
        Upscaler(other.folder)(_picture())


def test_folders_that_are_no_export_or_a_damaged_one_are_refused(gan, tmp_path):
    with pytest.raises(FileNotFoundError, match="tfgan-export or .* wrote"):
        Upscaler(tmp_path)(_picture())
    damaged = _export(gan, tmp_path / "export")
    graph = damaged.saved_model / "saved_model.pb"
    graph.write_bytes(graph.read_bytes()[:1000])
    with pytest.raises(ValueError, match="another SHA-256"):
        Upscaler(damaged.folder)(_picture())
