"""The real images that an encoder is trained and measured on."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import data
from tfgan_zoo.data import DataRequest, Examples
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.messages import error_text
from tfgan_zoo.training.run_folder import RunFolder

NONE = "none"
_TEST = "test"


@dataclasses.dataclass(frozen=True)
class RealImages:
    """Real images of a generator's shape.

    Attributes:
        name: of the data set.
        training: examples to train on.
        held_out: of the test split; None where there is none.
    """

    name: str
    training: Examples
    held_out: Examples | None


def load(
    export: Path,
    metadata: ExportMetadata,
    dataset: str | None,
    log: Callable[[str], None],
) -> RealImages | None:
    """Loads real images.

    Args:
        export: the folder of the export.
        metadata: of the export.
        dataset: name or path; "none" for none; None is that of the generator.
        log: gets a line where its data set is not at hand, and those of
            `data.load_examples`.

    Returns:
        None where there are to be none, or the generator's are not at hand.

    Raises:
        ValueError, OSError: `dataset` cannot be read.
    """
    if dataset == NONE:
        return None
    if dataset is not None:
        return _read(_request(metadata, dataset), log)
    run = RunFolder(export.resolve().parent)
    path = run.data_path() if run.config.is_file() else None
    recipe = metadata.recipe
    request = dataclasses.replace(
        _request(metadata, path or metadata.dataset),
        data_dir=recipe.get("data_dir"),
        value_range=recipe.get("value_range"),
        sample_bits=recipe.get("sample_bits"),
        split=recipe.get("split"),
    )
    try:
        return _read(request, log)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        log(
            "Training on samples alone, as the generator's data set cannot be "
            f"read: {error_text(error)}"
        )
        return None


def _request(metadata: ExportMetadata, dataset: str) -> DataRequest:
    height, width, channels = metadata.image_shape
    return DataRequest(
        dataset, image_size=height, image_width=width, channels=channels
    )


def _read(request: DataRequest, log: Callable[[str], None]) -> RealImages:
    training = data.load_examples(request, log=log)
    return RealImages(request.dataset, training, _held_out(request))


def _held_out(request: DataRequest) -> Examples | None:
    if _TEST in data.splits_in_name(request.split):
        return None

    def ignore(line: Any) -> None:
        del line

    try:
        if _TEST not in data.splits(request, log=ignore):
            return None
        return data.load_examples(
            dataclasses.replace(request, split=_TEST), log=ignore
        )
    except (OSError, ValueError):
        return None
