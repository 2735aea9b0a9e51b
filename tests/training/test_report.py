"""The report: one page that holds all it shows."""

import re

import numpy as np
import pytest

from tfgan_zoo import images
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.models.dcgan import RECIPE
from tfgan_zoo.training import report
from tfgan_zoo.training.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    config = TrainConfig(steps=9, dataset="./<b>&cats").settled(RECIPE)
    spec = DatasetSpec("cats", 28, 28, 1)
    folder.open(config, spec, examples=9, resume=True)
    return folder


def _record(step, loss):
    return {
        "step": step,
        "discriminator_loss": loss,
        "generator_loss": 1.0,
        "images_per_second": 10.0,
    }


def test_report_shows_grids_curves_and_settings_of_the_run(folder):
    for step, loss in ((3, 2.5), (6, 0.5)):
        folder.append_metrics(_record(step, loss))
        grid = np.full((4, 4, 1), step, np.uint8)
        images.write_png(folder.sample(step), grid)
    page = report.write(folder).read_text()
    assert "Step 6 of 9." in page
    assert page.count("data:image/png;base64,") == 2
    assert "Discriminator loss: 0.5 to 2.5, last 0.5" in page
    assert page.count("<polyline") == 3
    # From the left top, the highest value, to the right bottom.
    assert 'points="160.0,8.0 312.0,112.0"' in page
    assert "<th>beta_1</th><td>0.5</td>" in page


def test_report_needs_no_other_file_and_escapes_names(folder):
    page = report.write(folder).read_text()
    assert "&lt;b&gt;&amp;cats" in page and "<b>" not in page
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []


def test_report_of_a_run_that_has_not_begun_is_written(folder):
    page = report.write(folder).read_text()
    assert "Step 0 of 9." in page
