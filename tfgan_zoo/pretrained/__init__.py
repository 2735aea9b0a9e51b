"""Trained generators: those that ship, by name, and others from elsewhere.

`names`, `list_generators`, `path` and `locate` load no TensorFlow.
"""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Any

from tfgan_zoo import quiet

if TYPE_CHECKING:
    from tfgan_zoo.pretrained.cards import list_generators as list_generators
    from tfgan_zoo.pretrained.generator import Generator as Generator
    from tfgan_zoo.pretrained.hub.pushes import push_to_hub as push_to_hub
    from tfgan_zoo.pretrained.loading import load as load
    from tfgan_zoo.pretrained.sources import locate as locate
    from tfgan_zoo.pretrained.sources import names as names
    from tfgan_zoo.pretrained.sources import path as path
    from tfgan_zoo.pretrained.starting import load_start as load_start
    from tfgan_zoo.pretrained.starting import start_from as start_from

_HOMES = {
    "Generator": "generator",
    "list_generators": "cards",
    "locate": "sources",
    "load": "loading",
    "load_start": "starting",
    "names": "sources",
    "path": "sources",
    "push_to_hub": "hub.pushes",
    "start_from": "starting",
}
__all__ = [*_HOMES]
_importing = threading.RLock()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # What brings TensorFlow brings what it logs as it starts. Standard error
    # is the process's, so that one thread at a time may hide it.
    with _importing:
        if name not in globals():
            with quiet.native_stderr_hidden():
                home = importlib.import_module(
                    f"tfgan_zoo.pretrained.{_HOMES[name]}"
                )
            globals()[name] = getattr(home, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted(__all__)
