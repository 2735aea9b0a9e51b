"""Fixtures of this folder."""

from small_exports import small_export, small_sampler, strip_sampler

__all__ = ["small_export", "small_sampler", "strip_sampler"]
