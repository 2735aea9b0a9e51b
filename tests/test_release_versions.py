"""The version, date and changelog of a release: what is refused and written."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from release_trees import CHANGELOG, CITATION, PLANNED, VERSION, read, write

from tools.releasing import versions

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(versions, "today", lambda: datetime.date(2027, 1, 1))


def test_check_returns_the_version_when_all_files_agree(tmp_path):
    write(tmp_path)
    assert versions.check(tmp_path) == "0.1.0"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (versions.VERSION, '__version__ = "0.1-x"\n', "must fit PEP 440"),
        (versions.VERSION, '__version__ = ""\n', "Received: '' in tfgan_zoo"),
        (versions.VERSION, '__version__ = "0.1.0rc01"\n', "for 0.1.0rc1"),
        (versions.VERSION, "", "line that names the version"),
        (versions.VERSION, '__version__ = "0.2.0"\n', r"0.2.0\] - DATE"),
        (versions.CHANGELOG, "# Changelog\n", "first section"),
        (versions.CHANGELOG, PLANNED, "Received: no released section"),
        (
            versions.CHANGELOG,
            CHANGELOG.replace(" - 2026-11-30", ""),
            r"Received: ## \[0.1.0\]\.",
        ),
        (
            versions.CHANGELOG,
            CHANGELOG.replace("2026-11-30", "30 November"),
            "'30 November' in CHANGELOG.md",
        ),
        (
            versions.CHANGELOG,
            CHANGELOG.partition("### Added")[0],
            "must say what changed",
        ),
        (
            versions.CHANGELOG,
            CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n"),
            "must be empty. Received: '- More.'",
        ),
        (
            versions.CHANGELOG,
            f"{CHANGELOG}\n## [0.1.0rc1] - 2026-12-01\n",
            "no earlier date. Received: 0.1.0 of 2026-11-30, after 0.1.0rc1",
        ),
        (versions.CITATION, "version: 0.1.0\n", "Received: 0.1.0, None"),
        (versions.CITATION, "title: a\n", "line that names the version"),
    ],
)
def test_check_says_which_file_differs(tmp_path, name, text, message):
    write(tmp_path, {name: text})
    with pytest.raises(ValueError, match=message):
        versions.check(tmp_path)


def test_check_names_the_file_that_is_missing(tmp_path):
    write(tmp_path)
    (tmp_path / versions.CITATION).unlink()
    with pytest.raises(ValueError, match=r"must have CITATION\.cff"):
        versions.check(tmp_path)


def test_write_makes_files_that_agree_and_changes_nothing_else(tmp_path):
    planned = {
        versions.CHANGELOG: PLANNED,
        versions.CITATION: CITATION.replace("date-released: 2026-11-30\n", ""),
    }
    write(tmp_path, planned)
    versions.write(tmp_path, "0.1.0", "2026-11-30")
    assert read(tmp_path) == {
        versions.VERSION: VERSION,
        versions.CHANGELOG: CHANGELOG,
        versions.CITATION: CITATION,
    }


def test_write_keeps_older_sections_and_replaces_older_dates(tmp_path):
    news = "[Unreleased]\n\n### Fixed\n\n- All.\n"
    write(
        tmp_path,
        {versions.CHANGELOG: CHANGELOG.replace("[Unreleased]\n", news)},
    )
    versions.write(tmp_path, "0.2.0rc1", "2027-01-02")
    assert versions.check(tmp_path) == "0.2.0rc1"
    changelog = (tmp_path / versions.CHANGELOG).read_text("utf-8")
    unreleased, *released = versions.sections(changelog)
    assert unreleased.text == ""
    assert released == [
        ("0.2.0rc1", "2027-01-02", "### Fixed\n\n- All."),
        ("0.1.0", "2026-11-30", "### Added\n\n- All of it."),
    ]


@pytest.mark.parametrize(
    ("version", "date", "message"),
    [
        ("1", "2026-11-3", "of the form 2026-11-30. Received: '2026-11-3'"),
        ("1", "2026-11-31", "Received: '2026-11-31' in --date"),
        ("v1", "2026-11-30", "Received: 'v1' in --version, for 1"),
        ("", "2026-11-30", "PEP 440.* Received: '' in --version.$"),
        ("1+local", "2026-11-30", "no local part.* '1[+]local' in --version"),
        ("0.2.0", "", "Received: '' in --date"),
        ("0.2.0", "2019-12-31", "2020-01-01 to 2027-01-02.* 2019-12-31 in"),
        ("0.2.0", "2027-01-03", "to 2027-01-02, tomorrow.* 2027-01-03 in"),
        ("0.2.0", "2026-11-29", "0.2.0 of 2026-11-29, after 0.1.0 of"),
        ("0.1.0", "2026-11-30", "a higher version.* Received: 0.1.0 of"),
        ("0.1.0rc1", "2026-12-01", "Received: 0.1.0rc1 of .* after 0.1.0 of"),
        ("0.0.9", "2026-12-01", "a higher version.* Received: 0.0.9 of"),
        ("0.2.0", "2026-11-30", "must say what is new"),
    ],
)
def test_write_changes_nothing_when_it_refuses(
    tmp_path, version, date, message
):
    write(tmp_path)
    before = read(tmp_path)
    with pytest.raises(ValueError, match=message):
        versions.write(tmp_path, version, date)
    assert read(tmp_path) == before


def test_write_says_which_file_is_not_utf_8(tmp_path):
    write(tmp_path, {versions.CHANGELOG: PLANNED})
    (tmp_path / versions.CITATION).write_bytes(b"title: \xff\n")
    version = (tmp_path / versions.VERSION).read_bytes()
    message = r"^CITATION\.cff must be UTF-8\. Received: byte 0xff at 7\.$"
    with pytest.raises(ValueError, match=message):
        versions.write(tmp_path, "0.2.0", "2026-12-01")
    assert (tmp_path / versions.VERSION).read_bytes() == version


def test_write_that_fails_half_way_changes_nothing(tmp_path, monkeypatch):
    write(tmp_path, {versions.CHANGELOG: PLANNED})
    before = read(tmp_path)
    original = Path.write_bytes

    def until_the_disk_is_full(path, content):
        if path.name == versions.CITATION and b"0.2.0" in content:
            raise OSError(28, "No space left on device")
        return original(path, content)

    monkeypatch.setattr(Path, "write_bytes", until_the_disk_is_full)
    with pytest.raises(ValueError, match=r"writable.*No space left"):
        versions.write(tmp_path, "0.2.0", "2026-12-01")
    assert read(tmp_path) == before


def test_files_of_this_repository_can_be_released(tmp_path, monkeypatch):
    last_day = datetime.date(2099, 12, 31)
    monkeypatch.setattr(versions, "today", lambda: last_day)
    names = (versions.VERSION, versions.CHANGELOG, versions.CITATION)
    write(tmp_path, {name: (ROOT / name).read_text("utf-8") for name in names})
    text = (ROOT / versions.CHANGELOG).read_text("utf-8")
    if versions.sections(text)[0].text:
        versions.write(tmp_path, "99.0", "2099-12-31")
    assert versions.check(tmp_path)
