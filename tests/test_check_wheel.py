from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tools import check_wheel

INFO = "tfgan_zoo-0.1.0.dist-info"
SCRIPTS = "[console_scripts]\n" + "".join(
    f"tfgan-{name} = tfgan_zoo.cli.{name}:run\n"
    for name in (
        "demo",
        "directions",
        "doctor",
        "encoder",
        "train",
        "evaluate",
        "export",
        "sample",
        "zoo",
    )
)


def _wheel(path: Path, change: dict[str, str | None]) -> Path:
    files = dict.fromkeys(check_wheel.NEEDED, "")
    files[f"{INFO}/licenses/LICENSE"] = ""
    files[f"{INFO}/entry_points.txt"] = SCRIPTS
    files.update(change)
    with zipfile.ZipFile(path / "a.whl", "w") as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return path / "a.whl"


def test_problems_are_none_when_the_wheel_is_as_it_should_be(tmp_path: Path):
    assert check_wheel.problems(_wheel(tmp_path, {})) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"tests/test_a.py": ""}, "holds tests at its top"),
        ({"models/dcgan.py": ""}, "holds models at its top"),
        ({"setup.py": ""}, "holds setup.py at its top"),
        (
            {"tfgan_zoo/data/files/fashion_mnist_10k.npz": None},
            "lacks tfgan_zoo/data/files/fashion_mnist_10k.npz",
        ),
        (
            {"tfgan_zoo/data/files/LICENSE": None},
            "lacks tfgan_zoo/data/files/LICENSE",
        ),
        ({f"{INFO}/licenses/LICENSE": None}, "lacks its licence"),
    ],
)
def test_problems_name_it_when_the_wheel_is_wrong(
    tmp_path: Path, change: dict[str, str | None], problem: str
):
    assert check_wheel.problems(_wheel(tmp_path, change)) == [problem]


@pytest.mark.parametrize(
    "text", [None, SCRIPTS.replace("tfgan-sample", "tfgan-draw")]
)
def test_problems_name_the_scripts_when_one_is_missing(
    tmp_path: Path, text: str | None
):
    wheel = _wheel(tmp_path, {f"{INFO}/entry_points.txt": text})
    (problem,) = check_wheel.problems(wheel)
    assert problem.startswith("has the console scripts ")
