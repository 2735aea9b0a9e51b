"""The benchmarks run, and print what their pages show."""

import json
import sys
from pathlib import Path

import binaries
import pytest
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import operation_costs

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


def _output(script, *flags):
    path = ROOT / "benchmarks" / script
    finished = binaries.run_script(path, *flags, cwd=ROOT)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_mode_collapse_trains_once_what_the_table_shows(tmp_path):
    flags = ["--variants=best,gan", "--datasets=ring8", "--seeds=1"]
    flags += ["--steps=100", f"--output={tmp_path / 'lines.jsonl'}"]
    lines = _output("mode_collapse.py", *flags).splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["variant"] for record in records] == ["best", "gan"]
    assert all(record["modes"] == 8 for record in records)
    assert all(0 <= record["modes_reached"] <= 8 for record in records)
    assert all(0.0 <= record["high_quality"] <= 1.0 for record in records)
    assert _output("mode_collapse.py", *flags) == ""
    rows = _output("mode_collapse.py", *flags, "--table").splitlines()[2:]
    assert [row.split(" | ")[:3] for row in rows] == [
        ["| ring8", "gan", "1"],
        ["| ring8", "best", "1"],
    ]


def test_training_throughput_times_each_architecture():
    flags = ["--models=mlp,toy", "--rounds=2", "--steps=2", "--width=8"]
    *lines, growth = _output("training_throughput.py", *flags).splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["model"] for record in records] == ["mlp", "toy"]
    assert all(record["traces"] == 1 for record in records)
    assert all(record["images_per_second"]["min"] > 0 for record in records)
    assert all(record["processor_ms_per_step"] > 0 for record in records)
    assert "resident_growth_mb" in json.loads(growth)


def test_environments_take_turns():
    flags = ["--turns=1", "--rounds=2", "--steps=2"]
    rows = _output("environments.py", *flags).splitlines()[2:]
    (cells,) = [row.strip("| ").split(" | ") for row in rows]
    assert cells[1] == tf.__version__
    assert float(cells[2]) > 0 and float(cells[3]) > 0


def test_step_profile_names_most_of_the_time():
    output = _output("step_profile.py", "--width=8", "--batch_size=16")
    shares = dict(
        line.strip("| ").split(" | ")[::2]
        for line in output.splitlines()
        if line.count("|") == 4 and "operations |" not in line
    )
    del shares["---"]
    assert {"convolutions", "batch norm", "activations"} <= set(shares)
    assert 95 <= sum(map(int, shares.values())) <= 105
    assert int(shares.get("rest", 0)) < 20


def test_comparison_is_of_equal_networks(tmp_path):
    path = tmp_path / "figures.json"
    flags = ["--cases=smoke", "--precisions=float32", "--steps=1"]
    flags += ["--peers=tfgan_zoo,TensorFlow tutorial,keras.io"]
    table = _output("compare.py", *flags, f"--output={path}")
    results = json.loads(path.read_text())["results"]
    assert len({one["parameters"] for one in results}) == 1
    for one in results:
        assert one["peer"] in table
        assert len(one["train_images_per_second"]) == 5
        assert min(one["train_images_per_second"]) > 0
        sampling = one["sample_images_per_second"]
        assert [*sampling] == ["1", "16", "64", "256"]
        assert all(
            len(each) == 5 and min(each) > 0 for each in sampling.values()
        )


def test_the_cost_of_a_step_is_that_of_its_operations():
    @tf.function
    def step(x, kernel, matrix):
        with tf.GradientTape() as tape:
            tape.watch([x, kernel])
            maps = tf.nn.conv2d(x, kernel, 2, "SAME")
        gradients = tape.gradient(maps, [x, kernel])
        large = tf.cond(
            x[0, 0, 0, 0] > 0.0, lambda: matrix @ matrix, lambda: matrix
        )
        return gradients, large

    graph = step.get_concrete_function(
        tf.TensorSpec([8, 6, 6, 3]),
        tf.TensorSpec([4, 4, 3, 5]),
        tf.TensorSpec([7, 7]),
    ).graph
    found = [*operation_costs.operations(graph)]
    costs = {one.type: operation_costs.flop(one) for one in found}
    convolution = 2 * (8 * 3 * 3 * 5) * (4 * 4 * 3)
    assert costs["Conv2D"] == convolution
    assert costs["Conv2DBackpropInput"] == convolution
    assert costs["Conv2DBackpropFilter"] == convolution
    assert costs["MatMul"] == 2 * 7 * 7 * 7
    moved = {one.type: operation_costs.moved_bytes(one) for one in found}
    floats = 8 * 6 * 6 * 3 + 4 * 4 * 3 * 5 + 8 * 3 * 3 * 5
    assert moved["Conv2D"] == 4 * floats
    assert moved["MatMul"] == 4 * 3 * 49


def test_a_machine_is_as_fast_as_the_slower_of_arithmetic_and_memory():
    machine = operation_costs.MACHINES[0]
    by_memory, by_arithmetic = (
        operation_costs.machine_table(flop, moved, 3600.0)[2]
        .strip("| ")
        .split(" | ")
        for flop, moved in (
            (1.0, machine.bytes_s / 1e6),
            (machine.flop_s / 1e6, 1.0),
        )
    )
    for cells in (by_memory, by_arithmetic):
        assert cells[0] == machine.name
        assert cells[3:5] == ["3,600 million", "1e-06"]
    assert by_arithmetic[5] == "1e-06"


# Runs growth.py, whose trainings are replaced: each has the figures of one.
_UNTRAINED = """
import json, runpy, subprocess

def run(command, **_):
    row = json.loads(command[-1].removeprefix("--one="))
    row["images_per_second"] = row["image_size"] ** -3.0
    output = json.dumps({{**{one}, **row}})
    return subprocess.CompletedProcess(command, 0, output)

subprocess.run = run
runpy.run_path({script!r}, run_name="__main__")
"""


def test_growth_has_a_row_for_each_value_and_the_long_training(tmp_path):
    trained = {"replicas": 2, "steps": 10, "batch_size": 8}
    trained |= {"examples": 100, "image_size": 28, "width": 4}
    one = json.loads(_output("growth.py", f"--one={json.dumps(trained)}"))
    assert {name: one[name] for name in trained} == trained
    assert one["images_per_second"] > 0
    generator = 100 * 7 * 7 * 8 + 2 * 8 + 16 * 8 * 4 + 2 * 4 + 16 * 4 + 1
    discriminator = 16 * 4 + 16 * 4 * 8 + 2 * 8 + 7 * 7 * 8 + 1
    assert one["parameters"] == generator + discriminator
    assert one["first_mb"] > 100 and one["last_mb"] > 100
    script = tmp_path / "untrained.py"
    growth = str(ROOT / "benchmarks" / "growth.py")
    script.write_text(_UNTRAINED.format(one=one, script=growth))
    path = tmp_path / "growth.json"
    flags = ["--growing=image_size", "--steps=20", "--long=40"]
    output = _output(script, *flags, f"--output={path}")
    rows = json.loads(path.read_text())
    assert [row["image_size"] for row in rows] == [28, 32, 64, 128, 28]
    assert [row["steps"] for row in rows] == [20, 20, 20, 20, 40]
    table, exponents = output.split("\n\n")
    assert len(table.splitlines()) == len(["head", "line", *rows])
    (cells,) = exponents.splitlines()[2:]
    assert cells.strip("| ").split(" | ") == [
        *("pixels of an image", "784", "16,384"),
        *("1.50", "1.50", "0.00", "0.00"),
    ]


def test_replaced_operations_are_timed_beside_tensorflows():
    output = _output("convolutions.py", "--rounds=2", "--batch_size=2")
    gradients, upsamplings = output.split("\n\n")
    rows = [line.split(" | ") for line in gradients.splitlines()[3:]]
    assert len(rows) == 36
    doubled = [line.split(" | ") for line in upsamplings.splitlines()[2:]]
    assert len(doubled) == 6
    cells = [cell for row in rows for cell in row[3:]]
    cells += [cell for row in doubled for cell in row[2:]]
    assert all(float(cell.split()[0]) > 0 for cell in cells)


def test_doctor_names_causes_and_cures_them(shared_data, tmp_path):
    flags = ["--names=frozen_generator,toy_ring8", "--seeds=0", "--steps=100"]
    flags += ["--healthy_seeds=0", f"--data_dir={shared_data}"]
    flags += [f"--output={tmp_path}"]
    lines = _output("doctor.py", *flags).splitlines()
    trained = {line.split()[0] for line in lines}
    assert trained == {"frozen_generator-0", "toy_ring8-0"}
    assert _output("doctor.py", *flags) == ""
    cured = _output("doctor.py", *flags, "--cures")
    assert cured.split()[0] == "frozen_generator-0"
    table = _output("doctor.py", *flags, "--table")
    (row,) = [
        line
        for line in table.splitlines()
        if "| `frozen_generator` | weights " in line
    ]
    assert row.split(" | ")[2] == "1 of 1"
    (cure,) = [
        line
        for line in table.splitlines()
        if "| `frozen_generator` | `--" in line
    ]
    assert cure.split(" | ")[2:5] == ["1, 1", "0, 0", "1 of 1"]


def test_doctor_names_a_source_that_is_ignored(tmp_path):
    # With fewer steps, what is named within a fifth of them is chance.
    flags = ["--names=shuffled_sources", "--seeds=0", "--healthy_seeds="]
    flags += ["--steps=200", f"--output={tmp_path}"]
    assert _output("doctor.py", *flags).split()[0] == "shuffled_sources-0"
    table = _output("doctor.py", *flags, "--table")
    row = next(line for line in table.splitlines() if "| `shuffled_s" in line)
    assert row.split(" | ")[1:3] == ["source ignored", "1 of 1"]


def test_doctor_cost_is_a_share_of_the_time():
    output = _output(
        "doctor_cost.py", "--models=mlp", "--rounds=2", "--steps=10"
    )
    found = json.loads(output)
    assert found["model"] == "mlp" and found["steps"] == 10
    low, high = found["percent_least_most"]
    assert 0.0 < low <= found["percent"] <= high


def test_restore_goes_back_and_ends_with_a_score(tmp_path):
    flags = ["--steps=60", "--samples=300"]
    output = _output("restore.py", *flags, f"--output={tmp_path}")
    sound, restored = (
        json.loads(line) for line in output.splitlines() if line[0] == "{"
    )
    assert sound["restores"] == []
    (one,) = restored["restores"]
    assert (one["finding"], one["to"]) == ("non_finite", 24)
    assert 30 <= one["step"] <= 36
    for run in (sound, restored):
        assert 0.0 < run["frechet_distance"] < 5000.0
