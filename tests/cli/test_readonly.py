"""Runs that one may read only, and outputs that cannot be written."""

import dataclasses
import json

import pytest
from absl.testing import flagsaver

from tfgan_zoo import config as configs
from tfgan_zoo import models
from tfgan_zoo.cli import doctor
from tfgan_zoo.config import TrainConfig


@pytest.fixture
def run(tmp_path):
    """A run whose report cannot be written, not even by root."""
    folder = tmp_path / "run"
    (folder / "report.html").mkdir(parents=True)
    config = TrainConfig().settled(models.recipe("dcgan"))
    config = dataclasses.replace(config, image_size=28, channels=1)
    (folder / "config.json").write_text(configs.to_json(config))
    records = [{"step": 20, "generator_loss": 1.0}, {"step": 40}]
    (folder / "metrics.jsonl").write_text(
        "".join(json.dumps(record) + "\n" for record in records)
    )
    return folder


@pytest.fixture(autouse=True)
def _parsed(monkeypatch):
    with flagsaver.flagsaver():
        doctor.flags.FLAGS.mark_as_parsed()
        yield


def test_findings_are_told_where_the_report_cannot_be_written(run, capsys):
    with flagsaver.flagsaver(run_dir=str(run)):
        assert doctor.main() is None
    output = capsys.readouterr().out
    assert "Report: not written; --output takes another file." in output
    assert str(run / "report.html") in output
    with flagsaver.flagsaver(run_dir=str(run), json=True):
        assert doctor.main() is None
    json.loads(capsys.readouterr().out)


def test_another_output_is_written(run, tmp_path, capsys):
    output = tmp_path / "new" / "r.html"
    with flagsaver.flagsaver(run_dir=str(run), output=str(output)):
        assert doctor.main() is None
    assert output.read_text().startswith("<!doctype html>")
    assert f"Report: {output}" in capsys.readouterr().out


def test_an_output_that_cannot_be_written_is_refused_at_once(tmp_path):
    with flagsaver.flagsaver(
        run_dir=str(tmp_path / "none"), output=str(tmp_path)
    ):
        with pytest.raises(OSError, match="An output file must not be a fo"):
            doctor.main()
