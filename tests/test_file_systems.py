"""File systems without locks, modes, or a rename onto a file."""

import errno
import fcntl
import os
import socket
import subprocess

import pytest

from tfgan_zoo import file_systems, files

UNSUPPORTED = [errno.ENOTSUP, errno.ENOSYS, errno.EINVAL, errno.EPERM]


def _failing(code):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    return fail


def _write_all(folder):
    """Writes, replaces and overwrites files and folders."""
    for content in ("old", "new"):
        files.write_text(folder / "file", content)
        with files.new_folder(folder / "folder", overwrite=True) as partial:
            (partial / "inner").mkdir()
            (partial / "inner" / "a").write_text(content)
    assert (folder / "file").read_text() == "new"
    assert (folder / "folder" / "inner" / "a").read_text() == "new"
    assert sorted(os.listdir(folder)) == ["file", "folder"]


@pytest.mark.parametrize("call", ["chmod", "fsync"])
@pytest.mark.parametrize("code", UNSUPPORTED)
def test_writing_does_without(tmp_path, monkeypatch, call, code):
    monkeypatch.setattr(os, call, _failing(code))
    _write_all(tmp_path)


@pytest.mark.parametrize("code", UNSUPPORTED)
def test_without_any_rename_files_are_copied(tmp_path, monkeypatch, code):
    for call in ("rename", "replace"):
        monkeypatch.setattr(os, call, _failing(code))
    _write_all(tmp_path)


@pytest.mark.parametrize("code", [errno.EEXIST, errno.EACCES, errno.EPERM])
def test_without_a_rename_onto_a_file_the_old_one_steps_aside(
    tmp_path, monkeypatch, code
):
    rename = os.rename

    def replace(source, target):
        if os.path.exists(target):
            raise OSError(code, os.strerror(code))
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    _write_all(tmp_path)


def test_a_full_disk_is_no_missing_operation(tmp_path, monkeypatch):
    files.write_text(tmp_path / "file", "old")
    for call in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, call, _failing(errno.ENOSPC))
            with pytest.raises(OSError, match="No space left"):
                files.write_text(tmp_path / "file", "new")
    assert (tmp_path / "file").read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_lock_keeps_others_out(tmp_path):
    lines = []
    with file_systems.locked(tmp_path / "lock", lines.append):
        with pytest.raises(BlockingIOError):
            with file_systems.locked(tmp_path / "lock", lines.append):
                pytest.fail("the block must not run")
    with file_systems.locked(tmp_path / "lock", lines.append):
        pass
    assert lines == []


@pytest.mark.parametrize("code", [*UNSUPPORTED, errno.ENOLCK])
def test_without_locks_a_line_says_so(tmp_path, monkeypatch, code):
    monkeypatch.setattr(fcntl, "flock", _failing(code))
    lines = []
    with file_systems.locked(tmp_path / "lock", lines.append):
        assert str(os.getpid()) in (tmp_path / "lock").read_text()
    assert len(lines) == 1 and "cannot lock" in lines[0]
    assert (tmp_path / "lock").read_text() == ""


def test_without_locks_processes_of_this_machine_are_kept_out(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(fcntl, "flock", _failing(errno.ENOSYS))
    lock = tmp_path / "lock"
    with subprocess.Popen(["sleep", "60"]) as other:
        holder = f"{other.pid} {socket.gethostname()}\n"
        lock.write_text(holder)
        with pytest.raises(BlockingIOError):
            with file_systems.locked(lock, print):
                pytest.fail("the block must not run")
        assert lock.read_text() == holder
        other.kill()
    # It has ended without a word, and another machine's may have as well.
    for stale in (holder, f"{os.getpid()} elsewhere\n", "no holder\n"):
        lock.write_text(stale)
        with file_systems.locked(lock, lambda line: None):
            pass
        assert lock.read_text() == ""


def test_a_folder_is_copied_without_modes_and_times(tmp_path, monkeypatch):
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "a").write_text("a")
    for call in ("chmod", "utime"):
        monkeypatch.setattr(os, call, _failing(errno.EPERM))
    file_systems.copy_folder(source, tmp_path / "target")
    assert (tmp_path / "target" / "inner" / "a").read_text() == "a"
