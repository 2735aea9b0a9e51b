"""What docs on servers, phones and translations show, by real exports."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from edited_exports import edited_export
from PIL import Image
from small_exports import small_export, strip_sampler
from small_translators import colourist

from tfgan_zoo.export import api, bulk

__all__ = ["edited_export", "small_export", "strip_sampler"]
DOCS = Path(__file__).resolve().parents[1] / "docs"


def _blocks(page, language):
    text = (DOCS / page).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


BODIES = [json.loads(block) for block in _blocks("serving.md", "json")]


def test_there_are_bodies_of_both_signatures():
    names = {body.get("signature_name", "serving_default") for body in BODIES}
    assert names == {"sample", "serving_default"}


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_rest_bodies_fit_the_signatures(strip_sampler, body):
    """As TensorFlow Serving does: columns by name, cast to the signature's."""
    sampler = strip_sampler(3 if "labels" in body["inputs"] else 0)
    name = body.get("signature_name", "serving_default")
    signature = sampler._loaded.signatures[name]
    _, specs = signature.structured_input_signature
    assert set(specs) == set(body["inputs"])
    inputs = {
        key: tf.constant(values, specs[key].dtype)
        for key, values in body["inputs"].items()
    }
    images = signature(**inputs)["images"]
    assert len(images) == len(next(iter(body["inputs"].values())))


def test_shards_are_read_as_the_page_says(strip_sampler, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sampler = strip_sampler()
    order = bulk.Order(count=30, shard_size=20)
    bulk.write(sampler, tmp_path / "shards", order)
    (source,) = _blocks("serving.md", "python")
    names = {}
    exec(source, names)
    read = list(names["dataset"])
    seeds = [int(seed) for _, seed in read]
    assert sorted(seeds) == list(range(30))
    for image, seed in read:
        expected = sampler.sample(np.array([int(seed)]))[0]
        np.testing.assert_array_equal(image, expected)


@pytest.mark.parametrize("vector", ["test_vector", "directions"])
def test_an_app_checks_itself_as_the_page_says(
    vector, edited_export, tmp_path, monkeypatch
):
    pytest.importorskip(
        "ai_edge_litert", reason="ai-edge-litert has no wheel here"
    )
    folder = tmp_path / "runs" / "demo"
    folder.mkdir(parents=True)
    (folder / "export").symlink_to(edited_export("conditional_gan"))
    monkeypatch.chdir(tmp_path)
    (source,) = (
        block
        for block in _blocks("mobile.md", "python")
        if f'model["{vector}"]' in block
    )
    exec(source, {})


def test_kotlin_and_swift_use_the_signatures_names(small_export):
    model = json.loads(
        (small_export("conditional_gan").folder / "model.json").read_text()
    )
    (file,) = model["files"]
    names = {model["signature"], *file["inputs"], *file["outputs"]}
    for language in ("kotlin", "swift"):
        source = "".join(_blocks("mobile.md", language))
        assert all(f'"{name}"' in source for name in names)


@pytest.fixture
def translating(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ("uint8", "int8_uint8")
    return api.export(colourist(), tmp_path / "EXPORT", tflite=names)


def test_images_are_translated_as_the_page_says(translating):
    drawing = np.zeros([20, 30], np.uint8)
    Image.fromarray(drawing).save("drawing.png")
    loaded, plain = _blocks("translate.md", "python")
    names = {}
    exec(loaded, names)
    assert names["picture"].shape == (8, 12, 3)
    assert names["picture"].dtype == np.uint8
    exec(plain, names)
    assert names["picture"].shape == [64, 64, 3]
    assert Image.open("picture.png").size == (64, 64)


def test_apps_take_the_names_and_files_of_an_export(translating):
    model = json.loads((translating.folder / "model.json").read_text())
    names = {model["signature"], model["inputs"][0]["name"], "images"}
    for language in ("kotlin", "swift"):
        source = "".join(_blocks("mobile_camera.md", language))
        assert all(f'"{name}"' in source for name in names)
        (file,) = set(re.findall(r'"(generator_\w+)[".]', source))
        described = next(
            f for f in model["files"] if f["file"] == f"{file}.tflite"
        )
        assert described["inputs"]["images"]["value"] == "pixel"
        assert described["pixel"] == "value"
