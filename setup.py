"""Packaging of tfgan_zoo: what a wheel holds and what it requires."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent

OLD_STACK = 'python_version < "3.12"'
NEW_STACK = 'python_version >= "3.12"'
# The only platforms with wheels of tensorflow-addons.
HAS_ADDONS = (
    f'{OLD_STACK} and (sys_platform == "darwin" or'
    ' (sys_platform == "linux" and platform_machine == "x86_64"))'
)

REQUIREMENTS = [
    f"tensorflow>=2.15,<2.16; {OLD_STACK}",
    f"tensorflow-addons==0.23.*; {HAS_ADDONS}",
    # From 1.18 on it needs a protobuf newer than TensorFlow 2.15 allows.
    f"tensorflow-metadata<1.18; {OLD_STACK}",
    # TensorBoard 2.15 imports pkg_resources, which 82 removed.
    f"setuptools<82; {OLD_STACK}",
    f"tensorflow>=2.16,<2.22; {NEW_STACK}",
    # Each of its minor versions requires the same one of TensorFlow.
    f"tf-keras>=2.16,<2.22; {NEW_STACK}",
    "absl-py",
    # tensorflow-datasets requires it with extras, whose versions pip may try
    # for minutes where an index does not say which Python each one needs.
    "etils",
    "h5py",
    # tensorflow-datasets imports it on Python 3.11 and later, undeclared.
    "importlib_resources",
    "numpy",
    "pillow>=10.1",
    "scipy",
    # tf.summary needs it, and TensorFlow 2.21 requires it no more.
    "tensorboard",
    "tensorflow-datasets",
    "tqdm",
    # The server of tfgan-demo.
    "waitress",
]

# Its wheels: Linux, and macOS on Apple's processors.
HAS_LITERT = (
    'python_version >= "3.10" and'
    ' (sys_platform == "linux" or platform_machine == "arm64")'
)

EXTRAS = {
    "test": [
        # It drives the browser in which the web page is tested.
        "playwright",
        "pytest",
        "pytest-xdist",
        # One of the tools that read our exports; of its needs, the Keras of
        # this TensorFlow.
        "tensorflow-hub",
        f"tf-keras>=2.15,<2.16; {OLD_STACK}",
    ],
    # Another minor version of ruff may format differently.
    "dev": ["mypy", "ruff==0.17.*"],
    # The plots of the docs' pages, and the site of them.
    "docs": ["matplotlib", "mkdocs-material==9.*"],
    "litert": [f"ai-edge-litert; {HAS_LITERT}"],
}


def read(name: str) -> str:
    """Returns the text of a file beside this one, empty if it is missing."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def version() -> str:
    """Reads the version without importing the package, and TensorFlow."""
    match = re.search(
        r'^__version__ = "(.+)"$', read("tfgan_zoo/version.py"), re.MULTILINE
    )
    if match is None:
        raise ValueError("tfgan_zoo/version.py must define __version__.")
    return match.group(1)


setup(
    name="tfgan_zoo",
    version=version(),
    description="A TensorFlow 2 zoo of generative adversarial networks.",
    long_description=read("README.md"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.9,<3.14",
    packages=find_packages(include=["tfgan_zoo", "tfgan_zoo.*"]),
    package_data={
        "tfgan_zoo": ["py.typed"],
        "tfgan_zoo.data": ["files/*"],
        "tfgan_zoo.evaluation.features": ["files/*.npz"],
        "tfgan_zoo.export": ["page/*", "page/litert/*"],
        "tfgan_zoo.pretrained": ["generators/**", "page/*"],
        "tfgan_zoo.training.report": ["report.*", "uplot/*"],
    },
    install_requires=REQUIREMENTS,
    extras_require=EXTRAS,
    entry_points={
        "console_scripts": [
            "tfgan-train = tfgan_zoo.cli.train:run",
            "tfgan-export = tfgan_zoo.cli.export:run",
            "tfgan-sample = tfgan_zoo.cli.sample:run",
            "tfgan-demo = tfgan_zoo.cli.demo:run",
            "tfgan-evaluate = tfgan_zoo.cli.evaluate:run",
            "tfgan-doctor = tfgan_zoo.cli.doctor:run",
            "tfgan-zoo = tfgan_zoo.cli.zoo:run",
        ]
    },
    # The file BUILD stands where file names ignore case and a folder "build"
    # would go.
    options={"build": {"build_base": ".build"}},
)
