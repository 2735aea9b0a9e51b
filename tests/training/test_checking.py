"""What is refused before any data are read, by a dry run as by a training."""

import dataclasses

import pytest

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.settings import list_settings
from tfgan_zoo.training import building, checking, config_file, loop
from tfgan_zoo.training.run_folder import RunFolder

# Names that no list holds: of data sets, of their splits, of where TFDS keeps
# them, and of trained weights.
_OF_DATA = ("dataset", "data_dir", "split", "start_from", "start_fingerprint")
NAMES = [
    setting.name
    for setting in list_settings(TrainConfig)
    if setting.types[0] is str and setting.name not in _OF_DATA
]
SPEC = DatasetSpec("test", 28, 28, 1, ())


@dataclasses.dataclass
class _Examples:
    spec: DatasetSpec


def _prepare(config, folder):
    return loop.prepare(
        config, _Examples(SPEC), RunFolder(folder), strategies.get(), print
    )


def test_the_defaults_pass():
    checking.check(TrainConfig())


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_name_is_refused_whether_it_has_an_effect_or_not(name):
    with pytest.raises(ValueError, match=f"^`{name}` must be .*: nope"):
        checking.check(TrainConfig(**{name: "nope"}))


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"image_size": 30}, "`image_size` of dcgan must be among"),
        ({"loss": "hinge", "label_smoothing": 0.1}, "`label_smoothing` must"),
        ({"model": "conditional_gan", "packing": 2}, "`packing` needs"),
        ({"constraint": "weight_clipping", "constraint_limit": 0.0}, "`const"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings, rule):
    with pytest.raises(ValueError, match=rule):
        checking.check(TrainConfig(**settings))


def test_a_file_is_no_data_set(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="a folder of images, not a file"):
        checking.check(TrainConfig(dataset=str(path)))


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"packing": 3, "batch_size": 8}, "multiple of `packing`"),
        (
            {"adaptive_learning_rate": True, "learning_rate_decay": "cosine"},
            "both set the rates",
        ),
        ({"model": "conditional_gan"}, "needs labels of 2 classes"),
    ],
)
def test_what_depends_on_the_data_is_refused_by_prepare(
    settings, rule, tmp_path
):
    config = building.resolve(TrainConfig(width=4, **settings), SPEC)
    with pytest.raises(ValueError, match=rule):
        _prepare(config, tmp_path)
    assert not list(tmp_path.iterdir())


def test_other_settings_than_the_run_s_are_refused_by_prepare(tmp_path):
    config = building.resolve(TrainConfig(width=4, batch_size=8), SPEC)
    (tmp_path / "config.json").write_text(config_file.to_json(config))
    changed = dataclasses.replace(config, beta_1=0.25)
    with pytest.raises(ValueError, match="beta_1: 0.5 -> 0.25"):
        _prepare(changed, tmp_path)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (0, "must be at least 1"),
        (99999999999, "must be between 1 and 2147483647"),
    ],
)
def test_a_number_beyond_a_limit_is_refused_with_that_limit(number, rule):
    with pytest.raises(ValueError, match=f"`steps` {rule}. Received: {number}"):
        TrainConfig(steps=number)


def test_a_number_that_is_not_finite_is_refused():
    for value, rule in (
        (float("inf"), "finite and at least 0"),
        (float("nan"), "finite and at least 0"),
        (-1.0, "at least 0"),
    ):
        with pytest.raises(ValueError, match=f"must be {rule}"):
            TrainConfig(penalty_weight=value)
