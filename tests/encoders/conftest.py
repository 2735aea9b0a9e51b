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
def plain_export(bar_export):
    """A bar with classes, of uniform latents and a category."""
    return bar_export(PARTS, num_classes=2)


@pytest.fixture(scope="session")
def trained(plain_export):
    """An encoder of that bar."""
    return encoders.train(
        plain_export, TRAINING, real_data=encoders.RealData("none")
    )


@pytest.fixture(scope="session")
def encoded_export(trained, plain_export, tmp_path_factory):
    """A copy of that bar's export, with the encoder."""
    folder = tmp_path_factory.mktemp("encoded") / "export"
    return encoders.write(trained, plain_export, folder)


@pytest.fixture
def own_export(tmp_path):
    """An export that a test may change."""
    return write(tmp_path / "export", parts=PARTS, num_classes=2)
