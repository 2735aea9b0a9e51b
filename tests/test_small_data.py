"""The benchmark of starts: its choice of images, and its table."""

from __future__ import annotations

import pytest

from benchmarks import few_images


def _files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}


def test_images_are_chosen_once_and_the_others_are_held_out(tmp_path):
    source = tmp_path / "all" / "class"
    source.mkdir(parents=True)
    for number in range(10):
        (source / f"{number}.png").write_bytes(bytes([number]))
    (source / "notes.txt").write_text("none")
    output = tmp_path / "output"
    chosen, reference = few_images.choose(tmp_path / "all", 4, output)
    first = _files(chosen)
    assert len(first) == 4
    assert first.isdisjoint(_files(reference))
    assert first | _files(reference) == {f"class/{n}.png" for n in range(10)}
    again, _ = few_images.choose(tmp_path / "all", 4, output)
    assert _files(again) == first
    few, reference = few_images.choose(tmp_path / "all", 6, tmp_path / "more")
    assert few == reference
    with pytest.raises(ValueError, match=r"count images, 11\. Received: .*10"):
        few_images.choose(tmp_path / "all", 11, tmp_path / "most")


def test_a_folder_of_splits_is_refused(tmp_path):
    for split in ("train", "test"):
        (tmp_path / "all" / split).mkdir(parents=True)
        (tmp_path / "all" / split / "0.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"one of the splits\. Rec.*test"):
        few_images.choose(tmp_path / "all", 1, tmp_path / "output")


def test_the_table_has_a_row_for_the_seeds_of_each_way():
    records = [
        {
            "way": way,
            "seed": seed,
            "minutes": minutes,
            "step": 100,
            "kernel_distance": value,
        }
        for minutes, way, values in (
            ("10", few_images.START, (0.5, 0.7)),
            ("5", few_images.SCRATCH, (2.0, 4.0)),
            ("10", few_images.SCRATCH, (1.0, 1.4)),
        )
        for seed, value in enumerate(values)
    ]
    assert few_images.table(records).splitlines()[2:] == [
        "| 5 | from scratch | 100 | 2, 4 | 3 | - |",
        "| 10 | from scratch | 100 | 1, 1.4 | 1.2 | - |",
        "| 10 | with a start | 100 | 0.5, 0.7 | 0.6 | 0.50 |",
    ]
