"""Encoders beside an export: written, proven, loaded and refused."""

import base64
import json
import shutil

import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo
from tfgan_zoo import encoders, images
from tfgan_zoo.encoders import file_names, proof
from tfgan_zoo.encoders.encoder import Encoder
from tfgan_zoo.export import checksums, comparison, gpus, tflite
from tfgan_zoo.export.sampler import Sampler


def _entry(folder):
    return json.loads((folder / "model.json").read_text())["encoder"]


def _decode(text, dtype="<f4"):
    return np.frombuffer(base64.b64decode(text), dtype)


@pytest.fixture(scope="module")
def generator(encoded_export):
    return tfgan_zoo.load(encoded_export)


def test_model_json_says_what_an_app_needs(encoded_export, trained):
    entry = _entry(encoded_export)
    assert entry["saved_model"] == "encoder_saved_model"
    assert entry["tflite"] == {"float16": "encoder_float16.tflite"}
    assert entry["input"] == {
        "name": "images",
        "shape": [1, 24, 24, 1],
        "range": [-1, 1],
    }
    outputs = {"latents": [1, 11], "label_probabilities": [1, 2]}
    assert entry["outputs"] == outputs
    assert (entry["steps"], entry["seed"], entry["dataset"]) == (60, 0, None)
    assert entry["errors"]["sample_labels"] == pytest.approx(
        trained.errors["sample_labels"], abs=1e-6
    )


def test_files_are_listed_and_nothing_else_changes(
    encoded_export, plain_export
):
    checksums.check(encoded_export, beside=file_names.SAVED_MODEL)
    listed = checksums.read(encoded_export)
    assert file_names.TFLITE in listed
    assert f"{file_names.SAVED_MODEL}/saved_model.pb" in listed
    before = checksums.read(plain_export)
    own = {name for name in listed if name.startswith(file_names.SAVED_MODEL)}
    kept = {*listed} - own - {file_names.TFLITE, "model.json"}
    assert kept == {*before} - {"model.json"}
    assert all(listed[name] == before[name] for name in kept)


def test_plain_tensorflow_serves_the_test_vector(encoded_export):
    vector = _entry(encoded_export)["test"]
    pixels = _decode(vector["pixels_base64"], np.uint8).reshape(1, 24, 24, 1)
    sampler = Sampler(encoded_export)
    sampled = sampler.sample(np.array([vector["seed"]]), vector["label"])
    np.testing.assert_array_equal(sampled, pixels)
    loaded = tf.saved_model.load(str(encoded_export / "encoder_saved_model"))
    made = loaded.signatures["serving_default"](
        images=images.from_uint8(pixels)
    )
    latents = _decode(vector["latents_base64"])
    np.testing.assert_allclose(made["latents"][0], latents, atol=1e-4)
    np.testing.assert_allclose(
        made["label_probabilities"][0],
        _decode(vector["label_probabilities_base64"]),
        atol=1e-4,
    )


def test_phones_compute_the_test_vector(encoded_export):
    vector = _entry(encoded_export)["test"]
    content = (encoded_export / "encoder_float16.tflite").read_bytes()
    interpreter = tflite.Interpreter(content)
    assert interpreter.not_on_phones() == []
    assert gpus.divide(content).refused == ()
    assert interpreter.inputs()["images"]["shape"] == [1, 24, 24, 1]
    pixels = _decode(vector["pixels_base64"], np.uint8).reshape(1, 24, 24, 1)
    made = interpreter.compute(images=images.from_uint8(pixels).numpy())
    assert {name: list(values.shape) for name, values in made.items()} == (
        _entry(encoded_export)["outputs"]
    )
    latents = _decode(vector["latents_base64"])
    apart = np.abs(made["latents"][0] - latents).max()
    assert apart < vector["tolerance"] < 0.2
    # Another range of the image would be noticed.
    wrong = interpreter.compute(images=pixels.astype(np.float32))
    assert np.abs(wrong["latents"][0] - latents).max() > vector["tolerance"]


def test_images_are_encoded(generator):
    labels = np.array([0, 1, 1, 0], np.int32)
    pixels = generator.sample(range(4), labels)
    encoded = generator.encode(pixels)
    assert encoded.latents.dtype == np.float32
    assert encoded.latents.shape == (4, 11)
    np.testing.assert_array_equal(encoded.labels, labels)
    assert encoded.labels.dtype == np.int32
    np.testing.assert_array_equal(encoded.latents[:, 8:].max(1), 1.0)
    np.testing.assert_array_equal(encoded.latents[:, 8:].sum(1), 1.0)

    def error(encoded):
        made = generator(encoded.latents, encoded.labels)
        return np.square(made - images.from_uint8(pixels)).mean()

    refined = generator.encode(pixels, steps=5)
    np.testing.assert_array_equal(refined.labels, labels)
    assert np.abs(refined.latents[:, :8]).max() <= 1.0
    assert error(refined) < 0.1 * error(encoded)


def test_no_image_has_no_latents(generator):
    none = np.empty([0, 24, 24, 1], np.uint8)
    for steps in (0, 2):
        latents, labels = generator.encode(none, steps=steps)
        assert latents.shape == (0, 11) and labels.shape == (0,)


@pytest.mark.parametrize(
    ("pixels", "steps", "message"),
    [
        (np.zeros([1, 24, 24, 1], np.float32), 0, "`images` must be uint8"),
        (np.zeros([24, 24, 1], np.uint8), 0, r"\[N, 24, 24, 1\], of the gen"),
        (np.zeros([1, 28, 28, 1], np.uint8), 0, r"\[N, 24, 24, 1\], of the g"),
        (np.zeros([1, 24, 24, 1], np.uint8), -1, "`steps` must be between"),
    ],
)
def test_wrong_images_are_refused(generator, pixels, steps, message):
    with pytest.raises(ValueError, match=message):
        generator.encode(pixels, steps=steps)


def test_generators_without_an_encoder_say_who_adds_it(own_export):
    generator = tfgan_zoo.load(own_export)
    with pytest.raises(ValueError, match="needs an encoder; `tfgan-encoder"):
        generator.encode(np.zeros([1, 24, 24, 1], np.uint8))
    translator = tfgan_zoo.load("upsampler-fashion_mnist")
    with pytest.raises(ValueError, match="this one takes images"):
        translator.encode(np.zeros([1, 14, 14, 1], np.uint8))


def test_changed_and_unlisted_encoders_are_refused(encoded_export, tmp_path):
    folder = shutil.copytree(encoded_export, tmp_path / "copy")
    generator = tfgan_zoo.load(folder)
    pixels = generator.sample([0])
    graph = folder / file_names.SAVED_MODEL / "saved_model.pb"
    graph.write_bytes(graph.read_bytes() + b"x")
    with pytest.raises(ValueError, match="as they were written"):
        generator.encode(pixels)
    hashes = checksums.read(encoded_export)
    inside = f"{file_names.SAVED_MODEL}/"
    checksums.write_hashes(
        folder,
        {name: hashes[name] for name in hashes if not name.startswith(inside)},
    )
    with pytest.raises(ValueError, match="must list all files"):
        tfgan_zoo.load(folder).encode(pixels)


def test_hostile_encoders_are_refused(encoded_export, tmp_path):
    folder = shutil.copytree(encoded_export, tmp_path / "copy")
    (folder / checksums.NAME).unlink()

    class Hostile(tf.Module):
        @tf.function(
            input_signature=[tf.TensorSpec([None, 24, 24, 1], name="images")]
        )
        def serve(self, images):
            text = tf.io.read_file(str(tmp_path / "secret"))
            size = tf.cast(tf.strings.length(text), tf.float32)
            count = tf.shape(images)[0]
            return {
                "latents": tf.fill([count, 11], size),
                "label_probabilities": tf.fill([count, 2], size),
            }

    path = folder / file_names.SAVED_MODEL
    shutil.rmtree(path)
    module = Hostile()
    tf.saved_model.save(
        module, str(path), signatures={"serving_default": module.serve}
    )
    generator = tfgan_zoo.load(folder)
    with pytest.raises(ValueError, match="ReadFile"):
        generator.encode(generator.sample([0]))


def test_an_encoder_of_another_generator_is_refused(encoded_export, bar_export):
    folder = bar_export()
    other = Sampler(folder)
    refused = pytest.raises(ValueError, match="must take float32 .*another's")
    with refused:
        Encoder.load(encoded_export / file_names.SAVED_MODEL, other.metadata)
    with refused:  # the generator, from latents to images
        Encoder.load(folder / "saved_model", other.metadata)


def test_an_encoder_takes_the_place_of_one_before(own_export, trained):
    encoders.write(trained, own_export)
    stale = own_export / file_names.SAVED_MODEL / "old"
    stale.write_text("old")
    checksums.write(own_export)
    encoders.write(trained, own_export)
    assert not stale.exists()
    checksums.check(own_export, beside=file_names.SAVED_MODEL)
    assert [path.name for path in own_export.parent.iterdir()] == ["export"]


def test_nothing_is_written_where_files_disagree(
    own_export, trained, monkeypatch
):
    before = {path: path.stat().st_mtime for path in own_export.rglob("*")}
    made = proof._run

    def off(content, pixels):
        return made(content, pixels) + 0.2

    monkeypatch.setattr(proof, "_run", off)
    with pytest.raises(comparison.ExportError, match="encoder_float16.tflite"):
        encoders.write(trained, own_export)
    after = {path: path.stat().st_mtime for path in own_export.rglob("*")}
    assert after == before
