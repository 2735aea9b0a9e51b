"""Fixtures of this folder."""

import pytest
from bar_exports import NORMALS, bar_export, write
from small_exports import small_sampler, strip_sampler

from tfgan_zoo import encoders
from tfgan_zoo.inputs import LatentPart

__all__ = ["bar_export", "small_sampler", "strip_sampler"]

# Few and small, so that it takes seconds.
TRAINING = encoders.Training(steps=60, batch_size=16, width=8)
PARTS = (LatentPart("uniform", NORMALS), LatentPart("one_hot", 3))


@pytest.fixture(scope="session")
def trained(bar_export):
    """The encoder of a bar with classes, of uniform latents and a category."""
    folder = bar_export(PARTS, num_classes=2)
    return encoders.train(folder, TRAINING, real_data=encoders.RealData("none"))


@pytest.fixture(scope="session")
def encoded_export(trained, bar_export, tmp_path_factory):
    """A copy of that bar's export, with the encoder."""
    folder = tmp_path_factory.mktemp("encoded") / "export"
    return encoders.write(trained, bar_export(PARTS, num_classes=2), folder)


@pytest.fixture
def own_export(tmp_path):
    """An export that a test may change."""
    return write(tmp_path / "export", parts=PARTS, num_classes=2)
