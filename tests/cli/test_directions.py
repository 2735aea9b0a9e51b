"""tfgan-directions as a command: of an export, a run and one that ships."""

import json
import re
import signal
import subprocess
import sys

import binaries
import numpy as np
import pytest
from PIL import Image

import tfgan_zoo
from tfgan_zoo.export import checksums

pytestmark = pytest.mark.slow

SMALL = ("--samples=200", "--trials=10", "--components=1", "--factors=1")


def _run(folder, *flags):
    return binaries.run("directions", *flags, *SMALL, cwd=folder)


def _error(folder, *flags):
    finished = _run(folder, *flags)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("Error: ")
    assert finished.stderr.count("\n") == 1
    assert "Received: " in finished.stderr
    return finished.stderr


def test_a_generator_that_ships_is_copied_with_directions(tmp_path):
    finished = _run(
        tmp_path,
        "--model=mlp-mnist",
        "--output=digits",
        "--measures=slant,symmetry",
        "--independent=classes",
        "--min_correlation=0.95",
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    _, first, *_, last = finished.stdout.splitlines()
    assert re.match(r"slant: \+.* sd a step, r 0.*, class kept .*%, sep", first)
    assert "or r is below 0.95: symmetry (" in finished.stdout
    assert "digits/directions.npz" in last
    checksums.check(tmp_path / "digits", beside="directions.npz")
    generator = tfgan_zoo.load(tmp_path / "digits")
    assert [*generator.directions][0] == "slant"
    entry = json.loads((tmp_path / "digits" / "model.json").read_text())
    for row in entry["directions"]["directions"]:
        is_named = row["kind"] in ("measure", "class")
        assert row["independent_of"] == (["classes"] if is_named else [])
    assert row["kind"] == "factor"
    with Image.open(tmp_path / "digits" / "directions.png") as picture:
        assert np.asarray(picture).std() > 30.0


def test_a_run_gets_directions_in_its_export(tmp_path):
    run = tmp_path / "run"
    finished = binaries.run(
        "train",
        "--model=mlp",
        "--steps=2",
        "--width=4",
        "--latent_dim=8",
        "--batch_size=8",
        f"--output_dir={run}",
    )
    assert finished.returncode == 0, finished.stderr
    finished = _run(tmp_path, "--model=run", "--min_correlation=0")
    assert finished.returncode == 0, finished.stderr
    assert len(tfgan_zoo.load(run / "export").directions) > 2


def test_what_ends_while_it_samples_leaves_nothing(tmp_path):
    flags = ["--model=mlp-mnist", "--output=digits", "--samples=100000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tfgan_zoo.cli.directions", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout.readline().startswith("Sampling 100,000 images")
    # Not SIGINT, which what is run in the background ignores.
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (128 + signal.SIGTERM, "")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("flags", "rule"),
    [
        ((), "--model must be given"),
        (("--model=mlp-mnist",), "--output must name a new folder"),
        (
            ("--model=mlp-mnist", "--output=out", "--measures=slent"),
            "`measures` must be one of: .* Did you mean slant",
        ),
        (
            ("--model=mlp-mnist", "--output=out", "--independent=hat"),
            "`independent` must be one of",
        ),
        (("--model=nosuch", "--output=out"), "A generator must be the name"),
        (("--model=mine",), "a folder that tfgan-export wrote"),
        (("--model=mlp-mnist", "--output=mine"), "must not exist"),
        (
            ("--model=mlp-mnist", "--output=mine", "--overwrite"),
            "must be an export",
        ),
        (
            ("--model=upsampler-fashion_mnist", "--output=out"),
            "takes images|random latents",
        ),
    ],
)
def test_bad_input_is_refused_in_a_line(tmp_path, flags, rule):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    if flags:
        error = _error(tmp_path, *flags)
    else:
        finished = _run(tmp_path)
        assert finished.returncode == 2
        error = finished.stderr
    assert re.search(rule, error), error
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
