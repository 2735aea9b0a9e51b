"""Paths with `~`, outputs that cannot be written, and no home folder."""

import os
import stat
import sys
from pathlib import Path

import pytest

from tfgan_zoo import files, paths
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DataRequest
from tfgan_zoo.training.run_folder import RunFolder


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(paths, "_temporary", [])
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_tilde_is_the_home_folder_wherever_a_path_enters(home, tmp_path):
    assert paths.expand("~/a") == home / "a"
    assert paths.expand_text("~/shards/") == f"{home}/shards/"
    assert paths.expand_text("./~") == "./~"
    config = TrainConfig(dataset="~/d", data_dir="~", evaluate_features="~/f")
    assert config.dataset == str(home / "d")
    assert config.data_dir == str(home)
    assert config.evaluate_features == str(home / "f")
    assert DataRequest("~/d", data_dir="~/t").data_dir == str(home / "t")
    assert RunFolder("~/run").root == home / "run"
    files.write_text(paths.Path("~/x/file"), "text")
    with files.new_folder(paths.Path("~/folder")):
        pass
    assert sorted(os.listdir(home)) == ["folder", "x"]
    assert not (tmp_path / "~").exists()


@pytest.mark.parametrize("path", ["~no_such_user/x", "a\0b"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="A path "):
        paths.expand(path)


def test_without_a_home_folder_a_tilde_is_refused(monkeypatch):
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    with pytest.raises(ValueError, match="needs that user's home folder"):
        TrainConfig(dataset="~/pictures")


@pytest.mark.parametrize(
    ("name", "folder", "rule"),
    [
        ("a_folder", False, "An output file must not be a folder"),
        ("a_file", True, "An output folder must not be a file"),
        ("a_file/x/y", False, "where .*a_file is none"),
        ("a_file/x", True, "where .*a_file is none"),
        ("a_pipe", False, "must not be a device or pipe"),
        ("nowhere", True, "a link to a folder that is missing"),
        ("loop/x", False, "symbolic links|where .*loop"),
        ("n" * 300, False, "too long"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_and_nothing_made(
    tmp_path, name, folder, rule
):
    (tmp_path / "a_folder").mkdir()
    (tmp_path / "a_file").write_text("old")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "a_pipe")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OSError, match=rule):
        files.require_writable(tmp_path / name, folder=folder)
    if not folder:
        with pytest.raises(OSError, match=rule):
            files.write_text(tmp_path / name, "new")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_without_write_permission_is_refused(tmp_path, monkeypatch):
    # To root every folder is writable.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match="but .* is read-only"):
        files.require_writable(tmp_path / "new" / "file")


def test_outputs_that_can_be_written_pass_and_nothing_is_made(tmp_path):
    (tmp_path / "file").write_text("")
    for name in ("file", "new", "deep/er/file"):
        files.require_writable(tmp_path / name)
    for name in ("", "new", "deep/er"):
        files.require_writable(tmp_path / name, folder=True)
    assert os.listdir(tmp_path) == ["file"]


def test_a_relative_output_needs_no_folder_above(tmp_path, monkeypatch):
    """As in a shared folder within somebody's closed one."""
    monkeypatch.chdir(tmp_path)
    exists = os.stat

    def stat_of_relative_paths(path, *args, **kwargs):
        if os.path.isabs(os.fspath(path)):
            raise PermissionError(13, "Permission denied")
        return exists(path, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", stat_of_relative_paths)
        for path in ("file", "deep/er/file"):
            files.require_writable(paths.Path(path))
        files.require_writable(paths.Path("."), folder=True)
        files.write_text(paths.Path("deep/er/file"), "text")
        with files.new_folder(paths.Path("folder")) as partial:
            (partial / "a").write_text("a")
    assert sorted(os.listdir(tmp_path)) == ["deep", "folder"]


def test_a_link_stays_and_its_file_is_replaced(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    files.write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_the_cache_is_in_the_home_folder(home, monkeypatch, capsys):
    assert files.user_cache() == home / ".cache" / "tfgan_zoo"
    monkeypatch.setenv("XDG_CACHE_HOME", "~/c")
    assert files.user_cache() == home / "c" / "tfgan_zoo"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("lacks", ["home", "permission", "folder"])
def test_without_a_home_folder_the_cache_is_a_temporary_one(
    home, tmp_path, monkeypatch, capsys, lacks
):
    if lacks == "home":
        monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    elif lacks == "permission":
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    else:
        (tmp_path / "a_file").write_text("")
        monkeypatch.setenv("HOME", str(tmp_path / "a_file"))
    found = files.user_cache()
    assert files.user_cache() == found
    assert found.parent == tmp_path / "tmp"
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "$XDG_CACHE_HOME" in said


def test_a_temporary_cache_of_somebody_else_is_not_used(
    home, tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", "~")
    name = f"tfgan_zoo-{os.getuid()}"
    (tmp_path / "tmp" / name).mkdir(mode=0o777)
    (tmp_path / "tmp" / name).chmod(0o777)
    assert files.user_cache() != tmp_path / "tmp" / name


def test_nothing_is_said_where_there_is_no_standard_error(home, monkeypatch):
    monkeypatch.setenv("HOME", "~")
    monkeypatch.setattr(sys, "stderr", None)
    assert files.user_cache().is_dir()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no /proc here")
def test_a_folder_that_takes_no_files_is_refused_whatever_its_mode():
    """The superuser may write everywhere, by the modes."""
    for path in ("/proc/x.png", "/proc/x/y.png"):
        with pytest.raises(OSError, match=f"Received: {path}, but /proc "):
            paths.require_writable(Path(path))
    with pytest.raises(OSError, match="Received: /proc/run, but /proc "):
        paths.require_writable(Path("/proc/run"), folder=True)


@pytest.mark.parametrize("has_unnamed", [False, True])
def test_to_try_an_output_leaves_nothing(has_unnamed, tmp_path, monkeypatch):
    if not has_unnamed:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    paths.require_writable(tmp_path / "x.png")
    paths.require_writable(tmp_path / "a" / "run", folder=True)
    assert os.listdir(tmp_path) == []


def test_an_address_is_no_path():
    with pytest.raises(ValueError, match="not an address. Received: gs://a"):
        paths.expand("gs://a/b")
    assert paths.expand("./gs://a").parts == ("gs:", "a")
