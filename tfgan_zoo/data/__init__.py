"""Data in: embedded, TFDS, folders or points, through one pipeline."""

from tfgan_zoo.data.load import (
    are_folders_present,
    load_examples,
    resolve_paths,
    splits,
)
from tfgan_zoo.data.pipeline import batches
from tfgan_zoo.data.spec import (
    DataRequest,
    DatasetSpec,
    Feature,
    has_sources,
)
from tfgan_zoo.data.split_folders import splits_in_name
from tfgan_zoo.data.store import Examples

__all__ = [
    "DataRequest",
    "DatasetSpec",
    "Examples",
    "Feature",
    "are_folders_present",
    "batches",
    "has_sources",
    "load_examples",
    "resolve_paths",
    "splits",
    "splits_in_name",
]
