"""Examinations beside a training: what they write, and leave alone."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from image_folders import save

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.health import SIGNALS
from tfgan_zoo.training import building, examining, loop
from tfgan_zoo.training.run_folder import RunFolder

pytestmark = pytest.mark.slow

CONFIG = TrainConfig(
    steps=6,
    width=4,
    latent_dim=8,
    batch_size=16,
    log_every=2,
    sample_every=6,
    checkpoint_every=6,
)


def _run(folder, **settings):
    config = dataclasses.replace(CONFIG, **settings)
    examples = building.load_data(config, log=lambda _: None)
    config = building.resolve(config, examples.spec)
    folder = RunFolder(folder)
    loop.train(
        config,
        examples,
        folder,
        strategy=strategies.get("one_device"),
        log=lambda _: None,
    )
    records = folder.read_metrics()
    losses = [one for one in records if "generator_loss" in one]
    for one in losses:
        del one["images_per_second"]
    return folder, losses, [one for one in records if "separation" in one]


@pytest.mark.parametrize(
    "settings",
    [
        {
            "model": "acgan",
            "precision": "mixed_bfloat16",
            "augmentation": "ada",
        },
        {"model": "dcgan", "precision": "mixed_float16", "packing": 2},
        {"model": "sngan", "image_size": 32, "discriminator_steps": 1},
    ],
    ids=["labels_bfloat16_ada", "float16_packs", "spectral"],
)
def test_a_training_is_the_same_with_and_without(settings, tmp_path):
    _, without, none = _run(tmp_path / "a", **settings, health_every=0)
    _, with_it, examined = _run(tmp_path / "b", **settings, health_every=2)
    assert none == []
    assert [one["step"] for one in examined] == [2, 4, 6]
    assert without == with_it
    for one in examined:
        assert one["non_finite"] == 0.0
        assert all(np.isfinite(value) for value in one.values())
        assert one["generator_gradient_norm"] > 0.0


def test_signals_have_names_that_the_page_explains(tmp_path):
    folder, _, (*_, last) = _run(
        tmp_path / "run", model="conditional_gan", health_every=1
    )
    known = {*SIGNALS, *(f"class_share/{label}" for label in range(10))}
    assert set(last) - {"step"} <= known
    # Fashion-MNIST's 10,000 have no test split.
    missing = {"memory", "held_out_accuracy", "held_out_logit_p50"}
    missing |= {"ada_r_t", "ada_probability"}
    # Of generators that take images.
    missing |= {"source_distance", "source_match", "color_variety"}
    missing |= {"cycle_distance", "cycle_noise_effect"}
    losses = {"generator_loss", "discriminator_loss"}
    assert set(SIGNALS) - set(last) == missing | losses
    events = [
        value.tag
        for path in folder.tensorboard.glob("*")
        for event in tf.compat.v1.train.summary_iterator(str(path))
        for value in event.summary.value
    ]
    assert "health/drift" in events


def test_points_are_examined_too(tmp_path):
    settings = {"model": "toy", "dataset": "ring8", "batch_size": 64}
    _, _, (*_, last) = _run(tmp_path / "run", **settings, health_every=1)
    assert {"pixel_diversity", "pixel_distance", "drift"} <= set(last)
    assert last["missing_classes"] == 8.0  # so few steps reach no mode
    assert "contrast" not in last and "duplicates" not in last


def test_an_upsampler_is_examined_by_its_small_images(tmp_path):
    settings = {"model": "upsampler", "width": 8, "latent_dim": None}
    _, _, (*_, last) = _run(tmp_path / "run", **settings, health_every=2)
    assert last["pixel_distance"] < 0.1  # it begins with the enlargement


@pytest.mark.parametrize("split", ["TEST", "test", "train"])
def test_held_out_images_are_those_of_the_test_split_unless_trained_on(
    tmp_path, monkeypatch, split
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("TRAIN/x", "TEST/x", "TEST/y"):
        save(tmp_path / "set" / f"{name}.png")
    config = dataclasses.replace(
        CONFIG, dataset=str(tmp_path / "set"), split=split, image_size=4
    )
    held_out = examining.load_held_out(config)
    if split == "train":
        assert len(held_out) == 2
        assert held_out.spec.image_shape == (4, 4, 3)
    else:
        assert held_out is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_data_set_of_one_image_is_examined(tmp_path, monkeypatch, count):
    """Alone, or as copies of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number in range(count):
        save(tmp_path / "set" / f"{number}.png", 99, (28, 28))
    request = DataRequest(str(tmp_path / "set"), image_size=28, channels=1)
    examples = load_examples(request, log=lambda _: None)
    config = TrainConfig(
        dataset=str(tmp_path / "set"), steps=1, width=4, batch_size=4
    )
    config = building.resolve(config, examples.spec)
    gan = building.build(config, examples.spec, strategies.get("one_device"))
    examination = examining.build_examination(gan, config, examples)
    record = examination.record(examination.probe())
    assert record["real_ms_ssim"] == pytest.approx(1.0)
    numbers = [value for value in record.values() if np.ndim(value) == 0]
    assert np.isfinite(np.array(numbers, float)).all()
