from __future__ import annotations

import ast
from pathlib import Path

import pytest
from source_imports import imports

from tools import update_build

ROOT = Path(__file__).resolve().parents[1]
MADE = {"build", "dist", "runs"}
RULES = {"py_library", "py_binary", "py_test", "filegroup", "genrule"}


def problems(root: Path) -> list[str]:
    """Says in which ways BUILD is not true of the tree beside it."""
    targets = _read_targets((root / "BUILD").read_text("utf-8"))
    sources = _read_sources(root)
    owners = {
        path: [name for name, one in targets.items() if path in one["srcs"]]
        for path in sources
    }
    found = [
        f"{path} is in {len(names)} targets"
        for path, names in owners.items()
        if len(names) != 1
    ]
    found += _lost_labels(root, targets) + _lost_data(root, targets)
    return found or [
        *_wrong_deps(root, sources, owners, targets),
        *_cycle({name: one["deps"] for name, one in targets.items()}),
    ]


def _read_targets(text: str) -> dict[str, dict]:
    targets = {}
    for node in ast.parse(text).body:
        call = getattr(node, "value", None)
        if isinstance(call, ast.Call) and call.func.id in RULES:
            target = {"srcs": [], "outs": [], "data": [], "deps": []}
            target["rule"] = call.func.id
            for keyword in call.keywords:
                if keyword.arg != "cmd":
                    target[keyword.arg] = ast.literal_eval(keyword.value)
            assert target["name"] not in targets, target["name"]
            targets[target["name"]] = target
    return targets


def _read_sources(root: Path) -> dict[str, str]:
    """Maps each source file to its dotted name."""
    paths = list(root.glob("*.py"))
    for folder in root.iterdir():
        is_made = folder.name in MADE or (folder / "pyvenv.cfg").exists()
        is_hidden = folder.name.startswith(".") or folder.is_symlink()
        if folder.is_dir() and not is_made and not is_hidden:
            paths += folder.rglob("*.py")
    names = (path.relative_to(root).as_posix() for path in paths)
    return {
        name: name[:-3].replace("/", ".").replace(".__init__", "")
        for name in names
    }


def _lost_labels(root: Path, targets: dict[str, dict]) -> list[str]:
    made = {out for one in targets.values() for out in one["outs"]}
    found = []
    for name, target in targets.items():
        for label in target["srcs"] + target["data"] + target["deps"]:
            is_target = label[0] == ":" and label[1:] in targets
            if not is_target and not (root / label).is_file():
                found.append(f"{name} names {label}, which is not there")
        main = target.get("main")
        if main and main not in made and main not in target["srcs"]:
            found.append(f"{name} has the main {main}, not in its srcs")
    return found


def _lost_data(root: Path, targets: dict[str, dict]) -> list[str]:
    """Finds files of the package that no Python target brings along."""
    brought = {label for one in targets.values() for label in one["data"]}
    for name in [label[1:] for label in brought if label[1:] in targets]:
        brought |= set(targets[name]["srcs"])
    files = (
        path.relative_to(root).as_posix()
        for path in (root / "tfgan_zoo").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc", ".typed")
    )
    return [f"{path} is in no data" for path in files if path not in brought]


def _wrong_deps(root, sources, owners, targets) -> list[str]:
    found = []
    for path, (name,) in owners.items():
        wanted = {
            f":{owners[other][0]}"
            for other in _imported(root, path, sources)
            if other != path
        }
        declared = set(targets[name]["deps"])
        found += [f"{name} lacks {one}" for one in wanted - declared]
        found += [f"{name} needs no {one}" for one in declared - wanted]
    return found


def _imported(root: Path, path: str, sources: dict[str, str]) -> set[str]:
    files = {name: source for source, name in sources.items()}
    package = ".".join(path.split("/")[:-1])
    text = (root / path).read_text("utf-8")
    found = set()
    for name in (one.name for one in imports(text, package)):
        if name.endswith(".*"):
            folder = name[:-2].replace(".", "/")
            found |= {one for one in sources if one[: one.rfind("/")] == folder}
        choices = [name, name.rpartition(".")[0]]
        if path.startswith("tests/"):
            choices = [f"tests.{one}" for one in choices] + choices
        elif package not in files:  # A script sees its own folder.
            choices = [f"{package}.{one}" for one in choices] + choices
        known = [files[choice] for choice in choices if choice in files]
        found |= set(known[:1])
    return found


def _cycle(deps: dict[str, list[str]]) -> list[str]:
    left = {name: {one[1:] for one in labels} for name, labels in deps.items()}
    while free := [name for name, one in left.items() if not one & left.keys()]:
        for name in free:
            del left[name]
    return [f"a cycle holds {', '.join(sorted(left))}"] if left else []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "pyproject.toml": "",
        "tfgan_zoo/__init__.py": (
            "import importlib\n"
            "def __getattr__(name):\n"
            "    return importlib.import_module({'G': 'tfgan_zoo.gan'}[name])\n"
        ),
        "tfgan_zoo/gan.py": "from tfgan_zoo import losses\n",
        "tfgan_zoo/losses.py": "import tensorflow as tf\n",
        "tfgan_zoo/models/__init__.py": (
            "import importlib\n"
            "def get(name):\n"
            "    return importlib.import_module(f'{__name__}.{name}')\n"
        ),
        "tfgan_zoo/models/dcgan.py": "from tfgan_zoo.gan import GAN\n",
        "tfgan_zoo/data/__init__.py": "",
        "tfgan_zoo/data/files/digits.npz": "",
        "tfgan_zoo/cli/train.py": (
            "def run():\n"
            "    from tfgan_zoo import models\n"
            "if __name__ == '__main__':\n"
            "    run()\n"
        ),
        "tests/helper.py": "",
        "tests/test_gan.py": "import helper\nimport tfgan_zoo.gan\n",
        "tests/models/test_dcgan.py": "from helper import anything\n",
        "tools/first.py": "import second\n",
        "tools/second.py": "",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    (tmp_path / "models").symlink_to("tfgan_zoo/models")
    (tmp_path / "BUILD").write_text(update_build.render(tmp_path), "utf-8")
    return tmp_path


def test_build_file_is_true_of_this_tree():
    assert problems(ROOT) == []


def test_build_file_has_the_commands():
    targets = _read_targets((ROOT / "BUILD").read_text("utf-8"))
    for command in ("train", "evaluate", "export", "sample"):
        target = targets[f"tfgan-{command}"]
        assert target["rule"] == "py_binary"
        assert target["srcs"] == [f"tfgan_zoo/cli/{command}.py"]


def test_build_file_runs_each_test_file():
    targets = _read_targets((ROOT / "BUILD").read_text("utf-8")).values()
    run = {tuple(one["args"]) for one in targets if one["rule"] == "py_test"}
    paths = (ROOT / "tests").rglob("test_*.py")
    assert run == {(path.relative_to(ROOT).as_posix(),) for path in paths}


def test_build_file_is_what_the_tool_writes():
    assert (ROOT / "BUILD").read_text("utf-8") == update_build.render(ROOT), (
        "Run tools/update_build.py."
    )


def test_problems_are_none_when_the_tool_wrote_the_file(tree: Path):
    assert problems(tree) == []


@pytest.mark.parametrize(
    ("target", "deps"),
    [
        ("tfgan_zoo/__init__", [":tfgan_zoo/gan"]),
        ("tfgan_zoo/losses", []),
        ("tfgan_zoo/models/__init__", [":tfgan_zoo/models/dcgan"]),
        ("tfgan-train", [":tfgan_zoo/models/__init__"]),
        ("tests/test_gan", [":tests/helper", ":tfgan_zoo/gan"]),
        ("tests/models/test_dcgan", [":tests/helper"]),
        ("tools/first", [":tools/second"]),
    ],
)
def test_deps_are_the_imports(tree: Path, target: str, deps: list[str]):
    targets = _read_targets((tree / "BUILD").read_text("utf-8"))
    assert targets[target]["deps"] == deps


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("tfgan_zoo/new.py", "", "tfgan_zoo/new.py is in 0 targets"),
        ("tools/new.py", "", "tools/new.py is in 0 targets"),
        (
            "tfgan_zoo/losses.py",
            "def loss():\n    import tfgan_zoo.data\n",
            "tfgan_zoo/losses lacks :tfgan_zoo/data/__init__",
        ),
        (
            "tfgan_zoo/gan.py",
            "",
            "tfgan_zoo/gan needs no :tfgan_zoo/losses",
        ),
        (
            "tfgan_zoo/data/files/more.npz",
            "",
            "tfgan_zoo/data/files/more.npz is in no data",
        ),
    ],
)
def test_problems_name_it_when_the_tree_changed(
    tree: Path, path: str, text: str, problem: str
):
    (tree / path).parent.mkdir(exist_ok=True)
    (tree / path).write_text(text, "utf-8")
    assert problems(tree) == [problem]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '":tfgan_zoo/losses"',
            '":tfgan_zoo/lost"',
            "tfgan_zoo/gan names :tfgan_zoo/lost, which is not there",
        ),
        (
            'main = "tfgan_zoo/cli/train.py"',
            'main = "train.py"',
            "tfgan-train has the main train.py, not in its srcs",
        ),
        (
            'srcs = ["tfgan_zoo/gan.py"]',
            'srcs = ["tfgan_zoo/gan.py", "tfgan_zoo/losses.py"]',
            "tfgan_zoo/losses.py is in 2 targets",
        ),
    ],
)
def test_problems_name_it_when_the_file_changed(
    tree: Path, old: str, new: str, problem: str
):
    text = (tree / "BUILD").read_text("utf-8")
    assert text.count(old) == 1
    (tree / "BUILD").write_text(text.replace(old, new), "utf-8")
    assert problems(tree) == [problem]


def test_problems_name_a_cycle_when_two_files_import_each_other(tree: Path):
    (tree / "tfgan_zoo/losses.py").write_text("import tfgan_zoo.gan", "utf-8")
    (tree / "BUILD").write_text(update_build.render(tree), "utf-8")
    (problem,) = problems(tree)
    assert problem.startswith("a cycle holds ")
    assert "tfgan_zoo/gan, tfgan_zoo/losses" in problem
