from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tfgan_zoo.data import DataRequest, load_examples


@pytest.fixture
def cwd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("pictures", "mnist", "deep/pictures", "mnist/train"):
        (tmp_path / name).mkdir(parents=True)
        Image.new("L", (8, 8)).save(tmp_path / name / "a.png")
    (tmp_path / "mnist" / "a.png").unlink()
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["pictures", "./pictures", "deep/pictures", "~/pictures", "pictures/"],
)
def test_load_of_a_folder_takes_it_and_caches_it(cwd: Path, name: str) -> None:
    lines: list[str] = []
    examples = load_examples(DataRequest(name), log=lines.append)
    assert examples.spec.name == "pictures"
    assert len(examples) == 1
    (file,) = (cwd / "cache" / "tfgan_zoo").iterdir()
    assert file.name.startswith("pictures-64x64x3-")
    assert lines == [
        f"Packed 1 images of {(cwd / name).expanduser().resolve()} into {file}."
        if not name.startswith("~")
        else f"Packed 1 images of {cwd / 'pictures'} into {file}."
    ]


def test_load_of_a_word_that_tfds_knows_takes_tfds(cwd: Path) -> None:
    lines: list[str] = []
    request = DataRequest("mnist", data_dir=str(cwd / "none"))
    with pytest.raises(ValueError, match="prepared in `data_dir`"):
        load_examples(request, log=lines.append)
    assert lines == ["Taking mnist from TFDS; the folder would be ./mnist."]
    folder = load_examples(DataRequest("./mnist"), log=lines.append)
    assert folder.spec.name == "mnist"
    assert folder.spec.class_names == ()


@pytest.mark.parametrize(
    "name", ["./none", "none/there", "~/none", "/none/there", "../none"]
)
def test_load_of_a_missing_path_names_it(cwd: Path, name: str) -> None:
    path = str(cwd / "none") if name == "~/none" else name
    with pytest.raises(FileNotFoundError, match=f"Received: {path}."):
        load_examples(DataRequest(name))


def test_load_of_a_name_with_config_is_no_path(cwd: Path) -> None:
    request = DataRequest("glue/cola", data_dir=str(cwd / "none"))
    with pytest.raises(ValueError, match="prepared in `data_dir`"):
        load_examples(request)
