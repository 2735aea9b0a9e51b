"""Fixtures of this folder."""

from browsers import browser, open_page, serve
from hostile_models import harmless_model, hostile
from small_exports import small_export, small_sampler, strip_sampler

__all__ = [
    "browser",
    "harmless_model",
    "hostile",
    "open_page",
    "serve",
    "small_export",
    "small_sampler",
    "strip_sampler",
]
