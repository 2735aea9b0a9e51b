"""From resolved settings to a compiled GAN."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.training import building

SPEC = DatasetSpec("noise", 28, 28, 1)
CONFIG = TrainConfig(width=4, batch_size=8, precision="float32")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "times"),
    [("dcgan", 1), ("mlp", 2)],  # convolutions take long to compile
)
def test_a_step_that_xla_compiles_trains_and_repeats(model, times):
    """Not as the plain step does: XLA makes normals of other bits."""
    settings = {"model": model, "penalty": "r1", "penalty_every": 2}
    config = building.resolve(
        dataclasses.replace(CONFIG, jit_compile=True, **settings), SPEC
    )
    images = tf.random.stateless_uniform([8, 28, 28, 1], [0, 0], -1.0, 1.0)
    dataset = tf.data.Dataset.from_tensors((images, tf.zeros(8, tf.int32)))
    ends = []
    for _ in range(times):
        gan = building.build(config, SPEC, strategies.get("one_device"))
        start = gan.generator.get_weights()
        gan.fit(dataset.repeat(), steps_per_epoch=3, verbose=0)
        assert gan._jit_compile
        ends.append(gan.generator.get_weights())
    assert all(np.isfinite(weights).all() for weights in ends[0])
    assert max(np.abs(a - b).max() for a, b in zip(start, ends[0])) > 1e-4
    for one, other in zip(ends[0], ends[-1]):
        np.testing.assert_array_equal(one, other)


def test_several_replicas_cannot_be_compiled_by_xla(several_replicas):
    config = building.resolve(
        dataclasses.replace(CONFIG, jit_compile=True), SPEC
    )
    with pytest.raises(ValueError, match="needs a single replica.*Received: "):
        building.build(config, SPEC, several_replicas)


def test_a_batch_that_replicas_cannot_share_is_refused(several_replicas):
    config = building.resolve(dataclasses.replace(CONFIG, batch_size=9), SPEC)
    with pytest.raises(ValueError, match="multiple of the . replicas.*: 9"):
        building.build(config, SPEC, several_replicas)


@pytest.mark.parametrize(
    "setting",
    [
        "log_every",
        "sample_every",
        "checkpoint_every",
        "evaluate_every",
        "health_every",
    ],
)
def test_calls_end_at_every_step_where_something_is_due(setting):
    assert building._steps_per_execution(CONFIG) > 1
    config = dataclasses.replace(CONFIG, **{setting: 7})
    # 7 and the other settings have no divisor in common.
    assert building._steps_per_execution(config) == 1


@pytest.mark.parametrize(
    ("model", "is_refused"),
    [("pix2pix", True), ("upsampler", True), ("cyclegan", False)],
)
def test_folders_without_pairs_are_for_those_that_need_none(model, is_refused):
    config = TrainConfig(model=model)
    spec = DatasetSpec("x", 32, 32, 3, source_channels=3, paired=False)
    if is_refused:
        with pytest.raises(ValueError, match=rf"{model} .*without pairs\."):
            building.resolve(config, spec)
    else:
        assert building.resolve(config, spec).source == "data"
    pairs = dataclasses.replace(spec, paired=True)
    assert building.resolve(config, pairs).image_size == 32


@pytest.mark.parametrize("model", ["dcgan", "upsampler"])
@pytest.mark.parametrize("dataset", ["pairs:any", "unpaired:any,other"])
def test_data_with_sources_are_refused_before_they_are_read(dataset, model):
    config = TrainConfig(model=model, dataset=dataset)
    with pytest.raises(
        ValueError, match=f"{model} does not translate.*Received: {dataset}"
    ):
        building.load_data(config)


def test_grey_images_are_no_sources_of_themselves():
    spec = DatasetSpec("x", 32, 32, 1)
    config = TrainConfig(model="pix2pix", source="grey")
    with pytest.raises(ValueError, match="grey already.*x, of 1 channel"):
        building.build_untrained(building.resolve(config, spec), spec)
