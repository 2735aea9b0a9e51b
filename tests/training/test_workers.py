"""Real processes that train together, over the loopback interface."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import binaries
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import workers

# float32 and plain SGD: Adam makes of a rounded 0 a whole step.
SMALL = ["--width=4", "--latent_dim=8", "--batch_size=8", "--log_every=2"]
SMALL += ["--precision=float32", "--generator_optimizer=sgd"]
SMALL += ["--discriminator_optimizer=sgd", "--generator_learning_rate=0.05"]
SMALL += ["--sample_every=4", "--checkpoint_every=4"]


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("localhost", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _started(folder, *flags, environment=None):
    return binaries.start(
        "train",
        f"--output_dir={folder}",
        *SMALL,
        *flags,
        environment=environment,
    )


def _workers(folders, *flags):
    addresses = [f"localhost:{port}" for port in _free_ports(len(folders))]
    started = []
    for index, folder in enumerate(folders):
        task = {"type": "worker", "index": index}
        cluster = {"worker": addresses}
        tf_config = json.dumps({"cluster": cluster, "task": task})
        started.append(
            _started(
                folder,
                "--strategy=multi_worker_mirrored",
                *flags,
                environment={"TF_CONFIG": tf_config},
            )
        )
    return started


def _ended(process):
    finished = process.finish()
    return finished.returncode, finished.stdout, finished.stderr


def _metrics(folder):
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    for record in records:
        del record["images_per_second"]
    return records


def _assert_equal(a, b, step):
    path = f"checkpoints/step_{step:06d}/state"
    one, two = (
        tf.train.load_checkpoint(str(folder / path)) for folder in (a, b)
    )
    names = one.get_variable_to_shape_map()
    assert names == two.get_variable_to_shape_map()
    for name in names:
        if "OBJECT_GRAPH" not in name:
            np.testing.assert_allclose(
                two.get_tensor(name), one.get_tensor(name), 0, 1e-5, name
            )
    for record, other in zip(_metrics(a), _metrics(b)):
        for name, value in record.items():
            assert other[name] == pytest.approx(value, abs=1e-4)


@pytest.mark.slow
def test_two_workers_give_what_one_process_gives(tmp_path):
    alone, together = tmp_path / "alone", tmp_path / "together"
    flags = ["--model=wgan_gp", "--discriminator_steps=2", "--steps=8"]
    code, _, errors = _ended(_started(alone, *flags))
    assert (code, errors) == (0, "")
    both = [_ended(one) for one in _workers([together] * 2, *flags)]
    assert [(code, errors) for code, _, errors in both] == [(0, "")] * 2
    # The chief alone tells what it writes.
    assert str(together / "export" / "saved_model") in both[0][1]
    assert both[1][1] == ""
    _assert_equal(alone, together, 8)
    assert {path.name for path in alone.iterdir()} == {
        path.name for path in together.iterdir()
    }


@pytest.mark.slow
def test_a_killed_worker_ends_all_in_a_line_and_the_same_command_goes_on(
    tmp_path,
):
    alone, together = tmp_path / "alone", tmp_path / "together"
    flags = ["--steps=2000", "--health_every=0"]
    chief, other = _workers([together] * 2, *flags)
    first = together / "checkpoints" / "step_000004"
    deadline = time.monotonic() + 120
    while not first.is_dir() and time.monotonic() < deadline:
        time.sleep(0.1)
    other.send_signal(signal.SIGKILL)
    assert _ended(other)[0] == -signal.SIGKILL
    code, output, errors = _ended(chief)
    assert code == 138
    assert errors.startswith("Error: Another worker has ended")
    assert len(errors.splitlines()) == 1
    done = _metrics(together)[-1]["step"]
    assert 4 <= done < 2000
    end = f"--steps={done + 8}"
    # More steps are a change that a run may take.
    (config := together / "config.json").write_text(
        config.read_text().replace('"steps": 2000', f'"steps": {done + 8}')
    )
    flags = [end, "--health_every=0"]
    again = [_ended(one) for one in _workers([together] * 2, *flags)]
    assert [code for code, *_ in again] == [0, 0], again
    assert "Going on from step" in again[0][1]
    assert _ended(_started(alone, *flags))[0] == 0
    _assert_equal(alone, together, done + 8)


@pytest.mark.slow
def test_a_signal_to_one_worker_saves_and_ends_all(tmp_path):
    processes = _workers([tmp_path / "run"] * 2, "--steps=100000")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if (tmp_path / "run" / "checkpoints" / "step_000004").is_dir():
            break
        time.sleep(0.1)
    processes[1].send_signal(signal.SIGTERM)
    ended = [_ended(one) for one in processes]
    assert [code for code, *_ in ended] == [143, 143], ended
    assert "the same command goes on from there" in ended[0][1]


@pytest.fixture(scope="module")
def run_of_four_steps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workers") / "run"
    code, _, errors = _ended(_started(folder, "--steps=4"))
    assert (code, errors) == (0, "")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("other", "flag", "rule"),
    [("run", "--seed=1", "the same settings"), ("else", "--seed=0", "disk")],
)
def test_workers_that_do_not_agree_end_in_a_line(
    run_of_four_steps, tmp_path, other, flag, rule
):
    run = run_of_four_steps
    elsewhere = {"run": run, "else": tmp_path / "else"}[other]
    (one, two) = [f"localhost:{port}" for port in _free_ports(2)]
    processes = []
    for index, (folder, seed) in enumerate(
        [(run, "--seed=0"), (elsewhere, flag)]
    ):
        tf_config = {
            "cluster": {"worker": [one, two]},
            "task": {"type": "worker", "index": index},
        }
        processes.append(
            _started(
                folder,
                "--strategy=multi_worker_mirrored",
                "--steps=8",
                seed,
                environment={"TF_CONFIG": json.dumps(tf_config)},
            )
        )
    for code, _, errors in map(_ended, processes):
        assert code == 2 and rule in errors, errors
        assert len(errors.splitlines()) == 1


def test_one_process_agrees_with_itself():
    strategy = tf.distribute.get_strategy()
    workers.check_agreement(strategy, TrainConfig(), 3, fingerprint="a")
    assert strategies.is_chief(strategy)
    assert strategies.worker_count(strategy) == 1
    assert workers.any_of(strategy)(signal.SIGINT) == signal.SIGINT
    with pytest.raises(tf.errors.UnavailableError):
        with workers.translate_worker_loss(strategy):
            raise tf.errors.UnavailableError(None, None, "a disk")


@pytest.mark.parametrize(
    ("environment", "rule"),
    [
        ({}, "neither TF_CONFIG nor SLURM_PROCID"),
        ({"TF_CONFIG": "{"}, "TF_CONFIG must be JSON"),
        (
            {
                "TF_CONFIG": '{"cluster": {"worker": ["a:1"]}, '
                '"task": {"type": "worker", "index": 1}}'
            },
            "TF_CONFIG must be JSON",
        ),
    ],
)
def test_unknown_workers_are_a_line(monkeypatch, environment, rule):
    for name in ("TF_CONFIG", "SLURM_PROCID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=rule):
        strategies.get("multi_worker_mirrored")


@pytest.mark.slow
def test_a_slurm_step_of_processors_names_its_workers():
    """Two tasks on each of two nodes; in a process without a cluster."""
    program = (
        "from tfgan_zoo import strategies\n"
        "r = strategies._cluster_resolver()\n"
        "print(r.cluster_spec().as_dict(), r.task_type, r.task_id)"
    )
    environment = {
        "SLURM_PROCID": "3",
        "SLURM_STEP_NODELIST": "n[1-2]",
        "SLURM_STEP_TASKS_PER_NODE": "2(x2)",
        "SLURM_STEP_NUM_TASKS": "4",
    }
    finished = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    addresses = ["n1:8888", "n1:8889", "n2:8888", "n2:8889"]
    assert finished.stdout == f"{ {'worker': addresses} } worker 3\n"


def test_names_of_strategies_are_checked():
    with pytest.raises(ValueError, match="mirrored"):
        strategies.get("miror")
    with pytest.raises(ValueError, match="`tpu` is for `strategy` tpu"):
        strategies.get("mirrored", "here")
