"""A signal may come between any two lines of what writes files."""

import sys

import pytest

from tfgan_zoo import file_systems, files, paths

TRACED = {module.__file__ for module in (files, file_systems, paths)}


class Signal(BaseException):
    """As KeyboardInterrupt and SystemExit, which handlers raise."""


def _stop_at(line, action):
    """Runs `action`; raises at the line of that number, if it gets there.

    Returns:
        Whether it got there.
    """
    passed = 0

    def trace(frame, event, _):
        nonlocal passed
        name = frame.f_code.co_filename
        if name not in TRACED and name != __file__:
            return None
        if event == "line" and name in TRACED:
            passed += 1
            if passed == line:
                sys.settrace(None)
                raise Signal
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    except Signal:
        return True
    finally:
        sys.settrace(before)
    return False


def _write_file(folder):
    files.write_text(folder / "file", "new")


def _replace_folder(folder):
    with files.new_folder(folder / "folder", overwrite=True) as partial:
        (partial / "text").write_text("new")


def _make_folder(folder):
    with files.new_folder(folder / "made") as partial:
        (partial / "text").write_text("new")


@pytest.mark.parametrize("write", [_write_file, _replace_folder, _make_folder])
def test_nothing_half_made_stays_after_a_signal_at_any_line(
    write, tmp_path, monkeypatch
):
    monkeypatch.setattr("os.fsync", lambda _: None)  # slow on a busy disk
    line, is_reached = 0, True
    while is_reached:
        line += 1
        folder = tmp_path / str(line)
        (folder / "folder").mkdir(parents=True)
        for path in (folder / "file", folder / "folder" / "text"):
            path.write_text("old")
        is_reached = _stop_at(line, lambda: write(folder))  # noqa: B023
        left = {path.relative_to(folder) for path in folder.rglob("*")}
        names = {"file", "folder", "folder/text", "made", "made/text"}
        assert {path.as_posix() for path in left} <= names, line
        texts = {(folder / "file").read_text()}
        texts |= {path.read_text() for path in folder.glob("*/text")}
        assert texts <= {"old", "new"}
        assert (folder / "folder" / "text").exists(), line
    assert line > 40
