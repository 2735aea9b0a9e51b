"""tfgan-encoder as a command, and tfgan-sample --invert with what it wrote."""

import json
import re

import binaries
import pytest

import tfgan_zoo
from tfgan_zoo import images
from tfgan_zoo.export import checksums

pytestmark = pytest.mark.slow

SMALL = ("--steps=4", "--batch_size=4", "--width=2")


def _run(folder, *flags):
    return binaries.run("encoder", *flags, *SMALL, cwd=folder)


def test_a_generator_that_ships_is_copied_with_an_encoder(tmp_path):
    flags = ("--model=mlp-mnist", "--output=digits", "--dataset=none")
    finished = _run(tmp_path, *flags)
    assert (finished.returncode, finished.stderr) == (0, "")
    first, *_, last = finished.stdout.splitlines()
    assert re.match(r"Step 4 of 4: latents .*, sample pixels 0\.", first)
    assert "Written: an encoder, to digits/encoder_saved_model and" in last
    # What kept the training is gone.
    assert [path.name for path in tmp_path.iterdir()] == ["digits"]
    checksums.check(tmp_path / "digits", beside="encoder_saved_model")
    entry = json.loads((tmp_path / "digits" / "model.json").read_text())
    assert entry["encoder"]["outputs"] == {"latents": [1, 100]}
    generator = tfgan_zoo.load(tmp_path / "digits")
    pixels = generator.sample([5])
    assert generator.encode(pixels, steps=1).latents.shape == (1, 100)
    again = _run(tmp_path, *flags)
    assert again.returncode == 2 and "must not exist" in again.stderr
    images.write_png(tmp_path / "digit.png", pixels[0])
    _require_inversions(tmp_path)


def _require_inversions(folder):
    """Checks that --invert starts from the encoder, unless seeds are given."""
    command = ("--model=digits", "--invert=digit.png", "--output=found.png")
    finished = binaries.run("sample", *command, "--invert_steps=3", cwd=folder)
    assert (finished.returncode, finished.stderr) == (0, "")
    refined = json.loads((folder / "found.json").read_text())
    error = f"{refined['mean_squared_error']:.4f}"
    assert f"error of values in [-1, 1]: {error}" in finished.stdout
    # The very latents of the seed, in a single step of gradient descent.
    finished = binaries.run(
        "sample", *command, "--invert_steps=1", "--seeds=5", cwd=folder
    )
    assert finished.returncode == 0, finished.stderr
    from_seed = json.loads((folder / "found.json").read_text())
    assert from_seed["latents"] != refined["latents"]
    assert "from 0.0000 at the start" in finished.stdout


@pytest.mark.parametrize(
    ("flags", "rule"),
    [
        ((), "--model must be given"),
        (("--model=mlp-mnist",), "--output must name a new folder"),
        (
            ("--model=mlp-mnist", "--output=out", "--dataset=./nosuch"),
            "nosuch",
        ),
        (("--model=nosuch", "--output=out"), "A generator must be the name"),
        (("--model=mine",), "An encoder is written into a folder that tfgan-"),
        (("--model=mlp-mnist", "--output=mine"), "must not exist"),
        (("--model=mlp-mnist", "--output=/"), "must not exist"),
        (
            ("--model=mlp-mnist", "--output=out", "--dataset="),
            "`dataset` must be",
        ),
        (
            ("--model=mlp-mnist", "--output=out", "--work_dir=out"),
            "kept outside the export",
        ),
        (
            ("--model=upsampler-fashion_mnist", "--output=out"),
            "takes small_images",
        ),
    ],
)
def test_bad_input_is_refused_in_a_line(tmp_path, flags, rule):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    finished = _run(tmp_path, *flags)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("Error: ")
    assert finished.stderr.count("\n") == 1
    assert re.search(rule, finished.stderr), finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
