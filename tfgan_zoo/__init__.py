"""tfgan_zoo: generative adversarial networks that train, measure and export.

Names are loaded when first used, so that importing the package, as a binary's
`--help` does, does not wait for TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tfgan_zoo.version import __version__

if TYPE_CHECKING:
    from tfgan_zoo import export as export
    from tfgan_zoo import models as models
    from tfgan_zoo.config import Recipe as Recipe
    from tfgan_zoo.config import TrainConfig as TrainConfig
    from tfgan_zoo.gan import GAN as GAN
    from tfgan_zoo.models.dcgan import DCGAN as DCGAN
    from tfgan_zoo.pretrained import list_generators as list_generators
    from tfgan_zoo.pretrained import load as load
    from tfgan_zoo.pretrained import path as path
    from tfgan_zoo.pretrained import push_to_hub as push_to_hub
    from tfgan_zoo.pretrained import start_from as start_from

_PUBLIC = {
    "DCGAN": "tfgan_zoo.models.dcgan",
    "GAN": "tfgan_zoo.gan",
    "Recipe": "tfgan_zoo.config",
    "TrainConfig": "tfgan_zoo.config",
    "list_generators": "tfgan_zoo.pretrained",
    "load": "tfgan_zoo.pretrained",
    "path": "tfgan_zoo.pretrained",
    "push_to_hub": "tfgan_zoo.pretrained",
    "start_from": "tfgan_zoo.pretrained",
}

_MODULES = {
    path.rpartition(".")[2]: path  # by name
    for path in ("tfgan_zoo.export", "tfgan_zoo.models")
}

__all__ = ["__version__", *_MODULES, *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__
