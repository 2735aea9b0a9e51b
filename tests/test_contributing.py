"""The files that CONTRIBUTING.md has its readers write are whole."""

import inspect
import re
import sys
import types
from pathlib import Path

import pytest
import tensorflow as tf

from tfgan_zoo import inputs, models

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FILES = dict(
    re.findall(
        r"`((?:tfgan_zoo|tests)/\S+\.py)`:\n\n```python\n(.*?)```",
        TEXT,
        re.DOTALL,
    )
)
TABLE = re.search(r"\nTASKS = \{\n.*?\n\}\n", TEXT, re.DOTALL)
ROW = '    "restore": IMAGE,\n'


@pytest.fixture(params=["resize_gan", "denoiser"])
def name(request):
    return request.param


@pytest.fixture
def architecture(monkeypatch, name):
    monkeypatch.setitem(inputs.TASKS, "restore", inputs.IMAGE)
    module = _module(monkeypatch, f"tfgan_zoo.models.{name}")
    names = [*models.names(), name]
    monkeypatch.setattr(models, "names", lambda: names)
    return next(
        value
        for value in vars(module).values()
        if getattr(value, "name", None) == name
    )


def _module(monkeypatch, name):
    path = f"{name.replace('.', '/')}.py"
    module = types.ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(FILES[path], path, "exec"), vars(module))
    return module


def test_new_architecture_builds_and_is_found_by_its_name(architecture, name):
    assert models.get(name) is architecture
    gan = architecture((32, 32, 3))
    assert gan.architecture == name
    rows = tf.zeros([2, *gan.input_specs[0].shape])
    assert gan(rows).shape == [2, 32, 32, 3]


def test_tests_of_the_new_architecture_pass(architecture, name, monkeypatch):
    tests = _module(monkeypatch, f"tests.models.test_{name}")
    found = [
        value for key, value in vars(tests).items() if key.startswith("test_")
    ]
    assert len(found) == 2
    for test in found:
        gan = architecture((28, 28, 1))
        fixtures = {"gan": gan, "generator": gan.generator}
        test(*(fixtures[each] for each in inspect.signature(test).parameters))


def test_new_task_is_a_row_of_the_table_as_it_stands():
    table = TABLE.group()
    assert table.count(ROW) == 1
    code = (ROOT / "tfgan_zoo/inputs.py").read_text("utf-8")
    # Whoever follows the walk has the new row there, and perhaps others.
    for row in table.replace(ROW, "").strip("\n}").splitlines():
        assert row in code
