"""The check of SavedModels of unknown origin, which `untrusted` makes.

Exports are loaded by `loading.load`; `untrusted.load` is for a SavedModel
without a card, such as a feature network.
"""

from __future__ import annotations

from tfgan_zoo.untrusted import (
    foreign_operators,
    load,
    load_trusted,
    require_harmless,
)
from tfgan_zoo.untrusted.regular_files import GRAPH_NAME

__all__ = [
    "GRAPH_NAME",
    "foreign_operators",
    "load",
    "load_trusted",
    "require_harmless",
]
