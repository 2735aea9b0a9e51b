"""The page of trainings for equal time, from results that are there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tfgan_zoo.pretrained import sources

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "benchmarks" / "colour.py"


def _write_result(folder, distance):
    scores = {
        "frechet_distance": 30.0,
        "kernel_distance": distance,
        "precision": 0.7,
        "recall": 0.2,
    }
    result = {
        "machine": {"processor": "a processor", "cores": 2},
        "minutes": 44.6,
        "scores": {"imagenet": scores, "cifar10": scores},
    }
    export = folder / "run" / "export"
    shutil.copytree(sources.folder("wgan-mnist"), export)
    (folder / "result.json").write_text(json.dumps(result))


def _run(*arguments):
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_page_has_the_best_first_and_a_row_of_samples_of_each(tmp_path):
    _write_result(tmp_path / "smileys-dcgan-0", 2.5)
    _write_result(tmp_path / "smileys-r3gan-0", 0.5)
    page, picture = tmp_path / "page.md", tmp_path / "picture.png"
    files = [f"--output={tmp_path}", f"--page={page}", f"--picture={picture}"]
    finished = _run("--table", *files)
    assert finished.returncode == 0, finished.stderr
    rows = [line for line in page.read_text().splitlines() if "| 45 |" in line]
    assert [row.split(" | ")[0] for row in rows] == ["| r3gan", "| dcgan"]
    assert " 0.5 " in rows[0] and " 2.5 " in rows[1]
    with Image.open(picture) as image:
        assert image.height == 2 * 68 - 4 + 2 * 8


def test_an_unknown_contender_is_a_line(tmp_path):
    finished = _run(f"--output={tmp_path}", "--contenders=r4gan")
    assert finished.returncode != 0
    assert "--contenders must be of dcgan" in finished.stderr
    assert "Received: r4gan." in finished.stderr
    assert "Traceback" not in finished.stderr
