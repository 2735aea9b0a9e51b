"""The version of a release, in the three files that name it."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

VERSION, CHANGELOG, CITATION = (
    "tfgan_zoo/version.py",
    "CHANGELOG.md",
    "CITATION.cff",
)
UNRELEASED = "Unreleased"
_CODE = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)
_SECTION = re.compile(r"^## \[(.+?)\](?: - (.+))?\n", re.MULTILINE)
_CITED = re.compile(r"^version: (.+)\n(?:date-released: (.+)\n)?", re.MULTILINE)
# Stands in the section of what is not released, and says nothing afterwards.
_PLAN = re.compile(r"\AWill be .+\.\n*")


class Section(NamedTuple):
    """A section of the changelog.

    Attributes:
        name: a version, or UNRELEASED.
        date: as it stands there, "" without one.
        text: what is below the heading.
    """

    name: str
    date: str
    text: str


def check(root: Path) -> str:
    """Returns the version, if all files say that it is released.

    Raises:
        ValueError: it does not fit PEP 440; the newest section of the
            changelog is not of it, not dated or empty; changes are beside it
            as unreleased; the citation has another version or date.
    """
    version = _match(_CODE, VERSION, _read(root, VERSION))[1]
    require_version(version, VERSION)
    unreleased, *released = sections(_read(root, CHANGELOG))
    section = released[0] if released else Section("", "", "")
    if section.name != version or not section.date:
        raise ValueError(
            f"The newest section of {CHANGELOG} must be "
            f"'## [{version}] - DATE', by {VERSION}. Received: "
            f"{_heading(section) if section.name else 'no released section'}."
        )
    require_date(section.date, CHANGELOG)
    if not section.text:
        raise ValueError(
            f"A released section of {CHANGELOG} must say what changed. "
            f"Received: nothing below {_heading(section)}."
        )
    if unreleased.text:
        raise ValueError(
            f"Of a release the section [{UNRELEASED}] of {CHANGELOG} must be "
            f"empty. Received: {unreleased.text.splitlines()[0]!r}."
        )
    cited = _match(_CITED, CITATION, _read(root, CITATION))
    if cited.groups() != (version, section.date):
        raise ValueError(
            f"{CITATION} must have version {version} and date-released "
            f"{section.date}. Received: {cited[1]}, {cited[2]}."
        )
    return version


def write(root: Path, version: str, date: str) -> list[str]:
    """Writes version and date where they belong; returns the files' names.

    Args:
        root: of the repository.
        version: the new one, such as "0.1.0".
        date: of the release, such as "2026-11-30".

    Raises:
        ValueError: version or date has another form, the changelog has the
            version already, or nothing is unreleased. No file has changed.
    """
    require_version(version, "--version")
    require_date(date, "--date")
    texts = {name: _read(root, name) for name in (VERSION, CHANGELOG, CITATION)}
    _match(_CODE, VERSION, texts[VERSION])
    texts[VERSION] = _CODE.sub(f'__version__ = "{version}"', texts[VERSION])
    texts[CHANGELOG] = _release(texts[CHANGELOG], version, date)
    _match(_CITED, CITATION, texts[CITATION])
    texts[CITATION] = _CITED.sub(
        f"version: {version}\ndate-released: {date}\n", texts[CITATION]
    )
    for name, text in texts.items():
        (root / name).write_bytes(text.encode("utf-8"))
    return list(texts)


def sections(changelog: str) -> list[Section]:
    """Returns the sections, of which that of the unreleased comes first."""
    headings = list(_SECTION.finditer(changelog))
    if not headings or headings[0][1] != UNRELEASED:
        raise ValueError(
            f"The first section of {CHANGELOG} must be '## [{UNRELEASED}]'. "
            f"Received: {headings[0][0].strip() if headings else 'none'}."
        )
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    return [
        Section(
            heading[1],
            heading[2] or "",
            changelog[heading.end() : end].strip(),
        )
        for heading, end in zip(headings, ends)
    ]


def require_version(text: str, place: str) -> None:
    """Raises a ValueError unless it is a version in PEP 440's normal form."""
    try:
        normal = str(Version(text))
    except InvalidVersion:
        normal = ""
    if text != normal:
        raise ValueError(
            f"A version must fit PEP 440, in its normal form. Received: "
            f"{text!r} in {place}" + (f", for {normal}." if normal else ".")
        )


def require_date(text: str, place: str) -> None:
    """Raises a ValueError unless it is a date of the form 2026-11-30."""
    try:
        is_date = datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_date = False
    if not is_date:
        raise ValueError(
            f"A date must be one of the form 2026-11-30. Received: {text!r} "
            f"in {place}."
        )


def _release(changelog: str, version: str, date: str) -> str:
    """Turns the section of the unreleased into one of a version."""
    unreleased, *released = sections(changelog)
    if version in (section.name for section in released):
        raise ValueError(
            f"{CHANGELOG} must not have the version yet. Received: {version}."
        )
    text = _PLAN.sub("", unreleased.text)
    if not text:
        raise ValueError(
            f"The section [{UNRELEASED}] of {CHANGELOG} must say what is new. "
            "Received: an empty one."
        )
    start, _, end = changelog.partition(unreleased.text)
    heading = _heading(Section(version, date, text))
    return f"{start}{heading}\n\n{text}{end}"


def _heading(section: Section) -> str:
    date = f" - {section.date}" if section.date else ""
    return f"## [{section.name}]{date}"


def _read(root: Path, name: str) -> str:
    try:
        return (root / name).read_bytes().decode("utf-8")
    except OSError as error:
        raise ValueError(
            f"A release must have {name}. Received: {root} ({error.strerror})."
        ) from None


def _match(pattern: re.Pattern[str], name: str, text: str) -> re.Match[str]:
    match = pattern.search(text)
    if match is None:
        raise ValueError(
            f"{name} must have a line that names the version. Received: none."
        )
    return match
