"""tfgan-doctor as a command: of a run, of a log, and what it refuses."""

import json
import re

import binaries
import pytest

pytestmark = pytest.mark.slow


def _run(folder, *flags):
    return binaries.run("doctor", *flags, cwd=folder)


def _log(folder, **signals):
    """A log in which some signals are as they are from the start."""
    lines = [
        {"step": step, "separation": 0.8, "pixel_distance": 0.4, **signals}
        for step in range(20, 401, 20)
    ]
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    finished = binaries.run(
        "train",
        "--model=mlp",
        "--steps=60",
        "--width=8",
        "--latent_dim=8",
        "--log_every=5",
        "--health_every=5",
        "--sample_every=30",
        "--generator_learning_rate=0",
        "--output_dir=run",
        cwd=folder,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    return folder / "run", finished.stdout


def test_a_training_says_what_it_finds_as_it_goes(run):
    _, said = run
    (line,) = re.findall(
        r"^step \d+: weights that do not change.*$", said, re.M
    )
    assert "since step 10." in line
    assert re.search(
        r"Try --generator_learning_rate=(\S+) "
        r"--discriminator_learning_rate=\1\.$",
        line,
    )


def test_of_a_run_it_says_the_same_and_writes_the_report(run):
    folder, _ = run
    (folder / "report.html").unlink()
    finished = binaries.run_anew("doctor", "--run_dir=run", cwd=folder.parent)
    assert finished.returncode == 3  # a failure goes on
    assert finished.stderr == ""
    head, *_ = finished.stdout.splitlines()
    assert head.endswith(": 1 finding, 1 ongoing.")
    assert "Weights that do not change (sure), since step 10" in finished.stdout
    unexamined = " ".join(finished.stdout.split())
    assert "discriminator overfitting" in unexamined
    assert max(map(len, finished.stdout.splitlines())) <= 80
    page = (folder / "report.html").read_text()
    assert "Weights that do not change" in page


def test_of_a_half_run_it_says_what_it_can(run, tmp_path):
    folder, _ = run
    half = tmp_path / "half"
    half.mkdir()
    (half / "config.json").write_text((folder / "config.json").read_text())
    finished = _run(tmp_path, "--run_dir=half")
    assert finished.returncode == 0, finished.stderr
    assert "nothing found" in finished.stdout
    assert (half / "report.html").exists()
    lines = (folder / "metrics.jsonl").read_text()
    (half / "metrics.jsonl").write_text(lines[: len(lines) - 40])
    finished = _run(tmp_path, "--run_dir=half")
    assert finished.returncode == 3
    assert "Weights that do not change" in finished.stdout


def test_of_a_log_by_its_loss(tmp_path):
    _log(
        tmp_path,
        separation=1.0,
        logit_gradient=1e-5,
        generator_gradient_norm=1e-6,
    )
    finished = _run(
        tmp_path, "--log=log.jsonl", "--loss=minimax", "--steps=400"
    )
    assert finished.returncode == 3
    assert "Vanishing gradients (sure), since step 20" in finished.stdout
    assert "1. --loss=non_saturating" in finished.stdout
    assert not list(tmp_path.glob("*.html"))


def test_of_a_log_as_json_and_with_a_report(tmp_path):
    _log(tmp_path, drift=2.0)
    finished = _run(
        tmp_path, "--log=log.jsonl", "--json", "--output=report.html"
    )
    assert finished.returncode == 0  # no failure
    found = json.loads(finished.stdout)
    assert found["step"] == 400
    assert [one["name"] for one in found["findings"]] == ["oscillation"]
    assert found["findings"][0]["evidence"]["certainty"] == "sure"
    assert "mode_collapse" in found["unexamined"]
    assert "Oscillation" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        ((), "One of --run_dir and --log"),
        (("--run_dir=a", "--log=b"), "Received: both"),
        (("--run_dir=nowhere",), "must hold config.json"),
        (("--log=nowhere.jsonl",), "nowhere.jsonl"),
        (("--log=wrong.jsonl",), "JSON object with a whole `step`"),
        (("--run_dir=a", "--loss=hinge"), "--loss is for --log"),
        (("--log=log.jsonl", "--loss=nothing"), "must be one of"),
        (("--log=log.jsonl", "--steps=0"), "steps"),
    ],
)
def test_bad_input_is_a_line(tmp_path, flags, line):
    _log(tmp_path)
    (tmp_path / "wrong.jsonl").write_text("step loss\n1 2\n")
    finished = _run(tmp_path, *flags)
    assert finished.returncode == 2
    assert line in finished.stderr
    assert finished.stderr.count("\n") == 1
    assert finished.stdout == ""
