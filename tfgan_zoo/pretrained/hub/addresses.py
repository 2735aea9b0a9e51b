"""Addresses of the Hugging Face Hub."""

from __future__ import annotations

import dataclasses
import re

from tfgan_zoo.messages import shorten

SCHEME = "hf://"
_PART = r"\w(?:[\w.-]{0,94}\w)?"
_NAME = re.compile(f"{_PART}/{_PART}", re.ASCII)
# It becomes a part of paths in the Hub's cache.
_REVISION = re.compile(r"\w[\w./+-]{0,199}", re.ASCII)
_FORBIDDEN = ("--", "..", "//")
# What people take for an address: that of the repository's page above all. A
# file of a repository, which is behind /resolve/, may be a zip archive.
_LOOKALIKE = re.compile(
    r"(?:hf://|https?://(?:www\.)?(?:huggingface|hf)\.co/)"
    rf"({_PART}/{_PART})"
    r"(?:(?:@|/(?:tree|blob|commit)/)(\w[\w.+-]*)(?:/.*)?)?/?(?:[?#].*)?",
    re.ASCII | re.IGNORECASE,
)
CARD_NAME = "README.md"
_METADATA = re.compile(r"---\r?\n.*?\n---\r?\n\s*", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Repository:
    """A repository of models on the Hub, at a revision.

    Attributes:
        name: `owner/name`.
        revision: a branch, a tag or the hash of a commit; None is the default
            branch.
    """

    name: str
    revision: str | None = None

    def __str__(self) -> str:
        end = f"@{self.revision}" if self.revision else ""
        return f"{SCHEME}{self.name}{end}"


def is_address(source: object) -> bool:
    """Whether a text is meant to name a repository of the Hub.

    It may be one that `parse` refuses, such as the address of a web page.
    """
    return isinstance(source, str) and (
        source.startswith(SCHEME) or _LOOKALIKE.fullmatch(source) is not None
    )


def parse(address: str) -> Repository:
    """Returns the repository of an address.

    Raises:
        ValueError: it is not `hf://owner/name` or `hf://owner/name@revision`.
    """
    name, at, revision = address[len(SCHEME) :].partition("@")
    is_sound = is_name(name) and (not at or is_revision(revision))
    if is_sound and address.startswith(SCHEME):
        return Repository(name, revision or None)
    match = _LOOKALIKE.fullmatch(address)
    meant = f", here {Repository(match[1], match[2])}" if match else ""
    raise ValueError(
        f"An address of the Hub must be {SCHEME}owner/name or "
        f"{SCHEME}owner/name@revision{meant}. "
        f"Received: {shorten(address, 200)}."
    )


def is_name(text: str) -> bool:
    """Whether it is `owner/name`, as the Hub takes it."""
    return (
        _NAME.fullmatch(text) is not None
        and not any(part in text for part in _FORBIDDEN)
        and not text.endswith(".git")
    )


def is_revision(text: str) -> bool:
    """Whether it may name a branch, a tag or a commit."""
    return (
        _REVISION.fullmatch(text) is not None
        and not any(part in text for part in _FORBIDDEN[1:])
        and not text.endswith(("/", ".", ".lock"))
    )


def without_metadata(card: str) -> str:
    """Returns a model card without what the Hub reads at its beginning."""
    match = _METADATA.match(card)
    return card[match.end() :] if match else card
