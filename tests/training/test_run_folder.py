"""The run folder: who may go on in it, and what its metrics keep."""

import dataclasses
import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.data.content import Content
from tfgan_zoo.models.dcgan import RECIPE
from tfgan_zoo.training import resuming
from tfgan_zoo.training.data_identity import DataIdentity
from tfgan_zoo.training.records import Restore
from tfgan_zoo.training.run_folder import RunFolder

SPEC = DatasetSpec("clothes", 28, 28, 1, ("coat", "bag"))
CONFIG = TrainConfig(steps=10, image_size=28, channels=1).resolve(RECIPE)


def _open(folder, config=CONFIG, spec=SPEC, examples=100, resume=True):
    identity = DataIdentity(spec, Content.from_text("these", examples))
    resuming.open_run(folder, config, identity, resume=resume, log=_nothing)


def _nothing(line):
    pass


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    _open(folder)
    return folder


def test_open_keeps_the_settings_and_the_spec(folder):
    assert folder.read_config() == CONFIG
    assert folder.read_spec() == SPEC


def test_same_settings_may_go_on(folder):
    _open(folder)


def test_older_run_of_an_upsampler_enlarges_what_it_was_trained_on(folder):
    values = json.loads(folder.config.read_text())
    del values["translation"]
    values["model"]["model"] = "upsampler"
    folder.config.write_text(json.dumps(values))
    config = folder.read_config()
    assert (config.source, config.reconstruction_weight) == ("small", 100.0)
    assert config.upscale_factor == 2


def test_a_run_that_is_older_than_a_setting_may_go_on(folder):
    values = json.loads(folder.config.read_text())
    del values["objective"]["label_flipping"]
    del values["run"]["on_failure"]
    folder.config.write_text(json.dumps(values))
    assert folder.read_config() == CONFIG
    _open(folder)
    with pytest.raises(ValueError, match="label_flipping: 0.0 -> 0.5"):
        _open(folder, dataclasses.replace(CONFIG, label_flipping=0.5))


def test_a_run_of_the_first_version_may_go_on(folder):
    folder.config.write_text(json.dumps(dataclasses.asdict(CONFIG)))
    _open(folder)
    assert json.loads(folder.config.read_text())["schedule"]["steps"] == 10


def test_data_that_moved_may_go_on(folder):
    moved = dataclasses.replace(CONFIG, data_dir="elsewhere")
    _open(folder, moved)
    assert folder.read_config().data_dir == "elsewhere"


def test_more_steps_may_go_on_and_are_kept(folder):
    _open(folder, dataclasses.replace(CONFIG, steps=20))
    assert folder.read_config().steps == 20


def test_decaying_rates_allow_no_more_steps(tmp_path):
    folder = RunFolder(tmp_path)
    decaying = dataclasses.replace(CONFIG, learning_rate_decay="linear")
    _open(folder, decaying)
    _open(folder, decaying)
    with pytest.raises(ValueError, match="decay over them.*steps: 10 -> 20"):
        _open(folder, dataclasses.replace(decaying, steps=20))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 3}, "seed: 0 -> 3"),
        ({"beta_1": 0.9}, "beta_1: 0.5 -> 0.9"),
        ({"steps": 5}, "steps: 10 -> 5"),
    ],
)
def test_changed_setting_is_refused_by_name_and_nothing_changes(
    folder, change, named
):
    with pytest.raises(ValueError, match=named):
        _open(folder, dataclasses.replace(CONFIG, **change))
    assert folder.read_config() == CONFIG


def test_run_is_refused_without_resume(folder):
    with pytest.raises(FileExistsError, match="must not hold a run"):
        _open(folder, resume=False)


def test_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="new, empty or a run folder"):
        _open(RunFolder(tmp_path))
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_metrics_after_a_step_are_forgotten_with_a_cut_line(folder):
    for step in (1, 2, 3):
        folder.append_metrics({"step": step, "loss": 0.5})
    with open(folder.metrics, "a") as file:
        file.write('{"step": 4, "lo')
    folder.forget_metrics_after(2)
    assert [line[:10] for line in folder.metrics.read_text().splitlines()] == [
        '{"step": 1',
        '{"step": 2',
    ]
    assert folder.last_metrics(1) == {"step": 1, "loss": 0.5}


def test_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="must hold config.json"):
        RunFolder(tmp_path).read_config()


@pytest.mark.parametrize("left", [".partial-x", "config.json"])
def test_folder_of_a_run_killed_at_its_start_may_go_on(folder, left):
    config = folder.config.read_text()
    for path in (folder.config, folder.dataset):
        path.unlink()
    (folder.root / left).write_text(config)
    _open(folder)
    assert folder.read_spec() == SPEC
    assert not (folder.root / ".partial-x").exists()


def test_changed_data_are_refused_by_name(folder):
    identity = DataIdentity(SPEC, Content.from_text("others", 101))
    with pytest.raises(ValueError, match="examples: 100 -> 101"):
        resuming.open_run(folder, CONFIG, identity, resume=True)
    other = dataclasses.replace(SPEC, class_names=("coat",))
    with pytest.raises(ValueError, match="class_names: "):
        _open(folder, spec=other)


def test_second_training_is_kept_out(folder):
    with folder.locked():
        with pytest.raises(OSError, match="one is at work"):
            with RunFolder(folder.root).locked():
                pytest.fail("two trainings in one folder")
    with folder.locked():
        pass


def test_dataset_file_of_something_else_is_named(folder):
    folder.dataset.write_text("{}")
    with pytest.raises(ValueError, match="Received: .*dataset.json"):
        folder.read_spec()


NO_RECORDS = [
    '{"loss": 1}',
    '{"step": [1]}',
    '{"step": "1"}',
    '{"step": true}',
    '{"step": -1}',
    '{"step": 1e308}',
    '{"step": NaN}',
    '{"step": 1.5}',
    '{"step": 1' + "0" * 400 + "}",
    "[1]",
    "[" * 100_000,
]


@pytest.mark.parametrize("line", NO_RECORDS)
def test_line_that_is_no_record_is_passed_over_and_said(folder, line):
    folder.metrics.write_text(
        f'\ufeff{{"step": 1.0, "a": "\u2028"}}\n{line}\n{{"step": 2}}\n',
        encoding="utf-8",
    )
    notes = []
    records = folder.read_metrics(notes.append)
    assert records == [{"step": 1, "a": "\u2028"}, {"step": 2}]
    (note,) = notes
    assert "line 2 without a whole `step`" in note
    folder.forget_metrics_after(1)
    assert folder.read_metrics(notes.append) == records[:1]
    assert len(notes) == 1


def test_cut_last_line_is_not_said(folder):
    folder.metrics.write_text('{"step": 1}\n{"step": 2, "lo')
    notes = []
    assert folder.read_metrics(notes.append) == [{"step": 1}]
    assert not notes
    folder.metrics.write_text('{"step": 1}\n{"loss": 2}\n')
    assert folder.read_metrics(notes.append) == [{"step": 1}]
    assert len(notes) == 1


def test_pipe_in_place_of_the_metrics_is_refused(folder):
    os.mkfifo(folder.metrics)
    with pytest.raises(ValueError, match="not a regular file"):
        folder.read_metrics()


@pytest.mark.parametrize(
    "line", ["{}", '{"step": 1, "to": "0"}', "3", '{"step": 1, "to": 1e300}']
)
def test_restore_that_cannot_be_read_is_passed_over(folder, line):
    known = Restore(3, 1, "dead_start", "Dead", "It is.")
    folder.restores.write_text(line + "\n")
    folder.append_restore(known)
    assert folder.read_restores() == [known]


@pytest.mark.parametrize(
    "change",
    [
        {"height": "28"},
        {"width": 1e9},
        {"height": 10**6},
        {"channels": 2},
        {"class_names": [1]},
        {"class_names": 3},
        {"name": None},
    ],
)
def test_dataset_file_of_wrong_values_is_named(folder, change):
    content = json.loads(folder.dataset.read_text())
    folder.dataset.write_text(json.dumps({**content, **change}))
    with pytest.raises(ValueError, match="Received: .*dataset.json"):
        folder.read_spec()


def test_a_link_to_a_missing_folder_is_named_and_nothing_is_made(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "missing")
    for usable in (
        lambda folder: folder.require_usable(resume=True),
        lambda folder: folder.locked().__enter__(),
    ):
        with pytest.raises(OSError, match="link to a folder that is missing"):
            usable(RunFolder(tmp_path / "link"))
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_a_folder_that_has_gone_is_not_made_again(folder):
    shutil.rmtree(folder.root)
    with pytest.raises(FileNotFoundError, match="work. Received: .*is gone"):
        folder.append_metrics({"step": 1})
    assert not folder.root.exists()


@pytest.mark.parametrize("name", ["metrics", "restores"])
def test_a_log_that_has_become_a_pipe_is_refused_and_not_waited_for(
    folder, name
):
    os.mkfifo(getattr(folder, name))
    restore = Restore(2, 1, "non_finite", "", "")
    with pytest.raises(OSError, match="must be a file. Received: "):
        if name == "metrics":
            folder.append_metrics({"step": 1})
        else:
            folder.append_restore(restore)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("checkpoints", Path.touch),
        ("samples", Path.touch),
        ("tensorboard", Path.touch),
        ("best", lambda path: path.symlink_to("missing")),
        ("metrics", Path.mkdir),
        ("metrics", lambda path: path.symlink_to("/dev/null")),
        ("restores", os.mkfifo),
        ("report", Path.mkdir),
    ],
)
def test_what_cannot_be_written_later_is_refused_before_the_training(
    folder, name, make
):
    folder.require_usable(resume=True)
    path = getattr(folder, name)
    make(path)
    with pytest.raises(OSError, match="^An output .*Received: ") as caught:
        folder.require_usable(resume=True)
    assert str(path) in str(caught.value)


def test_a_full_disk_is_reported_with_the_file(folder, monkeypatch):
    folder.metrics.touch()
    monkeypatch.setattr(
        "json.dumps", lambda *_: _raise(OSError(errno.ENOSPC, "No space left"))
    )
    with pytest.raises(OSError, match="No space left: .*metrics.jsonl"):
        folder.append_metrics({"step": 1})


def _raise(error):
    raise error
