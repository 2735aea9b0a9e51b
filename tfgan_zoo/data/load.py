"""Picks the source that a data set's name stands for."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from tfgan_zoo.data import embedded, points, stacked
from tfgan_zoo.data.embedded import load_embedded
from tfgan_zoo.data.folder import load_folder, resolve_folder
from tfgan_zoo.data.packing import Log
from tfgan_zoo.data.pairs import list_pair_splits, load_pairs
from tfgan_zoo.data.spec import PAIRS, UNPAIRED, DataRequest
from tfgan_zoo.data.split_folders import split_folders
from tfgan_zoo.data.store import Examples
from tfgan_zoo.data.tfds_builder import is_tfds_name, prepare_builder
from tfgan_zoo.data.tfds_source import load_tfds
from tfgan_zoo.data.unpaired import load_unpaired, unpaired_folders


def load_examples(request: DataRequest, *, log: Log = print) -> Examples:
    """Opens a data set: embedded, of points, from TFDS or from folders.

    Folders and TFDS data sets are decoded once, into a cache file that later
    calls open. Data sets of up to 256 MiB are held in memory, larger ones are
    read from the file.

    Args:
        request: the data set and its form. A bare word that TFDS knows is the
            TFDS data set even if a folder has that name; `./word` is the
            folder.
        log: called with lines on skipped images and, in long work, progress.

    Returns:
        The examples. Their order depends on the data alone.

    Raises:
        FileNotFoundError: the path of a folder that does not exist.
        ValueError: the name is unknown, no image can be read, a TFDS data set
            is not prepared, points are requested with a size or channels, or,
            with `request.strict`, an image cannot be read.
        OSError: the cache folder cannot be written.
    """
    name = request.dataset
    if name in embedded.SPLITS:
        return load_embedded(request, log=log)
    if name in points.names():
        return points.load_points(request)
    if name == stacked.NAME:
        return stacked.load_stacked(request, log=log)
    if name.startswith(PAIRS):
        return load_pairs(request, log=log)
    if name.startswith(UNPAIRED):
        return load_unpaired(request, log=log)
    _require_no_list(name)
    if _is_path(name):
        return load_folder(request, log=log)
    if os.path.isdir(name):
        # A run's folder may well be called as its data set is.
        if not is_tfds_name(name):
            return load_folder(request, log=log)
        log(f"Taking {name} from TFDS; the folder would be ./{name}.")
    return load_tfds(request, log=log)


def splits(request: DataRequest, *, log: Log = print) -> tuple[str, ...]:
    """Returns the names of a data set's splits, `train` alone of most sources.

    Args:
        request: which data set; its split is not looked at.
        log: gets a line before a download.

    Returns:
        The names; of a folder that holds splits, what its folders stand for:
        `train`, `validation` and `test`.

    Raises:
        FileNotFoundError: the path of a folder that does not exist.
        ValueError: an unknown name, or a TFDS data set that is not prepared.
    """
    name = request.dataset
    if name == stacked.NAME:
        return tuple(stacked.COUNTS)
    if name in embedded.SPLITS:
        return embedded.SPLITS[name]
    if name in points.names():
        return ("train",)
    if name.startswith(PAIRS):
        return list_pair_splits(request)
    if name.startswith(UNPAIRED):
        first, second = (
            splits(dataclasses.replace(request, dataset=folder), log=log)
            for folder in unpaired_folders(name)
        )
        return tuple(split for split in first if split in second)
    if _is_path(name) or not is_tfds_name(name):
        folders_by_split = split_folders(resolve_folder(request))
        single = tuple(
            split
            for split, folders in folders_by_split.items()
            if len(folders) == 1
        )
        return single or ("train",)
    return tuple(prepare_builder(request, log=log).info.splits)


def are_folders_present(name: str) -> bool:
    """Whether a data set's name gives one or two folders that exist."""
    _, folders = _folders_of(name)
    return bool(folders) and all(map(os.path.isdir, folders))


def resolve_paths(name: str) -> str:
    """Returns a data set's name with absolute paths, if it has any.

    Args:
        name: a path, `pairs:FOLDER` or `unpaired:FOLDER_A,FOLDER_B`; one of
            folders that do not exist is returned as it is.
    """
    if not are_folders_present(name):
        return name
    prefix, folders = _folders_of(name)
    return prefix + ",".join(map(os.path.realpath, folders))


def _folders_of(name: str) -> tuple[str, list[str]]:
    """Returns the prefix of a data set's name, and its paths or what may be."""
    prefix, folders = "", [name]
    if name.startswith(PAIRS):
        prefix, folders = PAIRS, [name[len(PAIRS) :]]
    elif name.startswith(UNPAIRED):
        try:
            prefix, folders = UNPAIRED, [*unpaired_folders(name)]
        except ValueError:  # not two
            return UNPAIRED, []
    return prefix, [os.path.expanduser(folder) for folder in folders]


def _require_no_list(name: str) -> None:
    folders = name.split(",")
    if len(folders) == 2 and all(map(os.path.isdir, folders)):
        raise ValueError(
            f"Two folders must be given as {UNPAIRED}{name}. Received: {name}."
        )


def _is_path(name: str) -> bool:
    if name.startswith((".", "~")) or Path(name).is_absolute():
        return True
    # TFDS has slashes too, before the name of a config.
    return any(slash in name for slash in ("/", os.sep)) and (
        os.path.isdir(name) or not is_tfds_name(name)
    )
