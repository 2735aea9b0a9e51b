"""The drawings by other hands, and what is measured on them."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "benchmarks" / "drawing_quality.py"
SCRIBBLES = runpy.run_path(str(ROOT / "benchmarks" / "scribbles.py"))
draw, measure = SCRIBBLES["draw"], SCRIBBLES["measure"]


@pytest.mark.parametrize("hand", SCRIBBLES["HANDS"])
def test_drawings_are_black_on_white_with_an_inside(hand):
    for name in SCRIBBLES["THINGS"]:
        drawing = draw(name, hand, size=64, seed=1)
        again = draw(name, hand, size=64, seed=1)
        np.testing.assert_array_equal(drawing.pixels, again.pixels)
        assert drawing.pixels.shape == (64, 64, 1)
        assert 0.005 < np.mean(drawing.pixels < 128) < 0.4
        assert 0.01 < np.mean(drawing.inside) < 0.7


def test_a_mouse_draws_each_time_otherwise():
    first, second = (draw("cat", "mouse", size=64, seed=s) for s in (1, 2))
    assert np.mean(first.pixels != second.pixels) > 0.05


def test_colour_is_measured_inside_and_outside_of_the_outlines():
    drawings = [draw(name, "mouse", size=64, seed=0) for name in ("cat", "cup")]
    inside = np.stack([drawing.inside for drawing in drawings])[..., None]
    red, white = np.array([255, 0, 55]), np.array([255] * 3)
    exact = measure(drawings, np.where(inside, red, white))
    assert exact == {"filled_percent": 100, "outside_percent": 0, "chroma": 255}
    nothing = measure(drawings, np.where(inside, white, white))
    assert nothing == {"filled_percent": 0, "outside_percent": 0, "chroma": 0}
    outside = measure(drawings, np.where(inside, white, red))
    assert outside["filled_percent"] == 0
    assert outside["outside_percent"] > 100


def test_the_script_needs_no_python_path_for_icons_of_packages(tmp_path):
    # It rasterises icons by a package that is the last of its imports.
    (tmp_path / "resvg_py.py").write_text('raise ImportError("all others")')
    finished = subprocess.run(
        [
            sys.executable,
            str(SCRIPT),
            "--model=pix2pix-emoji_drawings",
            "--seeds=1",
            f"--packages={tmp_path}",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode != 0
    assert finished.stderr.strip().endswith("ImportError: all others")
