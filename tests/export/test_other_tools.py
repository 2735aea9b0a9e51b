"""What others' tools make of our exports, and we of other TensorFlows'."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.export.sampler import Sampler

FOREIGN = Path(__file__).parent / "saved_models"


@pytest.fixture(scope="module")
def saved_model(small_export):
    return small_export("conditional_gan", ("float32",)).saved_model


def _cli(*arguments, cwd):
    cli = Path(sys.executable).with_name("saved_model_cli")
    return subprocess.run(
        [str(cli), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout


def test_saved_model_cli_shows_both_signatures(saved_model, tmp_path):
    shown = _cli("show", "--dir", str(saved_model), "--all", cwd=tmp_path)
    for signature, *lines in (
        ("serving_default", "inputs['latents']", "inputs['labels']"),
        ("sample", "inputs['seeds']", "inputs['labels']"),
    ):
        part = shown.partition(f"signature_def['{signature}']")[2]
        part = part.partition("signature_def[")[0]
        assert all(line in part for line in lines)
        assert "outputs['images']" in part
    assert re.search(r"DT_UINT8\s+shape: \(-1, 28, 28, 1\)", shown)


def test_saved_model_cli_runs_it(saved_model, tmp_path):
    seeds, labels = np.array([4, 5]), np.array([0, 1], np.int32)
    np.save(tmp_path / "seeds.npy", seeds)
    np.save(tmp_path / "labels.npy", labels)
    _cli(
        "run",
        "--dir",
        str(saved_model),
        "--tag_set",
        "serve",
        "--signature_def",
        "sample",
        "--inputs",
        "seeds=seeds.npy;labels=labels.npy",
        "--outdir",
        str(tmp_path),
        cwd=tmp_path,
    )
    images = np.load(tmp_path / "images.npy")
    expected = Sampler(saved_model).sample(seeds, labels)
    np.testing.assert_array_equal(images, expected)


def test_tensorflow_hub_takes_it_for_a_layer(saved_model):
    hub = pytest.importorskip(
        "tensorflow_hub", reason="tensorflow-hub cannot be imported here"
    )
    layer = hub.KerasLayer(
        str(saved_model), signature="sample", signature_outputs_as_dict=True
    )
    inputs = {"seeds": np.array([4, 5]), "labels": np.array([0, 1], np.int32)}
    images = layer({name: tf.constant(rows) for name, rows in inputs.items()})
    expected = Sampler(saved_model).sample(inputs["seeds"], inputs["labels"])
    np.testing.assert_array_equal(images["images"], expected)


@pytest.mark.parametrize("version", ["2.15.1", "2.21.0"])
def test_what_either_tensorflow_wrote_draws_the_same(version, tmp_path):
    """Each folder was written by `write_foreign.py` on that TensorFlow."""
    folder = shutil.copytree(FOREIGN / version, tmp_path / "export")
    card = json.loads(
        (folder / "saved_model/assets.extra/tfgan_zoo.json").read_text()
    )
    assert card["versions"]["tensorflow"] == version
    drawn = Sampler(folder).sample(np.array([0, 1, 2**40]))
    expected = np.load(folder / "images.npy")
    assert expected.std() > 30
    assert np.abs(drawn.astype(int) - expected).max() <= 1
