from __future__ import annotations

import ast
from pathlib import Path

import pytest
from source_imports import Import, imports

PACKAGE = Path(__file__).resolve().parents[1] / "tfgan_zoo"

# A room is a file or a folder of the package; from it to what it may import.
FILES = {
    "archives",
    "array_files",
    "checks",
    "file_systems",
    "files",
    "json_files",
    "memory",
    "messages",
    "paths",
    "version",
}
BASICS = FILES | {
    "backend",
    "cache",
    "config",
    "data_settings",
    "downloads",
    "images",
    "labels",
    "latents",
    "lines",
    "logits",
    "quiet",
    "random",
    "recipe",
    "replicas",
    "settings",
    "start_settings",
    "stop_signals",
    "translation_settings",
    "untrusted",
}
PARTS = {
    "augment",
    "constraints",
    "layers",
    "losses",
    "optimizers",
    "penalties",
    "sources",
}
MIDDLE = (
    BASICS
    | PARTS
    | {"architecture", "data", "gan", "inputs", "models", "networks"}
)
ARROWS = {
    **dict.fromkeys(FILES | {"quiet", "stop_signals"}, set()),
    **dict.fromkeys(("archives", "array_files", "checks"), {"messages"}),
    "files": {"file_systems", "paths"},
    **dict.fromkeys(("backend", "cache", "downloads"), FILES),
    "settings": {"checks", "messages"},
    **dict.fromkeys(("start_settings", "translation_settings"), {"settings"}),
    "data_settings": {"checks", "settings"},
    "recipe": {"settings", "translation_settings"},
    "config": FILES
    | {
        "data_settings",
        "recipe",
        "settings",
        "start_settings",
        "translation_settings",
    },
    **dict.fromkeys(
        ("images", "labels", "latents", "logits", "random", "replicas"),
        FILES | {"backend", "config"},
    ),
    "lines": FILES | {"random"},
    **dict.fromkeys(PARTS, BASICS),
    "strategies": FILES,
    "untrusted": FILES,
    "animation": FILES,
    "inputs": BASICS,
    "pictures": FILES | {"images"},
    "networks": BASICS | {"layers"},
    "gan": BASICS | PARTS | {"inputs", "layers", "networks"},
    "architecture": BASICS | {"gan", "inputs", "networks", "sources"},
    "data": BASICS | PARTS,
    "models": BASICS
    | {"architecture", "gan", "inputs", "layers", "networks", "sources"},
    # Whoever looks at samples measures them by what evaluation offers.
    "health": BASICS | PARTS | {"evaluation", "gan", "inputs", "networks"},
    "evaluation": MIDDLE,
    "directions": MIDDLE | {"evaluation", "export"},
    "encoders": MIDDLE | {"export", "training"},
    "pretrained": MIDDLE | {"directions", "encoders", "export", "training"},
    "training": MIDDLE | {"evaluation", "health", "pictures", "strategies"},
    # It reads the run folder and the checkpoints that a training wrote.
    "export": MIDDLE | {"training"},
    "cli": MIDDLE
    | {"evaluation", "export", "health", "pretrained", "training"}
    | {"animation", "directions", "encoders", "pictures", "strategies"},
    # The package's own __init__ offers names of all.
    "": MIDDLE | {"evaluation", "export", "pretrained", "training"},
}


def broken_rules(source: str, path: str) -> list[str]:
    """Says which house rules a file at tfgan_zoo/`path` breaks."""
    folder = ".".join(["tfgan_zoo", *path.split("/")[:-1]])
    found = imports(source, folder)
    room = path.split("/")[0].removesuffix(".py").replace("__init__", "")
    if room not in ARROWS:
        return [f"{room}: a room without a line in ARROWS"]
    broken = [*_wrong_arrows(found, room)]
    broken += _links(found)
    if path != "backend.py":
        broken += _keras(source, found)
    if room != "cli" and any(_is_in("absl.flags", one) for one in found):
        broken.append("absl.flags outside cli")
    if any(
        _is_in("tensorflow_addons", one) and not one.in_function
        for one in found
    ):
        broken.append("tensorflow_addons outside functions")
    return broken


def _wrong_arrows(found: list[Import], room: str) -> list[str]:
    names = (one.name.split(".") for one in found)
    to = {_room_of(rest) for package, *rest in names if package == "tfgan_zoo"}
    return [
        f"{room or 'tfgan_zoo'} -> {one or 'tfgan_zoo'}"
        for one in sorted(to - ARROWS[room] - {room})
    ]


def _room_of(rest: list[str]) -> str:
    """Returns "" for the package itself, whose names __init__ defines."""
    is_room = bool(rest) and (
        rest[0] in ARROWS
        or (PACKAGE / rest[0]).is_dir()
        or (PACKAGE / f"{rest[0]}.py").is_file()
    )
    return rest[0] if is_room else ""


def _links(found: list[Import]) -> list[str]:
    return [
        f"the root link {link}"
        for link in ("export", "models")
        if any(_is_in(link, one) for one in found)
    ]


def _keras(source: str, found: list[Import]) -> list[str]:
    kerases = ("keras", "tf_keras", "tensorflow.keras")
    is_imported = any(_is_in(name, one) for name in kerases for one in found)
    is_read = any(
        ast.unparse(node) in ("tf.keras", "tensorflow.keras")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
    )
    return ["Keras past backend.py"] if is_imported or is_read else []


def _is_in(package: str, one: Import) -> bool:
    return f"{one.name}.".startswith(f"{package}.")


def _paths() -> list[str]:
    return sorted(
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")
    )


@pytest.mark.parametrize("path", _paths())
def test_imports_keep_the_rules(path: str):
    assert broken_rules((PACKAGE / path).read_text("utf-8"), path) == []


@pytest.mark.parametrize(
    ("path", "source", "broken"),
    [
        ("losses.py", "from tfgan_zoo import penalties", "losses -> penalties"),
        ("losses.py", "from . import penalties", "losses -> penalties"),
        ("models/dcgan.py", "import tfgan_zoo.losses", "models -> losses"),
        ("models/dcgan.py", "from ..losses import wgan", "models -> losses"),
        ("gan.py", "from tfgan_zoo.models import dcgan", "gan -> models"),
        ("gan.py", "from tfgan_zoo import DCGAN", "gan -> tfgan_zoo"),
        ("gan.py", "import tfgan_zoo", "gan -> tfgan_zoo"),
        ("data/load.py", "from tfgan_zoo import gan", "data -> gan"),
        (
            "training/loop.py",
            "def fit():\n    from tfgan_zoo.export import run",
            "training -> export",
        ),
        (
            "training/loop.py",
            "importlib.import_module('tfgan_zoo.cli.train')",
            "training -> cli",
        ),
        ("export/run.py", "from tfgan_zoo.cli import app", "export -> cli"),
        ("new.py", "", "new: a room without a line in ARROWS"),
        ("gan.py", "import tf_keras", "Keras past backend.py"),
        ("gan.py", "from keras import layers", "Keras past backend.py"),
        ("gan.py", "from tensorflow import keras", "Keras past backend.py"),
        ("gan.py", "x = tf.keras.layers.Dense", "Keras past backend.py"),
        ("gan.py", "from absl import flags", "absl.flags outside cli"),
        ("data/load.py", "import absl.flags", "absl.flags outside cli"),
        (
            "optimizers.py",
            "try:\n    import tensorflow_addons\nexcept ImportError: ...",
            "tensorflow_addons outside functions",
        ),
        ("gan.py", "import models.dcgan", "the root link models"),
        ("gan.py", "from export import run", "the root link export"),
    ],
)
def test_rules_are_named_when_broken(path: str, source: str, broken: str):
    assert broken_rules(source, path) == [broken]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cli/train.py", "from absl import flags"),
        ("gan.py", "from absl import logging"),
        ("backend.py", "import tf_keras as keras"),
        ("gan.py", "from tfgan_zoo.backend import keras"),
        ("optimizers.py", "def get():\n    import tensorflow_addons"),
        ("models/dcgan.py", "from tfgan_zoo.models import wgan"),
        ("export/run.py", "from tfgan_zoo.training import run_folder"),
        ("cli/train.py", "from tfgan_zoo.version import __version__"),
    ],
)
def test_rules_are_silent_when_kept(path: str, source: str):
    assert broken_rules(source, path) == []
