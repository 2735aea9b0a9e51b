"""Fixtures of this folder."""

from bar_exports import bar_export
from small_exports import small_sampler, strip_sampler

__all__ = ["bar_export", "small_sampler", "strip_sampler"]
