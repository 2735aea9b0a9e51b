"""Fixtures of this folder."""

from browsers import browser, open_page, serve
from hub_users import ada, bob, export_to_push, hub, stranger
from small_exports import small_export

__all__ = [
    "ada",
    "bob",
    "browser",
    "export_to_push",
    "hub",
    "open_page",
    "serve",
    "small_export",
    "stranger",
]
