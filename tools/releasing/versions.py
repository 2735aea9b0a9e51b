"""The version of a release, in the three files that name it."""

from __future__ import annotations

import contextlib
import datetime
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from packaging.version import Version

VERSION, CHANGELOG, CITATION = (
    "tfgan_zoo/version.py",
    "CHANGELOG.md",
    "CITATION.cff",
)
UNRELEASED = "Unreleased"
EARLIEST = datetime.date(2020, 1, 1)
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
            changelog is not of it, not dated, not newer than the others or
            empty; changes are beside it as unreleased; the citation has
            another version or date.
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
    _require_newer(version, section.date, released[1:])
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
        ValueError: version or date has another form or is not newer than
            those in the changelog, or nothing is unreleased: no file has
            changed. Or a file cannot be written.
    """
    require_version(version, "--version")
    require_date(date, "--date")
    before = {
        name: _read(root, name) for name in (VERSION, CHANGELOG, CITATION)
    }
    texts = dict(before)
    _match(_CODE, VERSION, texts[VERSION])
    texts[VERSION] = _CODE.sub(f'__version__ = "{version}"', texts[VERSION])
    texts[CHANGELOG] = _release(texts[CHANGELOG], version, date)
    _match(_CITED, CITATION, texts[CITATION])
    texts[CITATION] = _CITED.sub(
        f"version: {version}\ndate-released: {date}\n", texts[CITATION]
    )
    try:
        for name, text in texts.items():
            _write(root, name, text)
    except ValueError:
        for name, text in before.items():
            with contextlib.suppress(ValueError):
                _write(root, name, text)
        raise
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
    """Raises a ValueError unless an index takes it as a version.

    It must fit PEP 440, in its normal form, and have no local part.
    """
    version = _parse(text)
    if version is None or text != str(version):
        normal = "" if version is None else f", for {version}"
        raise ValueError(
            "A version must fit PEP 440, in its normal form. Received: "
            f"{text!r} in {place}{normal}."
        )
    if version.local is not None:
        raise ValueError(
            "A version must have no local part, as package indexes refuse it. "
            f"Received: {text!r} in {place}."
        )


def require_date(text: str, place: str) -> None:
    """Raises a ValueError unless it is a date of the form 2026-11-30.

    It must be between EARLIEST and tomorrow, which is today further east.
    """
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        date = None
    if date is None or date.isoformat() != text:
        raise ValueError(
            f"A date must be one of the form 2026-11-30. Received: {text!r} "
            f"in {place}."
        )
    latest = today() + datetime.timedelta(days=1)
    if not EARLIEST <= date <= latest:
        raise ValueError(
            f"The date of a release must be {EARLIEST} to {latest}, tomorrow. "
            f"Received: {text} in {place}."
        )


def today() -> datetime.date:
    """Returns the date of this machine."""
    return datetime.date.today()


def _parse(text: str) -> Version | None:
    """Returns a version, None of another text."""
    try:
        from packaging import version
    except ImportError:
        raise ValueError(
            "Versions are compared by the package packaging: `python -m pip "
            f"install packaging`. Received: {sys.executable}, which lacks it."
        ) from None
    try:
        return version.Version(text)
    except version.InvalidVersion:
        return None


def _require_newer(
    version: str, date: str, released: Sequence[Section]
) -> None:
    """Raises a ValueError unless a release comes after all others."""
    for section in released:
        require_version(section.name, CHANGELOG)
        require_date(section.date, CHANGELOG)
        this, other = _parse(version), _parse(section.name)
        assert this is not None and other is not None
        if this <= other or date < section.date:
            raise ValueError(
                f"A release must have a higher version than those before it "
                f"in {CHANGELOG}, and no earlier date. Received: {version} of "
                f"{date}, after {section.name} of {section.date}."
            )


def _release(changelog: str, version: str, date: str) -> str:
    """Turns the section of the unreleased into one of a version."""
    unreleased, *released = sections(changelog)
    _require_newer(version, date, released)
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
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} must be UTF-8. Received: byte "
            f"0x{error.object[error.start]:02x} at {error.start}."
        ) from None


def _write(root: Path, name: str, text: str) -> None:
    try:
        (root / name).write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise ValueError(
            f"{name} must be writable. Received: {root} ({error.strerror})."
        ) from None


def _match(pattern: re.Pattern[str], name: str, text: str) -> re.Match[str]:
    match = pattern.search(text)
    if match is None:
        raise ValueError(
            f"{name} must have a line that names the version. Received: none."
        )
    return match
