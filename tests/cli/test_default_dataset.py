"""The data set that is trained on where none is named."""

from types import SimpleNamespace

import pytest

from tfgan_zoo.cli import settings, train
from tfgan_zoo.config import TrainConfig


@pytest.mark.parametrize(
    ("given", "dataset"),
    [
        ({"model": "dcgan"}, "fashion_mnist_10k"),
        ({"model": "pix2pix"}, "emoji_drawings"),
        ({"model": "cut"}, "emoji_drawings"),
        ({"model": "pix2pix", "dataset": "cifar10"}, "cifar10"),
        ({"model": "pix2pix", "dataset": "fashion_mnist_10k"}, None),
    ],
)
def test_architecture_says_which_unless_a_flag_does(
    given, dataset, monkeypatch
):
    monkeypatch.setattr(settings, "read_flags", lambda: given)
    monkeypatch.setattr(train, "_CONFIG", SimpleNamespace(value=None))
    config = train._with_dataset(TrainConfig(**given))
    assert config.dataset == (dataset or given["dataset"])
