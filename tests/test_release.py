"""`tools/release.py`: what it refuses, builds and tags, in small trees."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from release_trees import PLANNED, read, write

from tools import release
from tools.releasing import building, installing, versions

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(
    shutil.which("git") is None, reason="there is no git here"
)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(versions, "today", lambda: datetime.date(2027, 1, 1))


def git(root, *arguments):
    finished = subprocess.run(
        ["git", *arguments], cwd=root, check=True, capture_output=True
    )
    return finished.stdout.decode()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "someone")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "someone@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "no_config"))
    root = tmp_path / "repository"
    write(root)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=All")
    return root


@pytest.fixture
def built(monkeypatch):
    """Replaces what takes minutes; returns the names of what was done."""
    done = []

    def build(root, folder):
        files = [folder / "a.tar.gz", folder / "a.whl"]
        for file in files:
            file.write_text(file.name)
        return files

    monkeypatch.setattr(building, "build", build)
    monkeypatch.setattr(building, "check", lambda *_: done.append("check"))
    monkeypatch.setattr(
        installing,
        "draw_sample",
        lambda python, *_: done.append(python) or "a sample",
    )
    monkeypatch.setattr(installing, "require_pythons", lambda _: None)
    return done


def refused(capsys, root, *arguments):
    """Returns the line that `main` prints as it refuses."""
    with pytest.raises(SystemExit) as caught:
        release.main(list(arguments), root)
    assert caught.value.code == 2
    assert not (root / "dist").exists()
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_main_says_how_to_install_packaging(repository):
    finished = subprocess.run(
        [
            *(sys.executable, "-I", "-S", "-c"),
            "import pathlib, sys; sys.path.insert(0, sys.argv[1]); "
            "from tools import release; "
            "release.main(sys.argv[2:], pathlib.Path())",
            *(str(ROOT), "--version=1", "--date=2026-12-01"),
        ],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert "`python -m pip install packaging`. Received: " in line


def test_main_makes_the_files_and_no_tag(repository, tmp_path, built, capsys):
    output = tmp_path / "dist"
    release.main(
        [f"--output={output}", "--python=python3.9,python4"], repository
    )
    assert built == ["check", "python3.9", "python4"]
    assert sorted(path.name for path in output.iterdir()) == [
        "a.tar.gz",
        "a.whl",
    ]
    assert "python3.9: a sample" in capsys.readouterr().out
    assert git(repository, "tag") == ""


def test_main_tags_the_commit_when_asked_to(repository, tmp_path, built):
    arguments = [f"--output={tmp_path / 'dist'}", "--tag"]
    release.main(arguments, repository)
    assert git(repository, "cat-file", "-t", "v0.1.0") == "tag\n"
    assert git(repository, "tag", "--points-at", "HEAD") == "v0.1.0\n"


def test_main_leaves_nothing_when_a_check_fails(
    repository, built, monkeypatch, capsys
):
    def fail(*_):
        raise ValueError("A wheel must do. Received: none.")

    monkeypatch.setattr(building, "check", fail)
    line = refused(capsys, repository, "--tag")
    assert line == "release.py: A wheel must do. Received: none."
    assert git(repository, "tag") == ""


@pytest.mark.parametrize(
    "arguments", [[], ["--version=0.2.0", "--date=2027-1-1"]]
)
def test_main_refuses_a_tree_that_is_not_clean(
    repository, built, capsys, arguments
):
    (repository / "new.txt").write_text("new")
    line = refused(capsys, repository, *arguments)
    assert line.endswith("from a commit. Received: ?? new.txt.")


@pytest.mark.parametrize(
    ("tag", "arguments", "message"),
    [
        ("v0.2.0", [], "its version, v0.1.0. Received: v0.2.0."),
        ("v0.1.0", ["--tag"], "must make a new tag. Received: v0.1.0."),
    ],
)
def test_main_refuses_another_tag(
    repository, built, capsys, tag, arguments, message
):
    git(repository, "tag", tag)
    assert refused(capsys, repository, *arguments).endswith(message)


def test_main_takes_a_commit_with_its_tag(repository, tmp_path, built):
    git(repository, "tag", "v0.1.0")
    release.main([f"--output={tmp_path / 'dist'}"], repository)
    assert built == ["check"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--version=0.2.0"], "together. Received: --version=0.2.0 alone."),
        (["--date=2026-11-30"], "together. Received: --date=2026-11-30 alone."),
        (["--version=1", "--date=2026-11-30", "--tag"], "Received: --tag."),
        (
            ["--version=1", "--date=2026-11-30", "--output=a", "--python=b"],
            "first. Received: --python, --output.",
        ),
        (["--version=", "--date=2026-12-01"], "Received: '' in --version."),
        (["--python=no-such-python"], "must run. Received: no-such-python"),
    ],
)
def test_main_refuses_what_it_cannot_do(repository, capsys, arguments, message):
    assert message in refused(capsys, repository, *arguments)


def test_main_writes_the_version_and_builds_nothing(repository, built, capsys):
    write(repository, {versions.CHANGELOG: PLANNED})
    git(repository, "commit", "--all", "--quiet", "--message=Plan")
    release.main(["--version=0.1.1", "--date=2026-12-01"], repository)
    assert versions.check(repository) == "0.1.1"
    assert built == []
    assert "commit them" in capsys.readouterr().out


def test_export_has_tracked_files_alone(repository, tmp_path):
    (repository / "more.txt").write_text("more")
    building.export(repository, tmp_path / "tree")
    assert "more.txt" in read(repository)
    names = {versions.VERSION, versions.CHANGELOG, versions.CITATION}
    assert set(read(tmp_path / "tree")) == names


def pack(path, names, **fields):
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            for field, value in fields.items():
                setattr(member, field, value)
            archive.addfile(member, io.BytesIO(name.encode()))


def test_repacked_bytes_depend_on_content_and_time_alone(tmp_path):
    long_name = f"a/{'b' * 120}"
    first, second = tmp_path / "1.tar.gz", tmp_path / "2.tar.gz"
    pack(first, ["a/b", long_name], mtime=1.5, uid=1, mode=0o664)
    pack(second, [long_name, "a/b"], mtime=2.5, uname="me", mode=0o600)
    assert first.read_bytes() != second.read_bytes()
    for path in (first, second):
        building.repack(path, 1_000_000)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        members = archive.getmembers()
        assert [member.name for member in members] == ["a/b", long_name]
        assert {(m.mtime, m.mode, m.uid, m.uname) for m in members} == {
            (1_000_000, 0o644, 0, "")
        }
        assert archive.extractfile("a/b").read() == b"a/b"
    building.repack(second, 2_000_000)
    assert first.read_bytes() != second.read_bytes()


def test_differences_name_what_a_wheel_lacks_and_has_beside(
    repository, tmp_path
):
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tfgan_zoo/left_over.py", "")
        archive.writestr("tfgan_zoo-0.1.0.dist-info/METADATA", "")
    assert building.differences(repository, wheel) == [
        "lacks tfgan_zoo/version.py",
        "holds tfgan_zoo/left_over.py, which git does not track",
    ]


def test_check_refuses_a_file_that_is_too_large(
    repository, tmp_path, monkeypatch
):
    monkeypatch.setattr(building, "MAX_BYTES", 9)
    files = [tmp_path / "a.tar.gz", tmp_path / "a.whl"]
    for file, size in zip(files, (9, 10)):
        file.write_bytes(bytes(size))
    with pytest.raises(ValueError, match="at most 9 bytes.* a.whl, of 10"):
        building.check(repository, *files)
