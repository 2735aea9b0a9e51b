"""Architectures are attributes of `tfgan_zoo.models`, imported when asked."""

import subprocess
import sys

import pytest

import tfgan_zoo
from tfgan_zoo import models
from tfgan_zoo.architecture import Architecture

_IMPORT = """
import sys
import tfgan_zoo
names = tfgan_zoo.models.names()
assert "dcgan" in names and "wgan" in names
from tfgan_zoo.models import WGAN
print(*sorted(
    name for name in names if f"tfgan_zoo.models.{name}" in sys.modules
))
"""


def _python_names():
    return {
        key: value
        for key in dir(models)
        if isinstance(value := getattr(models, key), Architecture)
    }


def test_every_architecture_is_an_attribute():
    attributes = _python_names()
    by_name = {value.name: value for value in attributes.values()}
    assert sorted(by_name) == models.names()
    for name, architecture in by_name.items():
        assert architecture is models.get(name)
    assert {"DCGAN", "WGANGP", "Pix2Pix", "SNGANProjection"} <= {*attributes}
    assert tfgan_zoo.models is models
    assert models.DCGAN is tfgan_zoo.DCGAN


def test_an_architecture_needs_no_name_like_its_file(monkeypatch):
    toy = models.Toy
    monkeypatch.delattr("tfgan_zoo.models.toy.Toy")
    monkeypatch.setattr("tfgan_zoo.models.toy.Plane", toy, raising=False)
    assert models.Plane is toy
    with pytest.raises(AttributeError):
        models.Toy  # noqa: B018


@pytest.mark.parametrize("name", ["WGAM", "Dcgan", "Generator"])
def test_an_unknown_architecture_is_a_line_with_those_there_are(name):
    with pytest.raises(AttributeError) as error:
        getattr(models, name)
    line = str(error.value)
    assert line.startswith(
        f"module 'tfgan_zoo.models' has no attribute {name!r}; its "
        "architectures are: ACGAN, ConditionalGAN, CUT, "
    )
    with pytest.raises(ImportError, match=f"cannot import name '{name}'"):
        exec(f"from tfgan_zoo.models import {name}")


def test_other_attributes_are_not_looked_for_in_files():
    with pytest.raises(AttributeError) as error:
        models.descriptoins  # noqa: B018
    assert str(error.value) == (
        "module 'tfgan_zoo.models' has no attribute 'descriptoins'"
    )


def test_one_architecture_imports_no_other():
    files = subprocess.run(
        [sys.executable, "-c", _IMPORT],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    # WGAN's networks are DCGAN's.
    assert files == ["dcgan", "wgan"]
