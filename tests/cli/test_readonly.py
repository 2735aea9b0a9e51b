"""Runs that one may read only, and outputs that cannot be written."""

import dataclasses
import json

import binaries
import pytest

from tfgan_zoo import models
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import config_file


@pytest.fixture
def run(tmp_path):
    """A run whose report cannot be written, not even by root."""
    folder = tmp_path / "run"
    (folder / "report.html").mkdir(parents=True)
    config = TrainConfig().resolve(models.recipe("dcgan"))
    config = dataclasses.replace(config, image_size=28, channels=1)
    (folder / "config.json").write_text(config_file.to_json(config))
    records = [{"step": 20, "generator_loss": 1.0}, {"step": 40}]
    (folder / "metrics.jsonl").write_text(
        "".join(json.dumps(record) + "\n" for record in records)
    )
    return folder


def test_findings_are_printed_where_the_report_cannot_be_written(run):
    done = binaries.run("doctor", f"--run_dir={run}")
    assert done.returncode == 0, done.stderr
    assert "Report: not written; --output takes another file." in done.stdout
    assert str(run / "report.html") in done.stdout
    done = binaries.run("doctor", f"--run_dir={run}", "--json")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)


def test_another_output_is_written(run, tmp_path):
    output = tmp_path / "new" / "r.html"
    done = binaries.run("doctor", f"--run_dir={run}", f"--output={output}")
    assert done.returncode == 0, done.stderr
    assert output.read_text().startswith("<!doctype html>")
    assert f"Report: {output}" in done.stdout


def test_an_output_that_cannot_be_written_is_refused_at_once(tmp_path):
    done = binaries.run(
        "doctor", f"--run_dir={tmp_path / 'none'}", f"--output={tmp_path}"
    )
    assert done.returncode == 2
    assert "An output file must not be a folder" in done.stderr
