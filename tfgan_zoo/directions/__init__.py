"""Named directions of a generator's latents: slant, stroke width, size.

`find(folder)` finds them, `write` adds them to an export, and
`tfgan_zoo.load(folder).edit(latents, slant=2.0)` moves along them. Names are
loaded when first used, as most modules here bring TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfgan_zoo.directions.effects import Effect as Effect
    from tfgan_zoo.directions.file import Directions as Directions
    from tfgan_zoo.directions.finding import find as find
    from tfgan_zoo.directions.results import Direction as Direction
    from tfgan_zoo.directions.results import Search as Search
    from tfgan_zoo.directions.results import SearchResult as SearchResult
    from tfgan_zoo.directions.writing import write as write

_HOMES = {
    "Direction": "results",
    "Directions": "file",
    "Effect": "effects",
    "SearchResult": "results",
    "Search": "results",
    "find": "finding",
    "write": "writing",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
