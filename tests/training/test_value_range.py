"""The range of images of more than 8 bits, wherever a training's data go."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from encoded_images import tiff

from tfgan_zoo import config, data
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import building, config_file, examining


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "images"
    folder.mkdir()
    values = np.full((28, 28), 0.25, np.float32)
    (folder / "a.tif").write_bytes(tiff(values))
    return TrainConfig(
        dataset=str(folder), image_size=28, channels=1, value_range="0,0.5"
    )


def test_range_is_that_of_training_evaluation_and_doctor(
    settings: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = building.load_data(settings, log=lambda _: None)
    assert (examples.read(np.array([0]))["image"] == 128).all()
    assert building.held_out_request(settings, None).value_limits == (0.0, 0.5)
    requests: list[data.DataRequest] = []

    def splits(request: data.DataRequest, **_: object) -> tuple[str, ...]:
        requests.append(request)
        return ("train",)

    monkeypatch.setattr("tfgan_zoo.data.splits", splits)
    assert examining.load_held_out(settings) is None
    assert [one.value_limits for one in requests] == [(0.0, 0.5)]


def test_depth_that_was_found_is_settled_and_shared(
    settings: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.full((28, 28), 1000, np.uint16)
    Path(settings.dataset, "a.tif").write_bytes(tiff(values))
    settings = dataclasses.replace(settings, value_range=None)
    examples = building.load_data(settings, log=lambda _: None)
    settings = building.resolve(
        settings, examples.spec, sample_bits=examples.sample_bits
    )
    assert settings.sample_bits == 10
    assert building.held_out_request(settings, None).sample_bits == 10


def test_range_is_kept_and_must_not_change(
    settings: TrainConfig, tmp_path: Path
) -> None:
    path = tmp_path / "config.json"
    path.write_text(config_file.to_json(settings))
    assert config_file.read(path) == settings
    assert "value_range" not in config.MAY_CHANGE


@pytest.mark.parametrize(
    "value", ["", "1", "5,5", "a,b", "0;1", "0,nan", "-1e308,1e308"]
)
def test_range_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="`value_range` must be two numbers"):
        TrainConfig(value_range=value)
