"""docs/own_images.md: its example runs, its files are those that can be."""

import re
from pathlib import Path

import binaries
import pytest

from tfgan_zoo.pretrained import sources

PAGE = Path(__file__).resolve().parents[1] / "docs" / "own_images.md"
TEXT = PAGE.read_text("utf-8")
STARTS = {"r3gan-smileys", "r3gan_projection-cifar10"}


@pytest.mark.slow
def test_the_example_runs(tmp_path):
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    steps = "steps_per_epoch=2000"
    assert steps in block
    script = tmp_path / "page.py"
    script.write_text(block.replace(steps, "steps_per_epoch=1"))
    finished = binaries.run_script(script)
    assert finished.returncode == 0, finished.stderr
    assert "generator 100.0 %, discriminator 100.0 %" in finished.stdout


def test_starts_that_it_names_ship_with_a_discriminator():
    names = set(re.findall(r"`(r3gan\w*-\w+)`", TEXT))
    assert names == STARTS
    for name in names:
        assert (sources.folder(name) / "discriminator.npz").is_file()


@pytest.mark.parametrize("name", sorted(STARTS))
def test_its_tflite_files_are_those_of_the_starts(name):
    (variants,) = re.findall(r"--tflite=([\w,]+) ", TEXT)
    files = {f"generator_{variant}.tflite" for variant in variants.split(",")}
    folder = sources.folder(name)
    assert files <= {path.name for path in folder.glob("*.tflite")}
    assert set(re.findall(r"generator_\w+\.tflite", TEXT)) == files
