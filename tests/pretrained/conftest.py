"""Fixtures of this folder."""

from small_exports import small_export

__all__ = ["small_export"]
