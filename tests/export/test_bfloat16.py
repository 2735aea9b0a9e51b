"""Tests of the SavedModel that computes in bfloat16."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import GAN, models
from tfgan_zoo.backend import keras
from tfgan_zoo.export.api import export
from tfgan_zoo.export.file_names import BFLOAT16_NAME
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.tflite_settings import TFLiteSettings

BFLOAT16 = TFLiteSettings(saved_model_precision="bfloat16")
SEEDS = np.arange(5, dtype=np.int64)


def _trained(gan):
    """Gives all weights values, as if it had learnt."""
    random = np.random.default_rng(0)
    for variable in gan.ema_generator.variables:
        noise = random.normal(0.0, 0.1, variable.shape)
        moved = variable.numpy() + noise
        is_variance = "variance" in variable.name
        variable.assign(np.abs(moved) + 0.1 if is_variance else moved)
    return gan


@pytest.fixture(scope="module", params=["conditional_gan", "r3gan"])
def exported(request, tmp_path_factory):
    architecture = models.get(request.param)
    classes = {"num_classes": 3} if request.param == "conditional_gan" else {}
    recipe = dataclasses.replace(architecture.recipe, width=8, latent_dim=6)
    gan = _trained(architecture((32, 32, 3), recipe=recipe, **classes))
    folder = tmp_path_factory.mktemp("bfloat16") / "export"
    return export(gan, folder, tflite=BFLOAT16)


def _operators(folder, name):
    """Returns a signature's operators with their types, called ones too."""
    loaded = tf.saved_model.load(str(folder / name))
    graph = loaded.signatures["serving_default"].graph.as_graph_def()
    nodes = [
        *graph.node,
        *(n for f in graph.library.function for n in f.node_def),
    ]
    return {(node.op, node.attr["T"].type) for node in nodes}


def test_it_computes_in_bfloat16_what_the_other_does_in_float32(exported):
    convolutions = {
        name: {
            kind
            for op, kind in _operators(exported.folder, name)
            if op.startswith(("Conv2D", "MatMul"))
        }
        for name in ("saved_model", BFLOAT16_NAME)
    }
    assert convolutions["saved_model"] == {tf.float32.as_datatype_enum}
    assert tf.bfloat16.as_datatype_enum in convolutions[BFLOAT16_NAME]
    differences = exported.bfloat16
    assert 0.0 < differences.mean_of_255 < 4.0
    assert exported.bfloat16_saved_model == exported.folder / BFLOAT16_NAME
    report = json.loads((exported.folder / "export_report.json").read_text())
    assert report[BFLOAT16_NAME] == dataclasses.asdict(differences)
    text = (exported.folder / "export_report.md").read_text()
    assert f"by {differences.mean_of_255:.2g} on average" in text


def test_plain_tensorflow_draws_nearly_the_same_images(exported):
    script = (
        "import sys, numpy as np, tensorflow as tf\n"
        "sample = tf.saved_model.load(sys.argv[1]).signatures['sample']\n"
        "rows = {'seeds': tf.range(5, dtype=tf.int64)}\n"
        "if len(sys.argv) > 3: rows['labels'] = tf.range(5) % 3\n"
        "np.save(sys.argv[2], sample(**rows)['images'])\n"
    )
    output = exported.folder.parent / "drawn.npy"
    expected = Sampler(exported.folder)
    labels = ["labels"] if expected.num_classes else []
    folder = exported.folder / BFLOAT16_NAME
    subprocess.run(
        [sys.executable, "-c", script, str(folder), str(output), *labels],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    drawn = np.load(output).astype(int)
    images = expected.sample(SEEDS)
    assert drawn.shape == images.shape
    assert np.abs(drawn - images).mean() < 4.0 < images.std()


def test_it_samples_like_an_export(exported):
    sampler = Sampler(exported.folder / BFLOAT16_NAME)
    batch = sampler.sample(SEEDS)
    labels = None
    if sampler.num_classes:
        labels = np.array([4 % sampler.num_classes], np.int32)
    alone = sampler.sample(SEEDS[4:], labels)
    # In another batch, sums may be made in another order.
    assert np.abs(batch[4:].astype(int) - alone).max() <= 2


def test_files_beside_it_are_as_without_it(exported):
    names = {path.name for path in exported.folder.iterdir()}
    assert BFLOAT16_NAME in names
    listed = (exported.folder / "SHA256SUMS").read_text("utf-8")
    assert f"  {BFLOAT16_NAME}/saved_model.pb\n" in listed


def test_networks_of_ones_own_are_refused(tmp_path):
    generator = keras.Sequential(
        [
            keras.layers.Dense(16, input_shape=[100]),
            keras.layers.Reshape([4, 4, 1]),
            keras.layers.Activation("tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [keras.layers.Flatten(input_shape=[4, 4, 1]), keras.layers.Dense(1)]
    )
    gan = GAN(generator, discriminator)
    with pytest.raises(ValueError, match="no architecture of the zoo"):
        export(gan, tmp_path / "export", tflite=BFLOAT16)
    assert not [*tmp_path.iterdir()]


def test_other_precisions_are_refused():
    with pytest.raises(ValueError, match="saved_model_precision.*float16"):
        TFLiteSettings(saved_model_precision="float16")
