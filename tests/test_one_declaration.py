"""Adding a setting edits one file: the rest comes from its declaration.

The package is tried with one field more in `recipe.py`, in a folder of links to
all its other files.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_ABOVE = "    label_smoothing: float = setting("
_FIELD = """\
    focal_exponent: float = setting(
        1.5,
        help="Exponent of a focal loss.",
        limits=(0.0, 10.0),
        needs=("loss", "hinge"),
    )
"""
_TRAIN = "from tfgan_zoo.cli import train; train.run()"
# What sees the setting, without TensorFlow.
_PROBE = """
import json, sys
from tfgan_zoo.cli import settings
from tfgan_zoo.config import MAY_CHANGE, STRUCTURE, Recipe, TrainConfig
from tfgan_zoo.training import config_file
from tools import settings_page
from absl import flags
flags.FLAGS(["tfgan-train", *sys.argv[1:]])
recipe = Recipe("a paper")
config = TrainConfig(**settings.read_flags()).resolve(recipe)
print(json.dumps({
    "config": config_file.to_json(config),
    "ineffective": settings.list_ineffective(config),
    "recipe": config.make_recipe("").focal_exponent,
    "default": recipe.focal_exponent,
    "docstring": Recipe.__doc__,
    "is_structural": "focal_exponent" in STRUCTURE,
    "may_change": "focal_exponent" in MAY_CHANGE,
    "page": settings_page.make_page(),
}))
assert "tensorflow" not in sys.modules
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The project with the field: one file edited, links to all others."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "tools").symlink_to(ROOT / "tools")
    package = root / "tfgan_zoo"
    package.mkdir()
    for path in (ROOT / "tfgan_zoo").iterdir():
        (package / path.name).symlink_to(path)
    source = (package / "recipe.py").read_text()
    assert source.count(_ABOVE) == 1
    (package / "recipe.py").unlink()
    edited = source.replace(_ABOVE, _FIELD + _ABOVE)
    (package / "recipe.py").write_text(edited)
    return root


def _run(checkout, code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        cwd=checkout,
    )


def test_one_declaration_makes_the_help(checkout):
    text = " ".join(_run(checkout, _TRAIN, "--help").stdout.split())
    rules = "0 to 10. Only used with --loss=hinge. Default: 1.5*."
    assert f"--focal_exponent=X Exponent of a focal loss. {rules}" in text


def test_one_declaration_makes_flag_json_recipe_and_docs(checkout):
    finished = _run(checkout, _PROBE, "--focal_exponent=2")
    assert finished.returncode == 0, finished.stderr
    found = json.loads(finished.stdout)
    objective = json.loads(found["config"])["objective"]
    assert objective["focal_exponent"] == found["recipe"] == 2.0
    assert found["default"] == 1.5
    (line,) = found["ineffective"]
    assert line.startswith("--focal_exponent has no effect with --loss=non_")
    assert "focal_exponent: Exponent of a focal loss." in found["docstring"]
    assert not found["is_structural"] and not found["may_change"]
    row = "| `--focal_exponent` | `1.5` | Exponent of a focal loss. 0 to 10. "
    assert row + "Only used with --loss=hinge. |" in found["page"]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("11", "`focal_exponent` must be between 0.0 and 10.0. Received: 11.0"),
        ("x", "--focal_exponent must be a number. Received: x"),
    ],
)
def test_one_declaration_refuses_a_bad_value_in_one_line(
    value, error, checkout
):
    finished = _run(checkout, _TRAIN, f"--focal_exponent={value}")
    assert finished.returncode == 2
    assert finished.stderr == f"Error: {error}.\n"
