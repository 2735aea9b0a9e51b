"""Fixtures of this folder."""

from browsers import browser

__all__ = [
    "browser",
]
