"""The examples run as their readers run them, in few steps."""

import re
from pathlib import Path

import binaries
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
pytestmark = pytest.mark.slow

SAID = {
    "own_networks.py": r"Mean logit of generated images: -?\d+\.\d\d",
    "sine_waves.py": r"Generated: [01]\.\d\d from a sine wave",
    "xor.py": r"packs of 2: [0-4] of 4 clusters, \d+% of the points in them",
}
SIZES = {
    "own_networks.py": (8 * 30 + 2, 8 * 30 + 2),
    "sine_waves.py": (4 * 162 + 2, 8 * 62 + 2),
    "xor.py": (2 * 386 + 2, 2 * 386 + 2),
}


def test_every_example_is_run():
    assert {path.name for path in EXAMPLES} == set(SAID) == set(SIZES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_says_and_draws_what_it_learnt(path, tmp_path):
    flags = ["--steps=2", "--output=drawn.png"]
    finished = binaries.run_script(path, *flags, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert re.search(SAID[path.name], finished.stdout), finished.stdout
    is_exported = (tmp_path / "drawn" / "saved_model").is_dir()
    assert is_exported == (path.name == "own_networks.py")
    picture = Image.open(tmp_path / "drawn.png")
    assert picture.size == SIZES[path.name]
    darkest, brightest = picture.convert("L").getextrema()
    assert darkest < brightest


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_command_in_the_docstring_has_the_defaults(path):
    source = path.read_text("utf-8")
    command = re.search(rf"python examples/{path.name} (.*)", source)[1]
    flags = dict(flag.lstrip("-").split("=") for flag in command.split())
    steps = re.search(r'"--steps", type=int, default=(\d+)', source)[1]
    output = re.search(r'"--output".*default=Path\("(.*)"\)', source)[1]
    assert flags == {"steps": steps, "output": output}
