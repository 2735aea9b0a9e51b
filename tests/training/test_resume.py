"""Killed at any moment and resumed: the same bits as never stopped."""

import json
import random
import signal
import time

import binaries
import numpy as np
import pytest
import tensorflow as tf

STEPS = 100
FLAGS = [
    "--width=8",
    "--latent_dim=16",
    "--batch_size=16",
    f"--steps={STEPS}",
    "--checkpoint_every=10",
    "--sample_every=20",
    "--log_every=5",
    "--health_every=50",
]


def _train(folder, *flags):
    """Trains to the end, in a fork; returns exit code, output and errors."""
    flags = [*FLAGS, f"--output_dir={folder}", *flags]
    finished = binaries.run("train", *flags)
    return finished.returncode, finished.stdout, finished.stderr


def _start(folder):
    """Starts a training in a fork, to send it a signal."""
    return binaries.start("train", *FLAGS, f"--output_dir={folder}")


def _tensors(folder):
    reader = tf.train.load_checkpoint(
        str(folder / "checkpoints" / f"step_{STEPS:06d}" / "state")
    )
    return {
        name: reader.get_tensor(name)
        for name in reader.get_variable_to_shape_map()
        if not name.startswith("_CHECKPOINTABLE")
    }


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "run"
    assert _train(folder)[0] == 0
    return folder


def _wait_for_a_checkpoint(folder, after):
    """Waits for a whole one of a step later than `after`; returns its step."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if (step := _newest(folder)) > after:
            return step
        time.sleep(0.01)
    pytest.fail("the training made no checkpoint in 120 seconds")


def _newest(folder):
    """The step of the newest checkpoint, 0 without any."""
    names = [path.name for path in folder.glob("checkpoints/step_*")]
    return max((int(name[5:]) for name in names), default=0)


def _assert_same_end(folder, uninterrupted):
    expected, actual = _tensors(uninterrupted), _tensors(folder)
    assert expected.keys() == actual.keys()
    assert any("generator_optimizer" in name for name in expected)
    assert any("ema_generator" in name for name in expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(actual[name], value, err_msg=name)
    last = f"samples/step_{STEPS:06d}.png"
    assert (folder / last).read_bytes() == (uninterrupted / last).read_bytes()


@pytest.mark.slow
def test_killed_twice_at_random_ends_with_the_same_bits(
    tmp_path, uninterrupted
):
    folder = tmp_path / "run"
    for _ in range(2):
        before = _newest(folder)
        process = _start(folder)
        step = _wait_for_a_checkpoint(folder, after=before)
        delay = random.uniform(0.0, 0.3)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        assert process.finish().returncode == -signal.SIGKILL
        print(f"killed {delay:.3f} seconds after step {step}")
    assert step < STEPS
    code, output, errors = _train(folder)
    assert code == 0, errors
    assert "Going on from step" in output
    _assert_same_end(folder, uninterrupted)
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    steps = [one["step"] for one in records if "generator_loss" in one]
    assert steps == list(range(5, STEPS + 1, 5))
    examined = [one["step"] for one in records if "separation" in one]
    assert examined == list(range(50, STEPS + 1, 50))


@pytest.mark.slow
def test_signal_saves_and_the_same_command_goes_on(tmp_path, uninterrupted):
    folder = tmp_path / "run"
    for number in (signal.SIGINT, signal.SIGTERM):
        before = _newest(folder)
        process = _start(folder)
        _wait_for_a_checkpoint(folder, after=before)
        process.send_signal(number)
        finished = process.finish()
        assert finished.returncode == 128 + number
        assert finished.stderr == ""
        assert "the same command goes on from there" in finished.stdout
    code, output, errors = _train(folder)
    assert code == 0, errors
    _assert_same_end(folder, uninterrupted)


@pytest.mark.slow
def test_finished_run_is_not_trained_again(uninterrupted):
    code, output, errors = _train(uninterrupted)
    assert (code, errors) == (0, "")
    assert f"Already at step {STEPS} of {STEPS}." in output


@pytest.mark.slow
def test_changed_setting_is_refused_in_one_line(uninterrupted):
    code, _, errors = _train(uninterrupted, "--seed=5")
    assert code == 2
    assert "seed: 0 -> 5" in errors
    assert len(errors.splitlines()) == 1
