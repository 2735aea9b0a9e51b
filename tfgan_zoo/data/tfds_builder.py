"""Finds and prepares a data set of tensorflow-datasets, in silence."""

from __future__ import annotations

import contextlib
import difflib
import io
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from tfgan_zoo import files
from tfgan_zoo.data import embedded, points
from tfgan_zoo.data.spec import DataRequest


def is_tfds_name(name: str) -> bool:
    """Whether TFDS has a data set whose name, before `/` or `:`, this is."""
    with quiet():
        return _base(name) in _names()


def prepare_builder(request: DataRequest, *, log: Callable[[str], None]) -> Any:
    """Returns the TFDS builder of a data set that is ready to be read.

    Args:
        request: its `dataset` is the TFDS name.
        log: gets a line before a download.

    Raises:
        ValueError: there is no such data set, or it is not prepared and may
            not or cannot be downloaded.
    """
    with quiet():
        builder = _builder(request)
        prepared = builder.is_prepared()
    if prepared:
        return builder
    if not request.download:
        raise ValueError(
            "A TFDS data set must be prepared in `data_dir`, or be allowed to "
            f"`download`. Received: {request.dataset}, which is not in "
            f"{builder.data_path}."
        )
    log(f"Downloading {request.dataset} into {builder.data_path} ...")
    with quiet():
        _download(builder, request)
    return builder


def tfds() -> Any:
    """The package `tensorflow_datasets`, imported when first asked for.

    Its import takes a while, and the other sources need none of it.
    """
    import tensorflow_datasets

    return tensorflow_datasets


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps TFDS's own lines, bars and warnings off the screen."""
    logger = logging.getLogger("absl")
    level = logger.level
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        logger.setLevel(logging.ERROR)
        try:
            tfds().disable_progress_bar()
            yield
        finally:
            logger.setLevel(level)


def summarize_error(error: Exception) -> str:
    """What an error says, short enough to quote."""
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def _builder(request: DataRequest) -> Any:
    try:
        return tfds().builder(request.dataset, data_dir=_data_dir(request))
    except tfds().core.DatasetNotFoundError:
        raise _unknown_name_error(request.dataset) from None
    except (AssertionError, TypeError, ValueError) as error:
        raise ValueError(
            "`dataset` must be a name that TFDS can load. "
            f"Received: {request.dataset} ({summarize_error(error)})."
        ) from error


def _data_dir(request: DataRequest) -> str | None:
    """Returns where the data sets are, None for TFDS's own default."""
    # Without a home folder, TFDS would make one that is called `~`.
    has_home = not os.path.expanduser("~").startswith("~")
    if request.data_dir or has_home or os.environ.get("TFDS_DATA_DIR"):
        return request.data_dir
    return str(files.user_cache() / "tensorflow_datasets")


def _unknown_name_error(name: str) -> ValueError:
    packaged = [*embedded.SPLITS, *points.names()]
    near = difflib.get_close_matches(_base(name), [*packaged, *_names()])
    hint = f" Similar names: {', '.join(near)}." if near else ""
    return ValueError(
        f"`dataset` must be {', '.join(packaged)}, the path of a folder that "
        f"exists or a name in TFDS. Received: {name}.{hint}"
    )


def _download(builder: Any, request: DataRequest) -> None:
    try:
        builder.download_and_prepare()
    except Exception as error:  # Of the network, the disk or the data.
        raise ValueError(
            "A data set to `download` must be within reach. Received: "
            f"{request.dataset} ({summarize_error(error)})."
        ) from error


def _names() -> list[str]:
    return tfds().list_builders(with_community_datasets=False)


def _base(name: str) -> str:
    return name.partition("/")[0].partition(":")[0].lower()
