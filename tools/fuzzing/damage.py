"""Ways in which bytes, JSON and folders get damaged or forged."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import os
import random
import re
import shutil
from pathlib import Path
from typing import Any

from tools.fuzzing.integrity import SUMS_NAME

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    3,
    2**31,
    2**63,
    2**64,
    10**400,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "x",
    "1",
    "nan",
    "../../x",
    "/etc/passwd",
    "a\0b",
    "\ud800",
    "\u2028",
    "a" * 5000,
    [],
    {},
    [[]],
    [None],
    [1, 2, 3, 4, 5],
    {"a": {"b": []}},
    list(range(1000)),
)


def scramble(rng: random.Random, content: bytes) -> bytes:
    """Returns bytes with one or several kinds of damage."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(_SCRAMBLES)(rng, content)
    return content


def _cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _flip(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8, 64)) if content else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _overwrite(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    count = rng.choice((1, 4, 8, 100))
    block = rng.choice((b"\0", b"\xff", rng.randbytes(1))) * count
    return content[:at] + block + content[at + count :]


def _insert(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    block = rng.choice(
        (rng.randbytes(9), b"\0" * 50, b"\xef\xbb\xbf", b"\n", content[:200])
    )
    return content[:at] + block + content[at:]


def _replace(rng: random.Random, content: bytes) -> bytes:
    return rng.choice(
        (b"", b"\0", b"{}", b"[]", b"null", b"\n" * 9, rng.randbytes(300))
    )


def _exchange(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[at:] + content[:at]


_SCRAMBLES = (
    _cut,
    _cut,
    _flip,
    _flip,
    _overwrite,
    _insert,
    _replace,
    _exchange,
)


def forge(rng: random.Random, value: Any) -> Any:
    """Returns a copy of a JSON value with one or several changes."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        value = _forged(rng, value)
    return value


def _odd_value(rng: random.Random) -> Any:
    # A copy: forged once more it would change for all inputs that follow.
    return copy.deepcopy(rng.choice(ODD_VALUES))


def _forged(rng: random.Random, value: Any) -> Any:
    has_children = isinstance(value, (dict, list)) and value
    if not has_children or rng.random() < 0.03:
        return _odd_value(rng)
    keys = list(value) if isinstance(value, dict) else range(len(value))
    key = rng.choice(list(keys))
    chance = rng.random()
    if chance < 0.15:
        del value[key]
    elif chance < 0.25 and isinstance(value, dict):
        value[rng.choice(("x", "", "step", "__class__", key + " "))] = (
            _odd_value(rng)
        )
    elif chance < 0.3 and isinstance(value, list):
        value.append(_odd_value(rng))
    else:
        value[key] = _forged(rng, value[key])
    return value


def json_bytes(rng: random.Random, value: Any) -> bytes:
    """Returns a value as JSON, at times encoded or written oddly."""
    text = json.dumps(value, indent=rng.choice((None, 2)))
    chance = rng.random()
    if chance < 0.7:
        return text.encode()
    if chance < 0.8:
        return rng.choice(
            (
                b"\xef\xbb\xbf" + text.encode(),
                text.encode("utf-16"),
                text.encode().replace(b"\n", b"\r\n"),
                text.encode() + b"\n" + text.encode(),
            )
        )
    if chance < 0.9:
        depth = rng.choice((500, 1_000, 100_000))
        deep = "[" * depth + "]" * depth
        return rng.choice(
            (deep, deep[: -depth // 2], f'{{"a": {deep}}}')
        ).encode()
    return scramble(rng, text.encode())


def damage_file(
    rng: random.Random, folder: Path, *, harmful: bool = True
) -> None:
    """Damages a file under a folder, or exchanges it, or forges it.

    Args:
        rng: chooses the damage.
        folder: whose tree it is.
        harmful: whether pipes, devices and links are among the damages.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not paths:
        return
    path = rng.choice(paths)
    chance = rng.random()
    if chance < 0.25 and path.suffix == ".json":
        _forge_file(rng, path)
    elif chance < 0.6:
        path.write_bytes(scramble(rng, path.read_bytes()))
    elif chance < 0.7:
        path.unlink()
    elif chance < 0.8:
        shutil.copyfile(rng.choice(paths), folder / "aside")
        os.replace(folder / "aside", path)
    elif harmful:
        _put_in_place(rng, path)


def _forge_file(rng: random.Random, path: Path) -> None:
    try:
        value = forge(rng, json.loads(path.read_bytes()))
    except (ValueError, RecursionError):  # damaged before
        return
    path.write_bytes(json_bytes(rng, value))


def _put_in_place(rng: random.Random, path: Path) -> None:
    """Puts something else than a file in a file's place."""
    kept = path.read_bytes()
    path.unlink()
    what = rng.randrange(6)
    if what == 0:
        path.mkdir()
    elif what == 1:
        os.mkfifo(path)
    elif what == 2:
        (path.parent / "elsewhere").write_bytes(kept)
        path.symlink_to("elsewhere")
    else:
        target = rng.choice(
            (
                "missing",
                path.name,
                "/dev/zero",
                "/dev/null",
                "/etc/passwd",
                "..",
            )
        )
        path.symlink_to(target)


def put(path: Path, content: bytes) -> None:
    """Writes a file, in the place of whatever is there."""
    remove(path)
    path.write_bytes(content)


def remove(path: Path) -> None:
    """Removes whatever is there, if there is anything."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def renew_sums(folder: Path) -> None:
    """Makes an export's SHA-256 sums agree with its damaged files."""
    path = folder / SUMS_NAME
    if path.is_symlink() or not path.is_file():
        return
    lines = []
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        found = re.fullmatch(r"[0-9a-f]{64}  (.+)", line)
        if found:
            with contextlib.suppress(OSError, ValueError):
                file = folder / found[1]
                # A device never ends.
                if file.is_file():
                    digest = hashlib.sha256(file.read_bytes()).hexdigest()
                    line = f"{digest}  {found[1]}"
        lines.append(f"{line}\n")
    path.write_text("".join(lines), encoding="utf-8")
