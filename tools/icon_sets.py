"""Icon sets of the npm packages `@iconify-json/NAME`: documents and groups."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

VERSIONS = {
    "fluent-emoji-high-contrast": "1.2.6",
    "fluent-emoji-flat": "1.2.6",
    "fluent-emoji": "1.2.7",
    "noto": "1.2.9",
    "noto-v1": "1.2.5",
    "twemoji": "1.2.5",
    "emojione": "1.2.3",
    "lucide": "1.2.137",
}
# These say which group an icon is of; the last that knows it counts.
_GROUPED = ("twemoji", "fluent-emoji-flat", "noto-v1", "noto")
_TONE = re.compile(r"-(medium-)?(light|medium|dark)(-skin-tone)?(?=-|$)")
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" color="black"'
    ' width="1" height="1" viewBox="{left} {top} {width} {height}">'
    "{body}</svg>"
)
FLAGS, _SMILEYS = "flags", "smileys_emotion"
_UNNAMED_FACES = frozenset(
    (
        "head-shaking-horizontally",
        "head-shaking-vertically",
        "rolling-on-the-floor-laughing",
        "star-struck",
    )
)
# Not a round face by itself: made up, behind clouds or confetti, or broken.
_HIDDEN_FACES = frozenset(
    (
        "clown-face",
        "cracking-face",
        "dotted-line-face",
        "exploding-head",
        "face-in-clouds",
        "partying-face",
        "shaking-face",
    )
)

# As faces, or from the front in most sets.
_ANIMALS = frozenset(
    (
        "bear",
        "boar",
        "cat-face",
        "cow-face",
        "dog-face",
        "dragon-face",
        "fox",
        "frog",
        "front-facing-baby-chick",
        "gorilla",
        "hamster",
        "hear-no-evil-monkey",
        "horse-face",
        "koala",
        "lion",
        "monkey-face",
        "moose",
        "mouse-face",
        "octopus",
        "orangutan",
        "owl",
        "panda",
        "penguin",
        "pig-face",
        "polar-bear",
        "rabbit-face",
        "raccoon",
        "see-no-evil-monkey",
        "speak-no-evil-monkey",
        "tiger-face",
        "unicorn",
        "wolf",
    )
)


def read_set(folder: Path, name: str) -> dict[str, str]:
    """Returns the SVG documents of a set by name, in the order of the names.

    Variants of skin tone are left out, and what is hidden as out of date.

    Args:
        folder: where its package lies, or is fetched to.
        name: a key of `VERSIONS`.
    """
    contents = _read(folder, name, "icons")
    icons = contents["icons"]
    box = {"left": 0, "top": 0, **{k: contents[k] for k in ("width", "height")}}
    return {
        icon: _SVG.format(**{**box, **icons[icon]})
        for icon in sorted(icons)
        if not icons[icon].get("hidden") and not _is_variant(icon, icons)
    }


def read_groups(folder: Path) -> dict[str, str]:
    """Returns the group of Unicode by an icon's name, such as `food_drink`.

    Args:
        folder: where the packages lie, or are fetched to.
    """
    return {
        icon: re.sub("[^a-z]+", "_", group.lower())
        for name in _GROUPED
        for group, icons in _read(folder, name, "metadata")[
            "categories"
        ].items()
        for icon in icons
    }


def is_face(name: str, groups: dict[str, str]) -> bool:
    """Whether an icon is a round face, of no animal and under no mask.

    Args:
        name: of the icon.
        groups: as `read_groups` returns them.
    """
    if groups.get(name) != _SMILEYS or name in _HIDDEN_FACES:
        return False
    return "face" in name.split("-") or name in _UNNAMED_FACES


def is_animal(name: str, groups: dict[str, str]) -> bool:
    """Whether an icon is an animal that looks at you, most of them faces.

    Args:
        name: of the icon.
        groups: as `read_groups` returns them.
    """
    return _is_cat(name, groups) or name in _ANIMALS


def is_any_face(name: str, groups: dict[str, str]) -> bool:
    """Whether an icon is a round face, or that of a cat or a monkey.

    Args:
        name: of the icon.
        groups: as `read_groups` returns them.
    """
    parts = set(name.split("-"))
    if is_face(name, groups) or _is_cat(name, groups):
        return True
    return parts >= {"cat", "face"} or ("monkey" in parts and name in _ANIMALS)


def _is_cat(name: str, groups: dict[str, str]) -> bool:
    return groups.get(name) == _SMILEYS and "cat" in name.split("-")


def credit(folder: Path, name: str) -> str:
    """Returns a line with the artist and the licence of a set.

    Args:
        folder: where its package lies, or is fetched to.
        name: a key of `VERSIONS`.
    """
    about = _read(folder, name, "info")
    author, licence = about["author"], about["license"]
    return (
        f"{about['name']} by {author['name']} ({author['url']}), "
        f"{licence['spdx']} ({licence['url']}), "
        f"from @iconify-json/{name} {VERSIONS[name]}"
    )


def _read(folder: Path, name: str, part: str) -> dict[str, Any]:
    path = folder / f"iconify-json-{name}-{VERSIONS[name]}.tgz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        package = f"@iconify-json/{name}@{VERSIONS[name]}"
        subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, check=True
        )
    with tarfile.open(path) as archive:
        file = archive.extractfile(f"package/{part}.json")
        assert file is not None
        return json.load(file)


def _is_variant(name: str, icons: dict[str, Any]) -> bool:
    # The tones are icons by themselves, and a traffic light is no tone.
    plain = _TONE.sub("", name)
    return plain != name and (plain in icons or "-skin-tone-" in name)
