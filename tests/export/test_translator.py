"""Images translated and enlarged by an export's files."""

import base64
import dataclasses
import json

import numpy as np
import pytest
import small_translators
import tensorflow as tf
from small_translators import colourist

from tfgan_zoo import images, models
from tfgan_zoo.backend import keras
from tfgan_zoo.export import api, comparison, exporter, tflite
from tfgan_zoo.export.exporter import TFLiteSettings, export
from tfgan_zoo.export.translator import Translator

RANDOM = np.random.default_rng(0)
FILES = ("float32", "uint8", "int8_uint8")


def _gan(name):
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(models.recipe(name), width=4)
    gan = models.get(name)((28, 28, 1), recipe=recipe)
    for variable in gan.ema_generator.trainable_variables[-2:]:
        variable.assign(100.0 * variable)  # details that can be seen
    return gan


def _export(gan, folder, settings=exporter.FLOAT32_ALONE):
    metadata = api.make_metadata(gan, class_names=(), dataset="none")
    return export(gan, metadata, folder, tflite_files=settings)


@pytest.fixture(scope="module")
def gan():
    return _gan("upsampler")


@pytest.fixture(scope="module")
def enlarging(gan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("upsampler") / "export"
    return _export(gan, folder)


@pytest.fixture(scope="module")
def translating(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colourist") / "export"
    return _export(colourist(), folder, TFLiteSettings(FILES))


def _pictures(count=1, height=9, width=5):
    return RANDOM.integers(64, 192, (count, height, width, 1), np.uint8)


@pytest.mark.parametrize("times", [1, 2])
def test_images_of_any_size_are_enlarged_as_the_generator_does(
    gan, enlarging, times
):
    pictures = _pictures(2)
    enlarged = Translator(enlarging.folder).translate(pictures, times=times)
    expected = images.from_uint8(pictures)
    for _ in range(times):
        expected = gan(expected)
    assert enlarged.dtype == np.uint8
    assert enlarged.shape == (2, 9 * 2**times, 5 * 2**times, 1)
    difference = enlarged.astype(int) - images.to_uint8(expected)
    assert np.abs(difference).max() <= 1
    # It is no mere enlargement.
    plain = pictures.repeat(2**times, 1).repeat(2**times, 2)
    assert np.abs(enlarged.astype(int) - plain).mean() > 2.0


@pytest.mark.parametrize("size", [(8, 12), (4, 20)])
def test_images_of_any_multiple_are_translated(translating, size):
    sources = _pictures(3, *size)
    expected = small_translators.expected(sources).astype(int)
    translator = Translator(translating.folder)
    translated = translator.translate(sources)
    assert translated.dtype == np.uint8
    assert np.abs(translated - expected).max() <= 1
    assert np.ptp(expected) > 100
    none = translator.translate(sources[:0])
    assert none.dtype == np.uint8 and none.shape == (0, *size, 3)


def test_many_images_are_translated_in_batches(translating, monkeypatch):
    translator = Translator(translating.folder)
    sources = _pictures(5, 8, 12)
    together = translator.translate(sources)
    module = "tfgan_zoo.export.translator._PIXELS_A_BATCH"
    monkeypatch.setattr(module, 2 * 8 * 12)
    sizes, serve = [], translator._serve
    translator._serve = lambda images: (
        sizes.append(len(images)) or serve(images=images)
    )
    np.testing.assert_array_equal(translator.translate(sources), together)
    assert sizes == [2, 2, 1]


def test_plain_tensorflow_translates(enlarging, translating):
    for exported, channels, name in (
        (enlarging, 1, "small_images"),
        (translating, 3, "images"),
    ):
        model = tf.saved_model.load(str(exported.saved_model))
        assert set(model.signatures) == {"serving_default", "translate"}
        _, served = model.signatures[
            "serving_default"
        ].structured_input_signature
        assert served == {
            name: tf.TensorSpec([None, None, None, 1], tf.float32, name)
        }
        translate = model.signatures["translate"]
        assert translate.structured_input_signature[1] == {
            "images": tf.TensorSpec([None, None, None, 1], tf.uint8, "images")
        }
        made = translate(images=tf.constant(_pictures(1, 4, 8)))["images"]
        assert made.dtype == tf.uint8 and made.shape[-1] == channels


def test_translate_equals_the_translator(translating):
    model = tf.saved_model.load(str(translating.saved_model))
    sources = _pictures(2, 16, 4)
    made = model.signatures["translate"](images=tf.constant(sources))["images"]
    expected = Translator(translating.folder).translate(sources)
    apart = np.abs(np.subtract(made, expected, dtype=int))
    # A value halfway between two pixels may be rounded to either.
    assert apart.max() <= 1
    assert (apart > 0).mean() < 0.01


@pytest.mark.parametrize("name", ["serving_default", "translate"])
def test_images_of_other_shapes_are_an_error_of_tensorflow(translating, name):
    model = tf.saved_model.load(str(translating.saved_model))
    serve = model.signatures[name]
    dtype = serve.structured_input_signature[1]["images"].dtype
    for shape in ([8, 8, 1], [1, 8, 8, 3]):
        with pytest.raises(tf.errors.InvalidArgumentError, match="not compat"):
            serve(images=tf.zeros(shape, dtype))


@pytest.mark.parametrize("variant", ["uint8", "int8_uint8"])
def test_files_of_uint8_take_and_make_pixels(translating, variant):
    """What an app feeds a Bitmap's bytes, and shows as it is."""
    run = tflite.Interpreter(translating.tflite(variant).read_bytes())
    shape = [1, *small_translators.SHAPE[:2]]
    assert run.inputs() == {"images": {"shape": [*shape, 1], "dtype": "uint8"}}
    assert run.outputs() == {"images": {"shape": [*shape, 3], "dtype": "uint8"}}
    sources = _pictures(8, *shape[1:])
    sources[0, 0, 0], sources[0, 0, 1] = 0, 255
    expected = small_translators.expected(sources).astype(int)
    made = np.concatenate([run(images=source[None]) for source in sources])
    apart = np.abs(made - expected)
    assert apart.max() <= (1 if variant == "uint8" else 4)
    assert run.not_on_phones() == []


def test_files_are_described_with_what_their_values_mean(translating):
    model = json.loads((translating.folder / "model.json").read_text())
    by_name = {file["variant"]: file for file in model["files"]}
    floats, pixels = by_name["float32"], by_name["uint8"]
    assert floats["inputs"]["images"] == {
        "shape": [1, 8, 12, 1],
        "dtype": "float32",
        "range": [-1, 1],
        "value": "pixel / 127.5 - 1",
    }
    assert floats["image_range"] == [-1, 1]
    assert pixels["inputs"]["images"] == {
        "shape": [1, 8, 12, 1],
        "dtype": "uint8",
        "range": [0, 255],
        "value": "pixel",
    }
    assert (pixels["image_range"], pixels["pixel"]) == ([0, 255], "value")
    assert model["inputs"][0]["multiple"] == small_translators.MULTIPLE
    vector = model["test_vector"]
    source, image = (
        np.frombuffer(base64.b64decode(vector[name]), np.uint8)
        for name in ("input_pixels_base64", "pixels_base64")
    )
    made = small_translators.expected(source.reshape(1, 8, 12, 1))
    assert np.abs(made.ravel().astype(int) - image).max() <= 1
    report = json.loads((translating.folder / "export_report.json").read_text())
    assert report["limits"]["uint8"] == pytest.approx(5e-3 + 0.5 / 127.5)
    assert report["images_compared"] == 64


def test_real_images_are_what_files_are_calibrated_and_compared_by(
    tmp_path, monkeypatch
):
    sources = _pictures(5, *small_translators.SHAPE[:2])
    known = {source.tobytes() for source in sources}
    calibrations, convert = [], tflite.convert

    def recording(*arguments, calibration, **settings):
        calibrations.append(calibration["images"])
        return convert(*arguments, calibration=calibration, **settings)

    monkeypatch.setattr(exporter.tflite, "convert", recording)
    settings = TFLiteSettings(("int8",), sources=sources)
    exported = _export(colourist(), tmp_path / "export", settings)
    pixels = images.to_uint8(calibrations[0]).numpy()
    assert {source.tobytes() for source in pixels[1:]} == known
    # Whoever has the rights to the data set, an export may be published.
    assert pixels[0].tobytes() not in known
    assert (pixels[0].min(), pixels[0].max()) == (0, 255)
    model = json.loads((exported.folder / "model.json").read_text())
    content = base64.b64decode(model["test_vector"]["input_pixels_base64"])
    assert content not in known


@pytest.mark.parametrize(
    ("sources", "received"),
    [
        (np.zeros([3, 8, 12, 1], np.float32), r"float32 \[3, 8, 12, 1\]"),
        (np.zeros([3, 8, 12, 3], np.uint8), r"uint8 \[3, 8, 12, 3\]"),
        (np.zeros([0, 8, 12, 1], np.uint8), r"uint8 \[0, 8, 12, 1\]"),
    ],
)
def test_sources_of_another_kind_are_refused(tmp_path, sources, received):
    settings = TFLiteSettings(sources=sources)
    with pytest.raises(ValueError, match=f"8, 12, 1.*Received: {received}"):
        _export(colourist(), tmp_path / "export", settings)
    assert not (tmp_path / "export").exists()


def test_translations_that_differ_are_refused(tmp_path, monkeypatch):
    convert = images.from_uint8
    monkeypatch.setattr(
        "tfgan_zoo.export.saved_model.images.from_uint8",
        lambda pixels: convert(pixels) * 0.9,
    )
    with pytest.raises(
        comparison.ExportError, match="translations must be its"
    ):
        _export(colourist(), tmp_path / "export")


def test_tflite_file_has_builtin_operators_and_a_fixed_size(enlarging):
    content = enlarging.tflite().read_bytes()
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
    "pictures",
    [
        np.zeros([1, 4, 4, 3], np.uint8),
        np.zeros([4, 4, 1], np.uint8),
        np.zeros([1, 4, 4, 1], np.float32),
    ],
)
def test_images_that_it_does_not_take_are_refused(enlarging, pictures):
    with pytest.raises(ValueError, match=r"\[N, H, W, 1\].*Received: "):
        Translator(enlarging.folder).translate(pictures)


def test_sizes_that_it_does_not_take_are_refused(enlarging, translating):
    translator = Translator(enlarging.folder)
    with pytest.raises(ValueError, match="4,194,304.*Received: 2 x 4194304"):
        translator.translate(np.zeros([1, 1, 2**21, 1], np.uint8))
    with pytest.raises(ValueError, match="multiples of 1. Received: 0 x 4"):
        translator.translate(np.zeros([1, 0, 4, 1], np.uint8))
    translator = Translator(translating.folder)
    with pytest.raises(ValueError, match="multiples of 4. Received: 8 x 10"):
        translator.translate(np.zeros([1, 8, 10, 1], np.uint8))


def test_times_are_one_or_two(enlarging, translating):
    for exported, times in (
        (enlarging, 0),
        (enlarging, 3),
        (translating, 2),
    ):
        with pytest.raises(ValueError, match=f"2. Received: {times}"):
            Translator(exported.folder).translate(
                _pictures(1, 8, 8), times=times
            )


def test_export_of_another_architecture_is_refused(tmp_path):
    other = _export(_gan("dcgan"), tmp_path / "export")
    with pytest.raises(
        ValueError, match="Received: an export of dcgan, which takes lat"
    ):
        Translator(other.folder)


def test_folders_that_are_no_export_or_a_damaged_one_are_refused(gan, tmp_path):
    with pytest.raises(FileNotFoundError, match="tfgan-export or .* wrote"):
        Translator(tmp_path)
    damaged = _export(gan, tmp_path / "export")
    graph = damaged.saved_model / "saved_model.pb"
    graph.write_bytes(graph.read_bytes()[:1000])
    with pytest.raises(ValueError, match="another SHA-256"):
        Translator(damaged.folder)
