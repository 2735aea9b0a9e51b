"""`export.export(gan, folder)`: of any GAN that Python has trained."""

import copy
import dataclasses
import json
import os
import pickle

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from small_exports import small

import tfgan_zoo
from tfgan_zoo import GAN, Recipe, export, untrusted
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.cli import evaluating, sampling
from tfgan_zoo.export import api, checksums, proof, web
from tfgan_zoo.export.metadata import read_metadata
from tfgan_zoo.export.walk import Route
from tfgan_zoo.inputs import LatentPart, latents_input
from tfgan_zoo.models.infogan import RECIPE, InfoGAN, InfoGANModel

SIZE, SHAPE = 4, (8, 8, 1)


@keras.utils.register_keras_serializable("test_api")
class Apply(keras.layers.Layer):
    """Any function, by name, as a layer of somebody's own."""

    functions = {
        "read": lambda rows: (
            rows + 0.0 * tf.cast(tf.size(tf.io.read_file(__file__)), tf.float32)
        ),
        "python": lambda rows: tf.ensure_shape(
            tf.numpy_function(lambda x: x, [rows], tf.float32), rows.shape
        ),
        "dynamic": lambda rows: tf.reshape(
            tf.boolean_mask(rows, rows < 99.0), [-1, SIZE]
        ),
        "eager": lambda rows: rows * float(tf.reduce_sum(rows) * 0 + 1),
        "no_tflite": lambda rows: tf.math.erfinv(tf.tanh(rows) / 2),
    }

    def __init__(self, name_of, **settings):
        super().__init__(**settings)
        self.name_of = name_of

    def call(self, rows):
        return self.functions[self.name_of](rows)

    def get_config(self):
        return {**super().get_config(), "name_of": self.name_of}


def _generator(*layers):
    return keras.Sequential(
        [
            keras.Input([SIZE]),
            *layers,
            keras.layers.Dense(64, "tanh", kernel_initializer="orthogonal"),
            keras.layers.Reshape(SHAPE),
        ]
    )


def _discriminator():
    layers = [keras.layers.Flatten(), keras.layers.Dense(1)]
    return keras.Sequential([keras.Input(SHAPE), *layers])


def _gan(*layers, **settings):
    keras.utils.set_random_seed(0)
    recipe = Recipe("", latent_dim=SIZE)
    return GAN(_generator(*layers), _discriminator(), recipe=recipe, **settings)


def _conditional():
    latents = keras.Input([SIZE])
    labels = keras.Input([], dtype="int32")
    embedded = keras.layers.Embedding(3, SIZE)(labels)
    joined = keras.layers.Concatenate()([latents, 20.0 * embedded])
    images = keras.layers.Reshape(SHAPE)(keras.layers.Dense(64, "tanh")(joined))
    keras.utils.set_random_seed(0)
    return GAN(
        keras.Model([latents, labels], images),
        _discriminator(),
        recipe=Recipe("", latent_dim=SIZE),
        num_classes=3,
    )


@pytest.fixture(autouse=True)
def untimed(monkeypatch):
    """Times no file, which takes a process of its own."""
    monkeypatch.setattr(
        proof, "measure_timings", lambda paths: [{} for _ in paths]
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A GAN of two own networks, trained for two steps, and its export."""
    gan = _gan(keras.layers.Dense(SIZE, "swish"))
    optimizer = keras.optimizers.Adam(1e-3)
    gan.compile(optimizer, latents="uniform")
    gan.fit(np.zeros([16, *SHAPE], np.float32), batch_size=8, verbose=0)
    folder = tmp_path_factory.mktemp("own") / "new" / "export"
    return gan, export.export(gan, str(folder), dataset="shapes")


def test_own_networks_are_loaded_without_trust(trained):
    gan, exported = trained
    generator = tfgan_zoo.load(exported.folder)
    samples = generator.sample(range(40))
    assert np.ptp(samples) > 60
    np.testing.assert_array_equal(samples, gan.generate(40))
    latents = generator.latents(range(5))
    np.testing.assert_allclose(generator(latents), gan(latents), atol=1e-5)
    checksums.check(exported.folder)
    assert exported.tflite().is_file()


def test_batch_normalization_of_keras_is_exported(tmp_path):
    layers = [
        keras.layers.Reshape([1, 1, SIZE]),
        keras.layers.BatchNormalization(),
        keras.layers.Flatten(),
    ]
    export.export(_gan(*layers), tmp_path / "out")
    saved_model = str(tmp_path / "out" / "saved_model")  # a text is a path
    assert "sample" in untrusted.load(saved_model).signatures


def test_card_says_what_is_known(trained):
    known = read_metadata(trained[1].saved_model)
    assert (known.architecture, known.task) == ("custom", "generate")
    assert known.image_shape == SHAPE
    assert known.inputs == (latents_input([LatentPart("uniform", 4)]),)
    assert (known.dataset, known.training_steps) == ("shapes", 2)
    assert known.recipe["generator_optimizer"] == "custom"
    assert known.recipe["discriminator_optimizer"] == "adam"
    assert set(known.metrics) == {"discriminator_loss", "generator_loss"}
    json.dumps(known.to_dict(), allow_nan=False)


def test_commands_take_the_export(trained, tmp_path):
    folder = trained[1].folder
    generator = tfgan_zoo.load(folder)
    path = tmp_path / "samples.png"
    route = Route(np.arange(4), 2)
    sampling.write_samples(path, generator._model, route, None)
    assert Image.open(path).size == (22, 22)
    sampling.write_walk(tmp_path / "a.gif", generator._model, route)
    model = evaluating.model_of_export(folder, None, trust=False)
    assert model.dataset == "shapes"
    page = web.write(folder, tmp_path / "page")
    content = json.loads((page / "model.json").read_text())
    assert content["inputs"][0]["parts"][0]["distribution"] == "uniform"
    assert len(content["unnamed_directions"]) == 4


def test_report_has_the_differences_and_the_runtime_a_file_needs(trained):
    exported = trained[1]
    (report,) = exported.reports
    text = (exported.folder / "export_report.md").read_text()
    assert "| needs TFLite |" in text
    assert f"| {report.minimum_runtime} or newer |" in text
    assert "| largest difference, of 255 | mean difference, of 255 |" in text
    largest = 127.5 * report.differences.largest
    mean = report.differences.mean_of_255
    assert f"| {largest:.2g} | {mean:.2g} |" in text
    content = json.loads((exported.folder / "export_report.json").read_text())
    assert content["files"][0]["minimum_runtime"] == report.minimum_runtime
    assert report.minimum_runtime.split(".")[0] == "2"


def test_a_generator_can_be_copied_and_sent_to_a_process(trained):
    generator = tfgan_zoo.load(trained[1].folder)
    assert copy.deepcopy(generator) is copy.copy(generator) is generator
    sent = pickle.loads(pickle.dumps(generator))
    np.testing.assert_array_equal(sent.sample(3), generator.sample(3))
    assert sent.folder == trained[1].folder


def test_classes_have_their_names(tmp_path):
    gan = _conditional()
    names = ["circle", "Square", "thin line"]
    export.export(gan, tmp_path / "e", class_names=names)
    generator = tfgan_zoo.load(tmp_path / "e")
    by_name = generator.sample([5, 5], ["thin line", "circle"])
    for image, label in zip(by_name, (2, 0)):
        np.testing.assert_array_equal(image, gan.generate(1, label, 5)[0])
    assert np.abs(by_name[0].astype(int) - by_name[1]).max() > 20


def test_latents_of_an_own_function_are_sampled_and_not_moved(tmp_path):
    gan = _gan()
    gan.compile(latents=lambda normals: tf.math.l2_normalize(normals, -1))
    export.export(gan, tmp_path / "e")
    generator = tfgan_zoo.load(tmp_path / "e")
    expected = gan.generate(1, seed=3)
    np.testing.assert_array_equal(generator.sample([3]), expected)
    for refused in (
        lambda: generator.latents([0]),
        lambda: generator.sample([0], truncation=1.0),
        lambda: web.write(tmp_path / "e", tmp_path / "page"),
    ):
        with pytest.raises(ValueError, match="are of a function of its own"):
            refused()
    assert not (tmp_path / "page").exists()


def test_distribution_is_known_by_what_it_does(tmp_path):
    gan = _gan()
    gan.compile(latents=lambda normals: tf.math.erf(normals / 2.0**0.5))
    exported = export.export(gan, tmp_path / "e")
    (spec,) = read_metadata(exported.saved_model).inputs
    assert spec.parts == (LatentPart("uniform", SIZE),)


@pytest.mark.parametrize("name", ["infogan", "upsampler"])
def test_architectures_of_the_zoo_keep_their_name(name, tmp_path):
    gan, _ = small(name)
    exported = export.export(gan, tmp_path / "e")
    metadata = read_metadata(exported.saved_model)
    assert metadata.architecture == name
    assert metadata.task == ("generate" if name == "infogan" else "enlarge")
    assert metadata.inputs == gan.input_specs
    assert (metadata.training_steps, metadata.metrics) == (0, {})


def test_a_changed_architecture_is_not_taken_for_the_zoos():
    class Mine(InfoGANModel):
        pass

    mine = dataclasses.replace(InfoGAN, model=Mine)
    gan = mine((28, 28, 1), recipe=dataclasses.replace(RECIPE, width=4))
    metadata = api.make_metadata(gan, class_names=(), dataset="")
    assert metadata.architecture == "custom"
    names = [part.distribution for part in metadata.inputs[0].parts]
    assert names == ["normal", "one_hot", "uniform"]


def test_latents_that_a_subclass_makes_otherwise_are_custom():
    class Mine(InfoGANModel):
        def latents(self, normals):
            return 0.5 - normals

    gan, _ = small("infogan")
    gan.__class__ = Mine
    metadata = api.make_metadata(gan, class_names=(), dataset="")
    assert metadata.inputs[0].parts == (LatentPart("custom", 16),)


def test_variables_of_several_replicas_are_exported(several_replicas, tmp_path):
    with several_replicas.scope():
        gan = _gan()
        gan.compile()
    export.export(gan, tmp_path / "e")
    samples = tfgan_zoo.load(tmp_path / "e").sample([1, 2])
    np.testing.assert_array_equal(samples, gan.generate(2, seed=1))


@pytest.mark.parametrize(
    ("function", "says"),
    [
        ("read", "load without `trust`.*ReadFile"),
        ("python", "load without `trust`.*PyFunc"),
        ("dynamic", "load without `trust`.*Where"),
        ("no_tflite", "operators that TFLite has. Received: tf.Erfinv"),
    ],
)
def test_what_cannot_be_exported_is_a_line_and_leaves_nothing(
    function, says, tmp_path
):
    gan = _gan(Apply("python"))
    for layer in (gan.generator.layers[0], gan.ema_generator.layers[0]):
        layer.name_of = function
    with pytest.raises((ValueError, RuntimeError), match=says) as caught:
        export.export(gan, tmp_path / "new" / "e")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500
    assert not list((tmp_path / "new").glob("*"))


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"class_names": "abc"}, TypeError, "must be a list of texts"),
        ({"class_names": [1, 2, 3]}, TypeError, "must be a list of texts"),
        ({"class_names": None}, TypeError, "must be a list of texts"),
        ({"class_names": ["a", "b"]}, ValueError, "of 3 classes. Received: 2"),
        ({"class_names": ["a", "A ", "b"]}, ValueError, "must differ"),
        ({"class_names": ["a", "", "b"]}, ValueError, "must differ"),
        ({"dataset": None}, TypeError, "`dataset` must be a name"),
        ({"tflite": "float8"}, ValueError, "must be one of.*Received: float8"),
        ({"tflite": ()}, ValueError, "must name a variant"),
        ({"tflite": None}, TypeError, "`tflite` must be names"),
        ({"folder": ""}, TypeError, "`folder` must be a path"),
        ({"folder": None}, TypeError, "`folder` must be a path"),
        ({"folder": "/dev/null/e"}, OSError, "/dev/null"),
    ],
)
def test_bad_settings_are_a_line_before_any_work(
    settings, error, says, tmp_path, monkeypatch
):
    monkeypatch.setattr(tf.saved_model, "save", lambda *_: pytest.fail())
    folder = settings.pop("folder", tmp_path / "e")
    with pytest.raises(error, match=says):
        export.export(_conditional(), folder, **settings)
    assert os.listdir(tmp_path) == []


def test_mixed_precision_is_exported_in_float32(tmp_path):
    with precision_policy("mixed_float16"):
        gan = _gan(keras.layers.Dense(SIZE))
    exported = export.export(gan, tmp_path / "e")
    assert exported.reports[0].differences.largest < 1e-5
    samples = tfgan_zoo.load(tmp_path / "e").sample(range(9)).astype(int)
    assert np.abs(samples - gan.generate(9)).max() <= 3


def test_layers_of_16_bits_are_named(tmp_path):
    gan = _gan(
        keras.layers.Dense(SIZE, name="half", dtype="float16", trainable=False)
    )
    with pytest.raises(ValueError, match="float32 vari.*half, of float16"):
        export.export(gan, tmp_path / "e")


def test_layers_of_most_generators_are_loaded_without_trust(tmp_path):
    layers = keras.layers
    convolutional = [
        layers.LayerNormalization(),
        layers.Dense(16, "swish"),
        layers.Reshape([2, 2, 4]),
        layers.Conv2DTranspose(4, 4, 2, "same", use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(0.2),
        layers.UpSampling2D(interpolation="bilinear"),
        layers.LayerNormalization(),
        layers.Conv2D(1, 3, padding="same", activation="tanh"),
    ]
    generator = keras.Sequential([keras.Input([SIZE]), *convolutional])
    recipe = Recipe("", latent_dim=SIZE)
    gan = GAN(generator, _discriminator(), recipe=recipe)
    export.export(gan, tmp_path / "e", tflite=iter(["float32"]))
    samples = tfgan_zoo.load(tmp_path / "e").sample(range(5))
    np.testing.assert_array_equal(samples, gan.generate(5))


def test_only_a_gan_is_exported(tmp_path):
    for other in (_generator(), None, "folder"):
        with pytest.raises(TypeError, match="`gan` must be a tfgan_zoo.GAN"):
            export.export(other, tmp_path / "e")


def test_a_folder_that_is_there_is_kept(trained, tmp_path):
    gan, exported = trained
    before = sorted(os.listdir(exported.folder))
    with pytest.raises(FileExistsError, match="without `overwrite`"):
        export.export(gan, exported.folder)
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(FileExistsError, match="Only an export"):
        export.export(gan, tmp_path, overwrite=True)
    assert sorted(os.listdir(exported.folder)) == before


def test_home_folder_is_understood(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    exported = export.export(_gan(), "~/e")
    assert exported.folder == tmp_path / "e"
    assert len(tfgan_zoo.load("~/e").sample(0)) == 1


def test_what_keras_saves_is_refused_with_the_way_to_export(tmp_path):
    gan = _gan()
    tf.saved_model.save(gan.ema_generator, str(tmp_path / "sm"))
    for source in (tmp_path / "sm", str(tmp_path / "sm")):
        with pytest.raises(FileNotFoundError, match="export.export.gan, fold"):
            tfgan_zoo.load(source)
    assert tfgan_zoo.export.export is export.export
    assert "export" in dir(export) and "export" in dir(tfgan_zoo)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(export, "nothing")  # noqa: B009
