"""Exports where there is no room, no permission, or an end amid them."""

import contextlib
import os
import subprocess

import pytest
import tensorflow as tf
from small_exports import small

from tfgan_zoo import files
from tfgan_zoo.cli import app
from tfgan_zoo.export import exporter, tflite

NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, check=False).returncode:
        pytest.skip("a small disk can only be mounted as root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_nothing(small_disk):
    gan, card = small("dcgan")
    with pytest.raises((OSError, tf.errors.OpError)) as caught:
        exporter.export(gan, card, small_disk / "export")
    assert list(small_disk.iterdir()) == []
    line = app._readable(caught.value)
    assert "No space left on device" in line
    assert "{{" not in line and "\n" not in line


def test_a_full_disk_keeps_what_was_there(small_disk):
    gan, card = small("dcgan")
    there = small_disk / "export" / "saved_model" / "assets.extra"
    there.mkdir(parents=True)
    (there / "tfgan_zoo.json").write_text("mine")
    with pytest.raises((OSError, tf.errors.OpError)):
        exporter.export(gan, card, small_disk / "export", overwrite=True)
    assert (there / "tfgan_zoo.json").read_text() == "mine"
    assert [path.name for path in small_disk.iterdir()] == ["export"]


@contextlib.contextmanager
def _as_nobody():
    """Root may write anywhere; so it becomes someone who may not."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_without_permission_is_named(tmp_path):
    gan, card = small("dcgan")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    for folder in (tmp_path, *tmp_path.parents):
        if "pytest" in str(folder):  # only its owner may enter
            os.chmod(folder, 0o755)
    with _as_nobody(), pytest.raises(PermissionError, match="locked"):
        exporter.export(gan, card, locked / "export")
    assert list(locked.iterdir()) == []


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_export_leaves_nothing(tmp_path, monkeypatch, end):
    gan, card = small("dcgan")

    def interrupt(*_, **__):
        raise end

    monkeypatch.setattr(tflite, "convert", interrupt)
    with pytest.raises(end):
        exporter.export(gan, card, tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_was_killed_amid_its_replacement_comes_back(tmp_path):
    """Two renames put a folder in place of another; this ends between them."""
    path = tmp_path / "export"
    path.mkdir()
    (path / "file").write_text("old")
    os.replace(path, tmp_path / ".old-export")
    with pytest.raises(FileExistsError), files.new_folder(path):
        pass
    assert (path / "file").read_text() == "old"
    with files.new_folder(path, overwrite=True) as partial:
        (partial / "file").write_text("new")
    assert (path / "file").read_text() == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["export"]
