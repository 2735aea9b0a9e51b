"""Small trees with the files that name a release's version."""

from __future__ import annotations

from tools.releasing import versions

VERSION = '"""The version."""\n\n__version__ = "0.1.0"\n'
CHANGELOG = """# Changelog

## [Unreleased]

## [0.1.0] - 2026-11-30

### Added

- All of it.
"""
PLANNED = CHANGELOG.replace(
    "## [0.1.0] - 2026-11-30", "Will be 0.1.0."
)  # not released
CITATION = "title: a\nversion: 0.1.0\ndate-released: 2026-11-30\nlicense: b\n"


def write(root, changes=()):
    """Writes the files that name the version, with other texts for some."""
    texts = {
        versions.VERSION: VERSION,
        versions.CHANGELOG: CHANGELOG,
        versions.CITATION: CITATION,
        **dict(changes),
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def read(root):
    """Returns the texts of all files outside .git, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
