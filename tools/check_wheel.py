"""Builds the wheel and checks what is in it: `python tools/check_wheel.py`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ("setup.py", "pyproject.toml", "README.md", "LICENSE", "BUILD")
FOLDERS = ("tfgan_zoo", "tests", "tools", "benchmarks", "models", "export")
NEEDED = (
    "tfgan_zoo/__init__.py",
    "tfgan_zoo/data/files/LICENSE",
    "tfgan_zoo/data/files/emoji_drawings.npz",
    "tfgan_zoo/data/files/fashion_mnist_10k.npz",
    "tfgan_zoo/data/files/smileys.npz",
    "tfgan_zoo/evaluation/features/files/cifar10.npz",
    "tfgan_zoo/evaluation/features/files/digits.npz",
    "tfgan_zoo/evaluation/features/files/fashion.npz",
    "tfgan_zoo/export/page/index.html",
    "tfgan_zoo/export/page/litert/NOTICE",
    "tfgan_zoo/export/page/litert/litert_wasm_compat_internal.wasm.gz",
    "tfgan_zoo/export/page/litert/litert_wasm_internal.wasm.gz",
    "tfgan_zoo/pretrained/generators/infogan-mnist/card.json",
    "tfgan_zoo/pretrained/generators/infogan-mnist/SHA256SUMS",
    "tfgan_zoo/pretrained/generators/infogan-mnist/generator_int8.tflite",
    "tfgan_zoo/pretrained/generators/infogan-mnist/saved_model/saved_model.pb",
    "tfgan_zoo/pretrained/generators/infogan-mnist/saved_model/variables/"
    "variables.index",
    "tfgan_zoo/pretrained/page/gallery.css",
    "tfgan_zoo/pretrained/page/gallery.js",
    "tfgan_zoo/pretrained/page/index.html",
    "tfgan_zoo/training/report/report.css",
    "tfgan_zoo/training/report/report.js",
    "tfgan_zoo/training/report/uplot/LICENSE",
    "tfgan_zoo/training/report/uplot/uPlot.iife.min.js",
    "tfgan_zoo/training/report/uplot/uPlot.min.css",
    "tfgan_zoo/py.typed",
)
SCRIPTS = {
    f"tfgan-{name}": f"tfgan_zoo.cli.{name}:run"
    for name in (
        "demo",
        "directions",
        "doctor",
        "encoder",
        "train",
        "evaluate",
        "export",
        "sample",
        "zoo",
    )
}


# Run by a Python that finds the wheel's files before this repository's.
_LOADS = """
import sys
from pathlib import Path
import numpy as np
import tfgan_zoo
from tfgan_zoo.export import checksums
from tfgan_zoo.pretrained import cards, sources
assert Path(tfgan_zoo.__file__).is_relative_to(sys.argv[1]), tfgan_zoo.__file__
for name in sources.names():
    checksums.check(sources.folder(name))
    generator = tfgan_zoo.load(name)
    if cards.samples_seeds(generator.card):
        images = generator.sample(range(10))
    else:
        images = generator(np.zeros([1, *generator.metadata.inputs[0].shape]))
    assert images.std() > 0.0, name
print(f"{len(sources.names())} generators load, sample and are as written")
"""


def build(folder: Path) -> Path:
    """Builds the wheel from a copy, so that no older build leaks into it."""
    tree = folder / "tree"
    tree.mkdir()
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, tree)
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in FOLDERS:
        # The links become folders, which the wheel has to leave out as well.
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(folder)]
    subprocess.run([*command, str(tree)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def problems(wheel: Path) -> list[str]:
    """Says what a wheel has that it must not have, or lacks."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        scripts = _scripts(archive)
    tops = {name.partition("/")[0] for name in names}
    found = [
        f"holds {top} at its top"
        for top in sorted(tops - {"tfgan_zoo"})
        if not top.endswith(".dist-info")
    ]
    found += [f"lacks {name}" for name in NEEDED if name not in names]
    if not any(
        name.endswith("LICENSE") and ".dist-info" in name for name in names
    ):
        found.append("lacks its licence")
    if scripts != SCRIPTS:
        found.append(f"has the console scripts {scripts}, not {SCRIPTS}")
    return found


def _scripts(archive: zipfile.ZipFile) -> dict[str, str]:
    parser = ConfigParser()
    for name in archive.namelist():
        if name.endswith(".dist-info/entry_points.txt"):
            parser.read_string(archive.read(name).decode("utf-8"))
    if not parser.has_section("console_scripts"):
        return {}
    return dict(parser["console_scripts"])


def loads(wheel: Path) -> str:
    """Loads every generator from a wheel's files; returns what that says."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        finished = subprocess.run(
            [sys.executable, "-c", _LOADS, folder],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": folder},
            stdout=subprocess.PIPE,
            text=True,
        )
    if finished.returncode:
        sys.exit(f"{wheel.name} must hold generators that load.")
    return finished.stdout.strip()


def main() -> None:
    """Exits with the list of problems, if there are any."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(Path(folder))
        found = problems(wheel)
        if found:
            sys.exit("\n".join(f"{wheel.name} {one}" for one in found))
        print(
            f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB, as it should; "
            f"{loads(wheel)}"
        )


if __name__ == "__main__":
    main()
