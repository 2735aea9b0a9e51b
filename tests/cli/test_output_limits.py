"""Outputs that cannot be written, or held in memory, are refused at once."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tfgan_zoo.cli import output_limits, outputs, sampling
from tfgan_zoo.export.walk import Route

ROOT = Path(__file__).resolve().parents[2]


def test_a_million_images_are_for_shards():
    output_limits.require_seeds("count", 1_000_000)
    says = "--output=FOLDER/, with a slash.*shards. Received: 1,000,001."
    with pytest.raises(ValueError, match=says):
        output_limits.require_seeds("count", 1_000_001)
    for flag in ("walk_stops", "invert_starts"):
        output_limits.require_seeds(flag, 10_000)
        with pytest.raises(ValueError, match=f"--{flag} must be at most 10,0"):
            output_limits.require_seeds(flag, 2**62)


@pytest.mark.parametrize(
    ("height", "width", "most"), [(10, 10, 1_000_000), (66, 30, 50_505)]
)
def test_a_picture_has_so_many_pixels(height, width, most):
    output_limits.require_picture(most, height, width)
    rule = f"{most:,} images of {width} x {height}; --output=FOLDER/"
    with pytest.raises(ValueError, match=re.escape(rule)):
        output_limits.require_picture(most + 1, height, width)


def test_an_animation_has_so_many_pixels():
    output_limits.require_animation(5_000, 100_000)
    with pytest.raises(ValueError, match="5,000 frames; .*: 5,001 frames"):
        output_limits.require_animation(5_001, 100_000)


@pytest.mark.parametrize(
    ("taken", "find_output"),
    [
        ("samples.png", outputs.sample_file),
        ("inverted.png", lambda given: outputs.inverted_file("a.png", given)),
        ("inverted.json", lambda given: outputs.inverted_file("a.png", given)),
        (
            "translated.png",
            lambda given: outputs.translation_path(
                "--input", "a.png", given, "translated.png"
            ),
        ),
        ("evaluation.json", outputs.evaluation_file),
    ],
)
def test_a_file_that_is_named_is_overwritten_and_a_default_is_not(
    tmp_path, monkeypatch, taken, find_output
):
    monkeypatch.chdir(tmp_path)
    Path("a.png").touch()
    default = find_output(None)
    assert default.stem == Path(taken).stem
    Path(taken).touch()
    with pytest.raises(FileExistsError, match=f"where {taken} exists"):
        find_output(None)
    assert find_output(str(default)) == default


def _fail(*_, **__):
    pytest.fail("it began to sample")


@pytest.mark.parametrize(
    ("count", "frames", "settings", "name"),
    [
        (10_000, 10_000, {}, "walk.gif"),
        (10_000, 10_000, {}, "walk.png"),
        (3, 40_000, {"index": 0}, "walk.gif"),
        (10_000, 500, {"index": 0}, "walk.png"),
        (50, 1_000, {"all_classes": True}, "walk.gif"),
        (5_000, 300, {"all_classes": True}, "walk.png"),
    ],
)
def test_walks_too_long_are_refused_before_they_are_made(
    strip_sampler, tmp_path, monkeypatch, count, frames, settings, name
):
    sampler = strip_sampler(3)
    monkeypatch.setattr(type(sampler), "images", _fail)
    route = Route(np.arange(count), frames)
    with pytest.raises(ValueError, match=r"must hold at most [15]00,000,000"):
        sampling.write_walk(tmp_path / name, sampler, route, **settings)
    assert os.listdir(tmp_path) == []


def test_grids_too_large_are_refused_before_they_are_made(
    strip_sampler, tmp_path, monkeypatch
):
    sampler = strip_sampler()  # of 2 x 4 pixels, with gaps 4 x 6
    monkeypatch.setattr(type(sampler), "sample", _fail)
    monkeypatch.setattr(output_limits, "_MOST_PIXELS", 24 * 99)
    route = Route(np.arange(100), 2)
    with pytest.raises(ValueError, match="99 images of 6 x 4; .*: 100 images"):
        sampling.write_samples(tmp_path / "a.png", sampler, route, None)


def test_an_output_can_be_a_file_or_a_folder_of_shards(tmp_path):
    output_limits.require_output(tmp_path / "new" / "a.png", is_folder=False)
    output_limits.require_output(tmp_path / "new", is_folder=True)
    output_limits.require_output(tmp_path, is_folder=True)
    (tmp_path / "a.png").write_text("old")
    output_limits.require_output(tmp_path / "a.png", is_folder=False)
    assert os.listdir(tmp_path) == ["a.png"]


def test_an_output_that_is_a_folder_or_lies_in_a_file_is_a_line(tmp_path):
    with pytest.raises(
        IsADirectoryError, match="must not be a folder. Received: "
    ):
        output_limits.require_output(tmp_path, is_folder=False)
    (tmp_path / "file").write_text("")
    for is_folder in (True, False):
        with pytest.raises(NotADirectoryError, match="Received: .*file"):
            output_limits.require_output(
                tmp_path / "file" / "a", is_folder=is_folder
            )


NAMED = ["--model=dcgan-mnist"]
REFUSED = [
    ["--count=50000000"],
    ["--count=9223372036854775807"],
    ["--output=/dev/null/a.png"],
    ["--output=/dev/null/shards/"],
    ["--walk=/dev/null/walk.gif"],
    ["--walk=walk.gif", "--walk_stops=1000000000"],
    ["--invert=a.png", "--invert_starts=1000000000"],
    ["--invert=a.png", "--output=/dev/null/b.png"],
    ["--upscale=a.png", "--output=."],
]
PROGRAM = """
import json, sys
from absl.testing import flagsaver
sys.modules["tensorflow"] = None  # an import of it would fail
from tfgan_zoo import export  # lazy
from tfgan_zoo.cli import sample
for flags in json.loads(sys.argv[1]):
    sys.argv = ["tfgan-sample", *flags]
    with flagsaver.flagsaver():
        try:
            sample.run()
        except SystemExit as end:
            print(end.code)
"""


def test_tfgan_sample_refuses_before_tensorflow_starts(tmp_path):
    finished = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM,
            json.dumps([[*NAMED, *flags] for flags in REFUSED]),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.stdout == "2\n" * len(REFUSED), finished.stderr
    lines = finished.stderr.splitlines()
    assert len(lines) == len(REFUSED), finished.stderr
    for line in lines:
        assert re.match(r"Error: .* must .*Received: ", line), line
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("flags", "rule"),
    [
        (["--output_dir=/dev/null/export"], "The folder of an output must be"),
        (["--output_dir=a", "--web=/dev/null/b"], "The folder of an output"),
        (["--output_dir=."], "An output folder must not exist without"),
        (["--output_dir=a", "--web=."], "An output folder must not exist"),
        (["--output_dir=/dev/null", "--overwrite"], "An output folder must"),
        (["--output_dir=a", "--tflite=x"], "`tflite` must be one of:"),
        (["--output_dir=a", "--web=a"], "--web must be another folder than"),
        (["--output_dir=a/b", "--web=./a"], "--web must be another folder"),
        (
            ["--output_dir=a", "--tflite_mean_limit=1"],
            "--tflite_mean_limit is of files in",
        ),
        *(
            (["--output_dir=a", f"--{name}={text}"], f"`{name}` must be one")
            for name, text in (
                ("author", "a\nb"),
                ("license", ""),
                ("model_version", "\u202e1"),
            )
        ),
    ],
)
def test_tfgan_export_refuses_before_tensorflow_starts(flags, rule, tmp_path):
    program = PROGRAM.replace("sample", "export")
    given = [["--run_dir=run", *flags]]
    finished = subprocess.run(
        [sys.executable, "-c", program, json.dumps(given)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.stdout == "2\n", finished.stderr
    assert re.fullmatch(f"Error: {rule} .*Received: .*\n", finished.stderr)
    assert os.listdir(tmp_path) == []
