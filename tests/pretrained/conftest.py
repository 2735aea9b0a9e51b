"""Fixtures of this folder."""

from browsers import browser, open_page, serve
from small_exports import small_export

__all__ = ["browser", "open_page", "serve", "small_export"]
