"""A training begins with what another has learnt, and resumes without it."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import pretrained, strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.gan import weights
from tfgan_zoo.training import building, checking, loop, starting
from tfgan_zoo.training.run_folder import RunFolder

CONFIG = TrainConfig(
    model="mlp",
    steps=2,
    width=8,
    latent_dim=8,
    batch_size=16,
    log_every=2,
    sample_every=100,
    checkpoint_every=2,
    health_every=0,
)


@pytest.fixture(scope="module")
def examples():
    return building.load_data(CONFIG, log=lambda _: None)


def _train(folder, examples, *, start=None, **settings):
    config = dataclasses.replace(CONFIG, **settings)
    checking.check(config)
    if start is not None:
        fingerprint = start.weights.fingerprint()
        config = dataclasses.replace(config, start_fingerprint=fingerprint)
    config = building.resolve(config, examples.spec)
    if folder.config.is_file():
        fingerprint = folder.read_config().start_fingerprint
        config = dataclasses.replace(config, start_fingerprint=fingerprint)
    lines = []
    strategy = strategies.get("one_device")
    loop.train(
        config,
        examples,
        folder,
        start=start,
        strategy=strategy,
        log=lines.append,
    )
    return lines


@pytest.fixture(scope="module")
def source(examples, tmp_path_factory):
    folder = RunFolder(tmp_path_factory.mktemp("source") / "run")
    _train(folder, examples)
    return folder


def _state(folder, step):
    path = folder.checkpoints / f"step_{step:06d}" / "state"
    reader = tf.train.load_checkpoint(str(path))
    return {
        name: reader.get_tensor(name)
        for name in reader.get_variable_to_shape_map()
        if not name.startswith("_CHECKPOINTABLE")
    }


def _networks(folder, step):
    state = folder.checkpoints / f"step_{step:06d}" / "state"
    return weights.read_checkpoint(str(state))


def test_a_run_begins_with_the_weights_of_another(source, examples, tmp_path):
    start = pretrained.load_start(str(source.root))
    config = dataclasses.replace(CONFIG, start_from=str(source.root), seed=5)
    config = building.resolve(config, examples.spec)
    folder, lines = RunFolder(tmp_path / "run"), []
    strategy = strategies.get("one_device")
    gan, _ = loop.prepare(
        config, examples, folder, strategy, lines.append, start
    )
    assert lines == [
        f"Starts from {source.root}, step 2: generator 100.0 %, "
        "discriminator 100.0 %."
    ]
    assert not gan.average_warms_up
    given = _networks(source, 2)
    for name, values in weights.weights_of(gan).networks.items():
        for path, value in values.items():
            np.testing.assert_array_equal(value, given[name][path])
    assert not folder.root.exists()


def test_it_resumes_with_the_same_bits_and_without_its_source(
    source, examples, tmp_path
):
    copy = RunFolder(tmp_path / "source")
    shutil.copytree(source.root, copy.root)
    settings = {
        "start_from": str(copy.root),
        "freeze_discriminator": 1,
        "health_every": 2,
    }
    whole, cut = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "cut")
    for folder, steps in ((whole, 4), (cut, 2)):
        start = starting.read_run(copy)
        lines = _train(folder, examples, start=start, steps=steps, **settings)
        assert lines[0].startswith("Starts from")
    before = _networks(copy, 2)["discriminator"]
    shutil.rmtree(copy.root)
    lines = _train(cut, examples, steps=4, **settings)
    assert not [line for line in lines if "Starts from" in line]
    expected, actual = _state(whole, 4), _state(cut, 4)
    assert expected.keys() == actual.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(actual[name], value, err_msg=name)
    after = _networks(cut, 4)["discriminator"]
    same = [n for n in before if np.array_equal(before[n], after[n])]
    assert len(same) == 2  # a kernel and its bias
    examined = [
        one["step"] for one in cut.read_metrics() if "separation" in one
    ]
    assert examined == [2, 4]
    recorded = cut.read_config()
    assert recorded.start_fingerprint == start.weights.fingerprint()
    assert recorded.start_from == str(copy.root)


def test_other_weights_than_before_are_refused(source, examples, tmp_path):
    config = dataclasses.replace(
        CONFIG, start_from=str(source.root), start_fingerprint="0" * 64
    )
    start = starting.read_run(source)
    with pytest.raises(
        ValueError, match="of `start_fingerprint`, 000000000000"
    ):
        starting.require_start(config, start)
    with pytest.raises(ValueError, match="needs those weights"):
        _train(RunFolder(tmp_path), examples, start_from=str(source.root))


def test_another_source_is_another_setting(source, examples):
    with pytest.raises(ValueError, match="start_from: None -> x"):
        _train(source, examples, start_from="x", steps=4)


def test_freezing_needs_a_start():
    config = dataclasses.replace(CONFIG, freeze_discriminator=1)
    with pytest.raises(ValueError, match=r"`start_from`\. Received: 1 without"):
        checking.check(config)


def test_a_run_without_checkpoints_is_no_start(source, tmp_path):
    folder = RunFolder(tmp_path / "run")
    shutil.copytree(source.root, folder.root)
    shutil.rmtree(folder.checkpoints)
    with pytest.raises(FileNotFoundError, match="start from must hold a whole"):
        pretrained.load_start(str(folder.root))
