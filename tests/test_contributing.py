"""The files that CONTRIBUTING.md has its readers write are whole."""

import re
import sys
import types
from pathlib import Path

import pytest
import tensorflow as tf

from tfgan_zoo import models

ROOT = Path(__file__).resolve().parents[1]
FILES = dict(
    re.findall(
        r"`((?:tfgan_zoo|tests)/\S+\.py)`:\n\n```python\n(.*?)```",
        (ROOT / "CONTRIBUTING.md").read_text("utf-8"),
        re.DOTALL,
    )
)


@pytest.fixture
def architecture(monkeypatch):
    return _module(monkeypatch, "tfgan_zoo.models.resize_gan").ResizeGAN


def _module(monkeypatch, name):
    path = f"{name.replace('.', '/')}.py"
    module = types.ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(FILES[path], path, "exec"), vars(module))
    return module


def test_new_architecture_builds_and_is_found_by_its_name(
    architecture, monkeypatch
):
    names = [*models.names(), "resize_gan"]
    monkeypatch.setattr(models, "names", lambda: names)
    assert models.get("resize_gan") is architecture
    gan = architecture((32, 32, 3))
    assert gan.architecture == "resize_gan"
    assert gan(tf.zeros([2, gan.latent_dim])).shape == [2, 32, 32, 3]


def test_tests_of_the_new_architecture_pass(architecture, monkeypatch):
    tests = _module(monkeypatch, "tests.models.test_resize_gan")
    generator = architecture((28, 28, 1)).generator
    found = [
        value for name, value in vars(tests).items() if name.startswith("test_")
    ]
    assert len(found) == 2
    for test in found:
        test(generator)
