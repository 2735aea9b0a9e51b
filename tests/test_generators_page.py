"""docs/generators.md: what it says of names is true."""

import re
from pathlib import Path

import binaries
import pytest

from tfgan_zoo.pretrained import sources

PAGE = Path(__file__).resolve().parents[1] / "docs" / "generators.md"
# What follows needs files of one's own.
TEXT = PAGE.read_text("utf-8").partition("## From elsewhere")[0]


@pytest.mark.slow
def test_the_examples_run(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 3
    (script := tmp_path / "page.py").write_text("".join(blocks))
    finished = binaries.run_script(script)
    assert finished.returncode == 0, finished.stderr
    score, *names, version = finished.stdout.splitlines()
    assert "value" in score
    assert {"upsampler-fashion_mnist", "upsampler-photos"} <= {*names}
    assert not any("dcgan" in name for name in names)
    assert version == "1"


def test_versions_that_it_names_ship():
    names = re.findall(r'"([\w-]+-v\d+)"', TEXT)
    assert names
    for name in names:
        assert sources.find(name), name
