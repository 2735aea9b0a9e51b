from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from image_folders import save

from tfgan_zoo.data import (
    DataRequest,
    are_folders_present,
    batches,
    load_examples,
    resolve_paths,
    splits,
)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Seven sources from 0, five images from 100."""
    for name, start, count in (("photos", 0, 7), ("art, old", 100, 5)):
        for number in range(count):
            grey = start + number
            save(tmp_path / "data" / name / f"{number}.png", grey)
    return tmp_path / "data" / "photos", tmp_path / "data" / "art, old"


def _open(folders: tuple[Path, Path], **fields: Any) -> Any:
    first, second = folders
    cache = str(first.parents[1] / "cache")
    request = DataRequest(
        f"unpaired:{first},{second}", 4, 1, cache_dir=cache, **fields
    )
    return load_examples(request, log=lambda line: None)


def _greys(dataset: Any, name: str, count: int) -> list[int]:
    taken = list(dataset.take(count).as_numpy_iterator())
    values = np.concatenate([batch[name][:, 0, 0, 0] for batch in taken])
    return np.round((values + 1) * 127.5).astype(int).tolist()


def test_each_stream_has_epochs_of_its_own(folders: tuple[Path, Path]) -> None:
    examples = _open(folders)
    assert len(examples) == 5
    assert not examples.spec.paired
    dataset = batches(examples, batch_size=5, seed=0)
    images = _greys(dataset, "image", 7)
    sources = _greys(dataset, "source", 7)
    for start in range(0, 35, 5):
        assert sorted(images[start : start + 5]) == [*range(100, 105)]
    for start in range(0, 35, 7):
        assert sorted(sources[start : start + 7]) == [*range(7)]


def test_streams_of_one_length_have_different_orders(
    folders: tuple[Path, Path],
) -> None:
    copy = shutil.copytree(folders[0], folders[0].parent / "copy")
    examples = _open((folders[0], copy))
    dataset = batches(examples, batch_size=7, seed=0)
    assert _greys(dataset, "image", 9) != _greys(dataset, "source", 9)


def test_resumed_batches_go_on_in_both_streams(
    folders: tuple[Path, Path],
) -> None:
    examples = _open(folders)
    whole = batches(examples, batch_size=3, seed=2).skip(4)
    resumed = batches(examples, batch_size=3, seed=2, first_step=4)
    for name in ("image", "source"):
        assert _greys(whole, name, 5) == _greys(resumed, name, 5)


def test_replicas_share_the_global_batch(folders: tuple[Path, Path]) -> None:
    examples = _open(folders)
    context = tf.distribute.InputContext(1, 0, 2)
    parts = batches(examples, batch_size=4, seed=1, context=context)
    whole = batches(examples, batch_size=4, seed=1)
    for name in ("image", "source"):
        assert _greys(parts, name, 6) == _greys(whole, name, 3)


def test_content_covers_both_folders(folders: tuple[Path, Path]) -> None:
    before = _open(folders).fingerprint
    assert _open(folders[::-1]).fingerprint != before
    for folder, grey in zip(folders, (0, 100)):
        save(folder / "0.png", 50)
        assert _open(folders).fingerprint != before
        save(folder / "0.png", grey)
        assert _open(folders).fingerprint == before


def test_examples_by_index_take_sources_in_turn(
    folders: tuple[Path, Path],
) -> None:
    arrays = _open(folders[::-1]).read(np.arange(7))
    assert arrays["image"][:, 0, 0, 0].tolist() == [*range(7)]
    sources = [*range(100, 105), 100, 101]
    assert arrays["source"][:, 0, 0, 0].tolist() == sources


def test_splits_are_those_of_both(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        (folder / "0.png").rename(folder.parent / "x.png")
        for split in ("train", "test"):
            save(folder / split / "0.png", 9)
        for path in folder.glob("*.png"):
            path.unlink()
    save(folders[0] / "val" / "0.png", 9)
    first, second = folders
    request = DataRequest(f"unpaired:{first},{second}")
    assert splits(request) == ("train", "test")
    assert len(_open(folders, split="test")) == 1


def test_two_folders_without_their_prefix_are_refused(
    folders: tuple[Path, Path],
) -> None:
    both = f"{folders[0]},{folders[0].parent}"
    with pytest.raises(ValueError, match="must be given as unpaired:/"):
        load_examples(DataRequest(both))


@pytest.mark.parametrize("dataset", ["unpaired:", "unpaired:a", "unpaired:a,"])
def test_other_than_two_folders_are_refused(dataset: str) -> None:
    with pytest.raises(ValueError, match="paths of two folders"):
        load_examples(DataRequest(dataset))


def test_examples_know_where_both_folders_are(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _open(folders).path
    assert path == f"unpaired:{folders[0].resolve()},{folders[1].resolve()}"
    assert are_folders_present(path)
    assert not are_folders_present(f"{path}x")
    monkeypatch.chdir(folders[0].parent)
    assert resolve_paths("unpaired:photos,art, old") == path
    assert resolve_paths("unpaired:photos") == "unpaired:photos"
    assert resolve_paths("mnist") == "mnist"
    assert not are_folders_present("unpaired:")


def test_a_folder_beside_itself_is_refused(
    folders: tuple[Path, Path],
) -> None:
    with pytest.raises(ValueError, match="must be different ones"):
        _open((folders[0], folders[1].parent / "photos"))


def test_missing_folder_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="Received: nowhere"):
        load_examples(DataRequest("unpaired:nowhere,neither"))
