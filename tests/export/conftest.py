"""Fixtures of this folder."""

from browsers import browser, gpu_browser, gpu_page, open_page, serve
from drawing_pages import drawing_export, drawing_folder, open_drawing
from edited_exports import edited_export, edited_page
from hostile_models import harmless_model, hostile
from small_exports import small_export, small_sampler, strip_sampler

__all__ = [
    "browser",
    "drawing_export",
    "drawing_folder",
    "edited_export",
    "edited_page",
    "gpu_browser",
    "gpu_page",
    "harmless_model",
    "hostile",
    "open_drawing",
    "open_page",
    "serve",
    "small_export",
    "small_sampler",
    "strip_sampler",
]
