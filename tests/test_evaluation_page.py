"""docs/evaluation.md: its networks, metrics and example are true."""

import re
from pathlib import Path

import binaries
import pytest

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.evaluation.features import classifier

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evaluation.md"
TEXT = PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", ["digits", "fashion", "cifar10"])
def test_networks_are_as_the_table_says(name):
    path = classifier.FOLDER / f"{name}.npz"
    plan = classifier.Classifier(path).plan
    kilobytes = round(path.stat().st_size / 1000)
    row = (
        f"| `{name}` | {plan.dataset} | {plan.test_accuracy:.2%} | "
        f"{plan.features} | {kilobytes} kB |"
    )
    assert row.replace("%", " %") in TEXT


def test_metrics_are_those_of_the_table():
    named = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert set(metrics.METRICS) <= set(named)
    slow = re.findall(r"^\| `(\w+)` .*not by default", TEXT, re.MULTILINE)
    assert slow == list(metrics.SLOW)


@pytest.mark.slow
def test_the_example_runs(tmp_path):
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (script := tmp_path / "page.py").write_text(block)
    finished = binaries.run_script(script)
    assert finished.returncode == 0, finished.stderr
    distance, kernel = finished.stdout.splitlines()
    assert 0.0 < float(distance) < 50.0
    assert kernel.startswith("KernelDistance(value=")
