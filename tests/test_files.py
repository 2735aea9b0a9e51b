"""Files and folders that are whole or not there."""

import errno
import os
from pathlib import Path

import pytest

from tfgan_zoo import files


def test_write_replaces_the_whole_file(tmp_path):
    path = tmp_path / "new" / "file"
    files.write_text(path, "old")
    files.write_text(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(path.parent) == ["file"]


def test_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch
):
    path = tmp_path / "file"
    files.write_text(path, "old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_an_error_of_the_system_names_the_file(tmp_path):
    path = tmp_path / "file"
    with pytest.raises(OSError, match=f"No space left.*: '{path}'"):
        with files.new_file(path):
            raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="^No space left: 'other'$"):
        with files.new_folder(path):
            raise OSError("No space left: 'other'")
    assert os.listdir(tmp_path) == []


def test_new_folder_appears_only_when_the_block_succeeds(tmp_path):
    target = tmp_path / "folder"
    with files.new_folder(target) as partial:
        (partial / "a").write_text("a")
        assert not target.exists()
    assert (target / "a").read_text() == "a"
    assert os.listdir(tmp_path) == ["folder"]


def test_failed_folder_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError):
        with files.new_folder(tmp_path / "folder") as partial:
            (partial / "a").write_text("a")
            raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_existing_folder_is_kept_without_overwrite(tmp_path):
    with pytest.raises(FileExistsError, match="without `overwrite`"):
        with files.new_folder(tmp_path):
            pytest.fail("the block must not run")


def test_overwrite_replaces_the_whole_folder(tmp_path):
    target = tmp_path / "folder"
    target.mkdir()
    (target / "old").write_text("old")
    with files.new_folder(target, overwrite=True) as partial:
        (partial / "new").write_text("new")
    assert os.listdir(target) == ["new"]
    assert os.listdir(tmp_path) == ["folder"]


def test_overwritten_link_to_a_folder_stays_a_link(tmp_path):
    target = tmp_path / "elsewhere" / "folder"
    target.mkdir(parents=True)
    (target / "old").write_text("old")
    link = tmp_path / "link"
    link.symlink_to(target)
    with files.new_folder(link, overwrite=True) as partial:
        (partial / "new").write_text("new")
    assert link.is_symlink() and os.listdir(target) == ["new"]
    assert sorted(os.listdir(tmp_path)) == ["elsewhere", "link"]
    assert os.listdir(target.parent) == ["folder"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_new_folder_is_refused_in_advance(overwrite, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to(tmp_path / "missing")
    for name in ("file", "dangling", "file/folder"):
        with pytest.raises(OSError, match="output"):
            files.require_new_folder(tmp_path / name, overwrite=overwrite)
    files.require_new_folder(tmp_path / "a" / "b", overwrite=overwrite)
    assert sorted(os.listdir(tmp_path)) == ["dangling", "file"]


def test_failed_overwrite_leaves_the_old_folder(tmp_path):
    target = tmp_path / "folder"
    target.mkdir()
    (target / "old").write_text("old")
    with pytest.raises(RuntimeError):
        with files.new_folder(target, overwrite=True):
            raise RuntimeError
    assert os.listdir(target) == ["old"]
    assert os.listdir(tmp_path) == ["folder"]


def test_remove_partials_takes_only_what_was_interrupted(tmp_path):
    (tmp_path / ".partial-a").mkdir()
    (tmp_path / ".partial-b").write_text("half")
    (tmp_path / "whole").mkdir()
    files.remove_partials(tmp_path)
    assert os.listdir(tmp_path) == ["whole"]


@pytest.mark.parametrize("name", [".", "..", "../run", "", "/", "../../a"])
def test_the_working_folder_is_not_replaced(name, tmp_path, monkeypatch):
    folder = tmp_path / "a" / "run"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    for path in (Path(name), Path(name).absolute()):
        with pytest.raises(FileExistsError, match="working folder, nor one"):
            with files.new_folder(path, overwrite=True):
                pass
    files.require_new_folder(Path("../runs"), overwrite=True)
    files.require_new_folder(Path("in"), overwrite=True)
