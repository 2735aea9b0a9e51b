"""Icons from packages: variants, groups, faces, splits."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tools import icon_sets
from tools.splits import split_of

ICONS: dict[str, Any] = {
    "width": 32,
    "height": 32,
    "icons": {
        "waving-hand": {"body": "<a/>"},
        "waving-hand-medium-light-skin-tone": {"body": "<b/>"},
        "elf-dark": {"body": "<c/>"},
        "traffic-light": {"body": "<d/>", "width": 24},
        "hugging-face": {"body": "<e/>", "hidden": True},
        "elf": {"body": "<f/>"},
    },
}
ABOUT = {
    "name": "Some",
    "author": {"name": "Someone", "url": "https://example.com"},
    "license": {"spdx": "MIT", "url": "https://example.com/MIT"},
}
GROUPS = {
    "grinning-face": "smileys_emotion",
    "face-with-monocle": "smileys_emotion",
    "star-struck": "smileys_emotion",
    "clown-face": "smileys_emotion",
    "grinning-cat": "smileys_emotion",
    "love-letter": "smileys_emotion",
    "cow-face": "animals_nature",
}


def pack(folder: Path, name: str, **parts: dict[str, Any]) -> None:
    """Writes a package as npm would."""
    version = icon_sets.VERSIONS[name]
    path = folder / f"iconify-json-{name}-{version}.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for part, contents in parts.items():
            text = json.dumps(contents).encode()
            member = tarfile.TarInfo(f"package/{part}.json")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))


def test_set_is_read_in_order_without_variants(tmp_path: Path) -> None:
    pack(tmp_path, "noto", icons=ICONS, info=ABOUT)
    documents = icon_sets.read_set(tmp_path, "noto")
    assert [*documents] == ["elf", "traffic-light", "waving-hand"]
    assert 'viewBox="0 0 24 32"><d/></svg>' in documents["traffic-light"]
    assert icon_sets.credit(tmp_path, "noto") == (
        "Some by Someone (https://example.com), MIT (https://example.com/MIT),"
        " from @iconify-json/noto 1.2.9"
    )


def test_groups_are_those_of_noto_where_it_knows_an_icon(
    tmp_path: Path,
) -> None:
    for name in ("twemoji", "fluent-emoji-flat", "noto-v1", "noto"):
        group = "Food & Drink" if name == "noto" else "Objects"
        categories = {group: ["tea"], "Flags": [f"flag-{name}"]}
        pack(tmp_path, name, metadata={"categories": categories})
    groups = icon_sets.read_groups(tmp_path)
    assert groups["tea"] == "food_drink"
    assert groups["flag-twemoji"] == groups["flag-noto"] == icon_sets.FLAGS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("grinning-face", True),
        ("face-with-monocle", True),
        ("star-struck", True),
        ("clown-face", False),
        ("grinning-cat", False),
        ("love-letter", False),
        ("cow-face", False),
        ("unknown-face", False),
    ],
)
def test_faces_are_found_by_group_and_name(name: str, expected: bool) -> None:
    assert icon_sets.is_face(name, GROUPS) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cow-face", True),
        ("grinning-cat", True),
        ("grinning-face", False),
        ("cat", False),
    ],
)
def test_animals_are_faces_and_cats_that_smile(
    name: str, expected: bool
) -> None:
    assert icon_sets.is_animal(name, GROUPS) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("grinning-face", True),
        ("grinning-cat", True),
        ("grinning-cat-face", True),  # EmojiOne's, of no group that is known
        ("hear-no-evil-monkey", True),
        ("cow-face", False),
        ("clown-face", False),
        ("monkey", False),
        ("cat", False),
    ],
)
def test_any_face_is_of_people_cats_or_monkeys(
    name: str, expected: bool
) -> None:
    assert icon_sets.is_any_face(name, GROUPS) == expected


def test_a_tenth_is_held_out_by_name_alone() -> None:
    names = [f"icon-{number}" for number in range(1000)]
    held_out = [name for name in names if split_of(name) == "test"]
    assert 80 < len(held_out) < 120
    assert (split_of("star-struck"), split_of("tea")) == ("test", "train")
