"""Models that load, but make no images of what they are given."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.export.sampler import Sampler

SEEDS = np.arange(3, dtype=np.int64)


def _latents(size, name="latents"):
    parts = [{"distribution": "normal", "size": size}]
    return {"name": name, "kind": "latents", "shape": [size], "parts": parts}


LABELS = {"name": "labels", "kind": "label", "shape": []}
METADATA = {
    "architecture": "strip",
    "image_shape": [2, 4, 1],
    "task": "generate",
    "inputs": [_latents(4)],
    "num_classes": 0,
    "class_names": [],
    "dataset": "none",
    "training_steps": 0,
    "recipe": {},
    "versions": {},
    "metrics": {},
}


def _serve(latents):
    rows = latents[:, tf.newaxis, :, tf.newaxis]
    return {"images": tf.tile(rows, [1, 2, 1, 1])}


def _sample(seeds):
    return {"images": tf.zeros([tf.size(seeds), 2, 4, 1], tf.uint8)}


def _other_key(seeds):
    return {"pictures": _sample(seeds)["images"]}


def _other_type(seeds):
    return {"images": tf.cast(_sample(seeds)["images"], tf.float32)}


def _other_shape(seeds):
    return {"images": _sample(seeds)["images"][:, :1]}


def _other_rank(seeds):
    return {"images": _sample(seeds)["images"][..., 0]}


def _one_for_all(seeds):
    return {"images": _sample(seeds[:1])["images"]}


def _failing(seeds):
    check = tf.debugging.Assert(tf.reduce_sum(seeds) < 0, [seeds])
    with tf.control_dependencies([check]):
        return _sample(seeds)


def _export(
    folder, *, sample=_sample, seeds="seeds", dtype=tf.int64, metadata=()
):
    module = tf.Module()
    signatures = {
        "serving_default": tf.function(
            _serve,
            input_signature=[tf.TensorSpec([None, 4], tf.float32, "latents")],
        ),
        "sample": tf.function(
            sample, input_signature=[tf.TensorSpec([None], dtype, seeds)]
        ),
    }
    module.functions = [*signatures.values()]
    saved_model = folder / "saved_model"
    tf.saved_model.save(module, str(saved_model), signatures=signatures)
    (saved_model / "assets.extra").mkdir()
    path = saved_model / "assets.extra" / "tfgan_zoo.json"
    path.write_text(json.dumps({**METADATA, **dict(metadata)}))
    return folder


@pytest.mark.parametrize("trust", [False, True])
@pytest.mark.parametrize(
    ("received", "changes"),
    [
        ("whose sample takes seeds and makes pictures", {"sample": _other_key}),
        ("sample: images is float32", {"sample": _other_type}),
        (r"sample: images is .*\(None, 1, 4, 1\)", {"sample": _other_shape}),
        (r"sample: images is .*\(None, 2, 4\)", {"sample": _other_rank}),
        ("whose sample takes numbers", {"seeds": "numbers"}),
        ("sample: seeds is int32", {"dtype": tf.int32}),
        (
            "takes latents and makes images",
            {"metadata": {"num_classes": 3, "inputs": [_latents(4), LABELS]}},
        ),
        (
            "takes latents",
            {"metadata": {"inputs": [_latents(4, "small_images")]}},
        ),
        (
            "latents is float32",
            {"metadata": {"inputs": [_latents(5)]}},
        ),
        ("images is float32", {"metadata": {"image_shape": [4, 4, 1]}}),
    ],
)
def test_signatures_of_other_metadata_are_refused(
    tmp_path, received, changes, trust
):
    folder = _export(tmp_path, **changes)
    with pytest.raises(ValueError, match=f"A model's signatures.*{received}"):
        Sampler(folder, trust=trust)


@pytest.mark.parametrize("sample", [_failing, _one_for_all])
def test_a_model_that_fails_at_seeds_ends_in_a_line(tmp_path, sample):
    sampler = Sampler(_export(tmp_path, sample=sample))
    with pytest.raises(ValueError, match="A model must make .*Received") as e:
        sampler.sample(SEEDS)
    assert "\n" not in str(e.value)


def test_a_sound_model_makes_an_image_of_each_seed(tmp_path):
    sampler = Sampler(_export(tmp_path))
    assert sampler.sample(SEEDS).shape == (3, 2, 4, 1)
