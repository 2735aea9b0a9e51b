"""Checkpoints: whole ones are restored bit for bit, others are passed over."""

import dataclasses
import gc
import json

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.models import cyclegan
from tfgan_zoo.models.dcgan import DCGAN, RECIPE
from tfgan_zoo.training.checkpoints import Checkpoints


@pytest.fixture(scope="module")
def gan():
    recipe = dataclasses.replace(RECIPE, width=2, latent_dim=4)
    gan = DCGAN((28, 28, 1), recipe=recipe)
    gan.compile()
    images = tf.zeros([4, 28, 28, 1]), tf.zeros([4], tf.int32)
    gan.fit(
        tf.data.Dataset.from_tensors(images).repeat(),
        steps_per_epoch=2,
        verbose=0,
    )
    return gan


def _state(gan):
    return [variable.numpy() for variable in _variables(gan)]


def _variables(gan):
    return [
        *gan.generator.weights,
        *gan.discriminator.weights,
        *gan.ema_generator.weights,
        *gan.generator_optimizer.variables,
        *gan.discriminator_optimizer.variables,
        gan.step,
    ]


def _save(gan, folder, *steps, **kwargs):
    checkpoints = Checkpoints(folder, **kwargs)
    for step in steps:
        gan.step.assign(step)
        checkpoints.save(gan)
    return checkpoints


def test_restore_gives_back_every_bit(gan, tmp_path):
    checkpoints = _save(gan, tmp_path, 7)
    saved = _state(gan)
    for variable in _variables(gan):
        variable.assign(tf.ones_like(variable))
    assert checkpoints.restore(gan) == 7
    for before, after in zip(saved, _state(gan)):
        np.testing.assert_array_equal(before, after)


def test_only_the_newest_stay(gan, tmp_path):
    checkpoints = _save(gan, tmp_path, 1, 2, 3, 4, keep=2)
    assert checkpoints.steps() == [3, 4]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "step_000003",
        "step_000004",
    ]


def _truncate(folder):
    path = next(folder.glob("state.data*"))
    path.write_bytes(path.read_bytes()[:-100])


def _flip_a_bit(folder):
    path = next(folder.glob("state.data*"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _remove_index(folder):
    (folder / "state.index").unlink()


def _cut_manifest(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:20])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_truncate, "is not what was written"),
        (_flip_a_bit, "is not what was written"),
        (_remove_index, "state.index is missing"),
        (_cut_manifest, "no readable manifest.json"),
    ],
)
def test_damaged_one_is_named_and_the_one_before_is_taken(
    gan, tmp_path, damage, reason
):
    lines = []
    checkpoints = _save(gan, tmp_path, 1, 2, log=lines.append)
    damage(tmp_path / "step_000002")
    assert checkpoints.restore(gan) == 1
    assert len(lines) == 1
    assert "step_000002" in lines[0] and reason in lines[0]


def test_save_keeps_itself_beside_later_damaged_ones(gan, tmp_path):
    checkpoints = _save(gan, tmp_path, 1, 8, 9, keep=3)
    _truncate(tmp_path / "step_000008")
    _truncate(tmp_path / "step_000009")
    checkpoints = _save(gan, tmp_path, 2, keep=1)
    assert checkpoints.steps() == [2, 8, 9]
    assert checkpoints.restore(gan) == 2


def test_damaged_ones_alone_are_an_error_not_a_new_start(gan, tmp_path):
    checkpoints = _save(gan, tmp_path, 1)
    _truncate(tmp_path / "step_000001")
    with pytest.raises(ValueError, match="all damaged"):
        checkpoints.restore(gan)


def test_nothing_to_restore_leaves_the_gan_as_it_is(gan, tmp_path):
    before = _state(gan)
    assert Checkpoints(tmp_path / "none").restore(gan) == 0
    for old, new in zip(before, _state(gan)):
        np.testing.assert_array_equal(old, new)


def test_average_alone_is_restored_into_a_fresh_one(gan, tmp_path):
    checkpoints = _save(gan, tmp_path, 5)
    fresh = DCGAN((28, 28, 1), recipe=gan.recipe)
    assert checkpoints.restore_averages(fresh) == 5
    weights = fresh.ema_generator.weights
    for expected, actual in zip(gan.ema_generator.weights, weights):
        np.testing.assert_array_equal(expected, actual)


def test_averages_of_both_directions_are_restored(tmp_path):
    recipe = dataclasses.replace(cyclegan.RECIPE, width=1)
    gan, fresh = (
        cyclegan.CycleGAN((32, 32, 1), recipe=recipe, source_shape=(32, 32, 1))
        for _ in range(2)
    )
    gan.compile()
    _save(gan, tmp_path, 3)
    Checkpoints(tmp_path).restore_averages(fresh)
    for name in ("ema_generator", "ema_backward_generator"):
        weights = (getattr(each, name).weights for each in (gan, fresh))
        for expected, actual in zip(*weights):
            np.testing.assert_array_equal(expected, actual)


def test_average_alone_is_restored_without_a_word(
    gan, tmp_path, caplog, monkeypatch
):
    monkeypatch.setattr(tf.get_logger(), "propagate", True)
    checkpoints = _save(gan, tmp_path, 5)
    checkpoints.restore_averages(DCGAN((28, 28, 1), recipe=gan.recipe))
    gc.collect()  # TensorFlow warns when what it restored from is gone.
    assert caplog.messages == []


def test_average_without_a_whole_checkpoint_is_an_error(gan, tmp_path):
    with pytest.raises(FileNotFoundError, match="must hold a whole checkpoint"):
        Checkpoints(tmp_path).restore_averages(gan)


def test_interrupted_save_leaves_no_checkpoint(gan, tmp_path, monkeypatch):
    checkpoints = _save(gan, tmp_path, 1)

    def interrupt(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "sha256", interrupt)
    gan.step.assign(2)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.save(gan)
    assert [p.name for p in tmp_path.iterdir()] == ["step_000001"]


@pytest.mark.parametrize(
    "change",
    [
        {"step": None},
        {"step": "3"},
        {"step": 3.0},
        {"step": 2},
        {"step": 10**400},
        {"sha256": None},
        {"sha256": []},
        {"sha256": {}},
        {"sha256": {"../step_000002/manifest.json": "0"}},
    ],
)
def test_manifest_of_wrong_values_is_damage(gan, tmp_path, change):
    lines = []
    checkpoints = _save(gan, tmp_path, 2, 3, log=lines.append)
    path = tmp_path / "step_000003" / "manifest.json"
    content = {**json.loads(path.read_text()), **change}
    path.write_text(json.dumps(content))
    assert checkpoints.restore(gan) == 2
    assert checkpoints.restore_averages(gan) == 2
    assert len(lines) == 2 and "step_000003 is damaged" in lines[0]


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"[]", b""])
def test_manifest_that_is_none_is_damage(gan, tmp_path, content):
    checkpoints = _save(gan, tmp_path, 2, 3, log=lambda _: None)
    (tmp_path / "step_000003" / "manifest.json").write_bytes(content)
    assert checkpoints.restore(gan) == 2


def test_file_in_place_of_a_checkpoint_is_none(gan, tmp_path):
    checkpoints = _save(gan, tmp_path, 2)
    (tmp_path / "step_000003").write_text("a file")
    assert checkpoints.steps() == [2]
    checkpoints.forget_after(1)
    assert checkpoints.steps() == []


def test_checkpoint_of_other_networks_is_a_line(gan, tmp_path):
    checkpoints = _save(gan, tmp_path, 7)
    recipe = dataclasses.replace(RECIPE, width=4, latent_dim=4)
    other = DCGAN((28, 28, 1), recipe=recipe)
    other.compile()
    for restore in (
        lambda: checkpoints.restore(other),
        lambda: checkpoints.restore_averages(other),
    ):
        with pytest.raises(ValueError, match="which holds others.$"):
            restore()


def test_the_folder_of_a_run_that_has_gone_is_not_made_again(gan, tmp_path):
    folder = tmp_path / "run" / "checkpoints"
    with pytest.raises(FileNotFoundError, match="work. Received: .*run, which"):
        Checkpoints(folder).save(gan)
    assert not folder.parent.exists()
