"""What follows when a training fails: a stop, or the way back."""

import dataclasses
import functools
import json

import numpy as np
import pytest

from tfgan_zoo import strategies
from tfgan_zoo.backend import keras
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.health.doctor import diagnose
from tfgan_zoo.training import building, failures, loop
from tfgan_zoo.training.checkpoints import Checkpoints
from tfgan_zoo.training.failures import NonFiniteLossError, TrainingFailedError
from tfgan_zoo.training.monitor import facts_of
from tfgan_zoo.training.run_folder import RunFolder

pytestmark = pytest.mark.slow

CONFIG = TrainConfig(
    model="mlp",
    steps=60,
    width=8,
    latent_dim=8,
    log_every=5,
    sample_every=30,
    checkpoint_every=10,
    health_every=10,
)


class _Poison(keras.callbacks.Callback):
    """Makes the generator's weights NaN at a step, so many times."""

    def __init__(self, step, times):
        super().__init__()
        self.step, self.times = step, times

    def on_train_batch_end(self, batch, logs=None):
        if self.times and int(self.model.step.numpy()) == self.step:
            self.times -= 1
            weight = self.model.generator.trainable_variables[0]
            weight.assign(weight * np.nan)


@pytest.fixture(scope="module")
def examples():
    return building.load_data(CONFIG, log=lambda _: None)


def _poison(monkeypatch, step, times):
    """Makes trainings fail at a step, so many times."""
    one = _Poison(step, times)
    fit = keras.Model.fit

    @functools.wraps(fit)
    def poisoned_fit(self, *args, callbacks, **kwargs):
        return fit(self, *args, callbacks=[one, *callbacks], **kwargs)

    monkeypatch.setattr(keras.Model, "fit", poisoned_fit)


@pytest.fixture
def poisoned(monkeypatch):
    return functools.partial(_poison, monkeypatch)


def _train(examples, folder, strategy=None, **settings):
    config = dataclasses.replace(CONFIG, **settings)
    config = building.resolve(config, examples.spec)
    lines = []
    result = loop.train(
        config,
        examples,
        folder,
        strategy=strategy or strategies.get("one_device"),
        log=lines.append,
    )
    return result, lines


@pytest.fixture(scope="module")
def restored(examples, tmp_path_factory):
    """A training that failed at step 25, and went back once."""
    folder = RunFolder(tmp_path_factory.mktemp("restored") / "run")
    with pytest.MonkeyPatch.context() as monkeypatch:
        _poison(monkeypatch, step=25, times=1)
        result, lines = _train(examples, folder, on_failure="restore")
    return folder, result, lines


def _losses(folder):
    """By step, without what the clock says."""
    losses = {}
    for one in folder.read_metrics():
        if "generator_loss" in one:
            del one["images_per_second"]
            losses[one["step"]] = one
    return losses


def test_weights_that_are_not_finite_end_a_training(
    examples, poisoned, tmp_path
):
    poisoned(step=25, times=1)
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(
        NonFiniteLossError, match="at step 30.*newest checkpoint is of step 20"
    ) as error:
        _train(examples, folder)
    assert error.value.exit_code == 3
    assert Checkpoints(folder.checkpoints).steps() == [10, 20]
    (bad,) = [one for one in folder.read_metrics() if one.get("non_finite")]
    assert bad["step"] == 30
    assert "NaN" not in folder.metrics.read_text()


@pytest.mark.parametrize("step", [20, 25])
def test_the_last_update_s_weights_end_a_training_too(
    examples, poisoned, tmp_path, step
):
    """No loss has been computed with them; step 20 is examined, 25 is not."""
    poisoned(step=step, times=1)
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(
        NonFiniteLossError, match=f"at step {step}.*checkpoint is of step"
    ) as error:
        _train(examples, folder, steps=step)
    assert error.value.exit_code == 3
    assert step not in Checkpoints(folder.checkpoints).steps()


def test_samples_that_are_not_finite_in_the_end_are_found(examples, tmp_path):
    """One update leaves weights finite that no image can be made of."""
    with pytest.raises(NonFiniteLossError, match="at step 1: 16 of 16 samples"):
        _train(
            examples,
            RunFolder(tmp_path / "run"),
            steps=1,
            generator_learning_rate=1e30,
        )


def test_restore_goes_back_once_and_ends_healthy(examples, restored, tmp_path):
    folder, result, lines = restored
    assert (result.step, result.stopped_by) == (60, None)
    (restore,) = folder.read_restores()
    assert (restore.step, restore.to) == (30, 20)
    assert restore.finding == "non_finite"
    assert sum("Back to step 20" in line for line in lines) == 1
    steps = [one["step"] for one in folder.read_metrics() if "drift" in one]
    assert steps == sorted(set(steps)) and steps[-1] == 60
    doctor = diagnose(folder.read_metrics(), facts_of(folder.read_config()))
    assert all(found.name != "non_finite" for found in doctor.findings)
    # The same random numbers would lead to the same failure.
    sound = RunFolder(tmp_path / "sound")
    _train(examples, sound, steps=30)
    sound, other = (
        {step: one["generator_loss"] for step, one in _losses(each).items()}
        for each in (sound, folder)
    )
    assert sound[20] == other[20]
    assert all(sound[step] != other[step] for step in (25, 30))


def test_replicas_go_back_to_what_one_process_goes_back_to(
    examples, restored, poisoned, several_replicas, tmp_path
):
    poisoned(step=25, times=1)
    folder = RunFolder(tmp_path / "run")
    _train(examples, folder, several_replicas, on_failure="restore", steps=40)
    (restore,) = folder.read_restores()
    assert (restore.step, restore.to) == (30, 20)
    single = _losses(restored[0])
    several = _losses(folder)
    assert list(several) == list(range(5, 41, 5))
    for step, losses in several.items():
        for name, value in losses.items():
            assert value == pytest.approx(single[step][name], rel=1e-3), name


def test_restore_gives_up_where_it_fails_again_and_again(
    examples, poisoned, monkeypatch, tmp_path
):
    monkeypatch.setattr(failures, "MOST_RESTORES", 1)
    poisoned(step=25, times=99)
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(
        TrainingFailedError, match="after 1 ways on from step 20"
    ):
        _train(examples, folder, on_failure="restore")
    assert [one.to for one in folder.read_restores()] == [20]


def test_a_finding_stops_a_training_where_that_is_wanted(examples, tmp_path):
    folder = RunFolder(tmp_path / "run")
    settings = {"generator_learning_rate": 0.0, "health_every": 5}
    with pytest.raises(
        TrainingFailedError,
        match="do not change at step 15: The generator's.*newest checkpoint",
    ) as error:
        _train(examples, folder, on_failure="stop", **settings)
    assert error.value.exit_code == 3
    assert Checkpoints(folder.checkpoints).steps() == [10]


def test_restore_without_a_checkpoint_says_so(examples, poisoned, tmp_path):
    poisoned(step=5, times=1)
    with pytest.raises(TrainingFailedError, match="before the first"):
        _train(examples, RunFolder(tmp_path / "run"), on_failure="restore")


def test_resume_after_a_restore_repeats_it(
    examples, restored, poisoned, tmp_path
):
    """A run that was stopped and one that was not end in the same losses."""
    poisoned(step=25, times=1)
    parts = RunFolder(tmp_path / "parts")
    _train(examples, parts, on_failure="restore", steps=40)
    _train(examples, parts, on_failure="restore")
    whole, again = (list(_losses(one).items()) for one in (restored[0], parts))
    assert [step for step, _ in whole] == list(range(5, 61, 5))
    assert json.dumps(whole) == json.dumps(again)
